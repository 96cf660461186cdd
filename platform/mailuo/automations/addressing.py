"""Addressing: whom each message goes to, and in which letters. Pure.

Messages that tell the same to several roles are one letter by mail, with To and Cc; by other ways, one a person.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mailuo.automations.switch_messages import NO_EMAIL, NO_PERSON, NO_WECOM, NOBODY
from mailuo.base.problems import Problem
from mailuo.metadata.model import Window

_RED = "red"
_SAME = ("via", "at", "rule", "alert", "table", "record", "level", "subject", "text")
"""What messages that are one letter have in common."""
Told = Mapping[str, Any]
"""A row of `message`."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who may be told something, and where."""

    name: str
    roles: frozenset[str]
    email: str | None = None
    wecom: str | None = None

    def address(self, via: str) -> str | None:
        """Where the person is reached by a way; a popup finds whoever is signed in."""
        return {"email": self.email, "wecom": self.wecom, "popup": self.name}.get(via) or None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message on its way to one person, or the reason why it cannot be."""

    message: str
    letter: str
    via: str
    copy: bool
    person: str | None = None
    address: str | None = None
    problem: Problem | None = None


def envelopes(
    messages: Iterable[Told], people: Sequence[Reachable], new_letter: Callable[[], str]
) -> Iterator[Envelope]:
    """An envelope for each message and person. Somebody named several times for the same is in one letter once."""
    alike: dict[tuple[object, ...], list[Told]] = defaultdict(list)
    for message in messages:
        alike[tuple(message[name] for name in _SAME)].append(message)
    for group in alike.values():
        yield from _letters(group, people, new_letter)


def _letters(group: Sequence[Told], people: Sequence[Reachable], new_letter: Callable[[], str]) -> Iterator[Envelope]:
    via = group[0]["via"]
    shared = new_letter() if via == "email" else None
    letters: dict[str, str] = {}
    for message in sorted(group, key=lambda each: bool(each["copy"])):
        found = list(_meant(message, people))
        if not found:
            problem = NOBODY() if message["role"] else NO_PERSON()
            yield Envelope(message["id"], shared or new_letter(), via, message["copy"], message["user"], None, problem)
        for person in found:
            letter = shared or letters.setdefault(person.name, "") or new_letter()
            letters[person.name] = letter
            address = person.address(via)
            lacking = None if address else NO_EMAIL() if via == "email" else NO_WECOM()
            yield Envelope(message["id"], letter, via, message["copy"], person.name, address, lacking)


def _meant(message: Told, people: Sequence[Reachable]) -> Iterator[Reachable]:
    """Who holds the role, who is named, or everybody."""
    role, user = message["role"], message["user"]
    for person in people:
        if role in person.roles if role else user in (None, person.name):
            yield person


def quiet_until(hours: Window | None, zone: ZoneInfo, level: str | None, now: datetime) -> datetime:
    """When something may be told: now, or at the end of the quiet hours. What is red does not wait."""
    if hours is None or level == _RED:
        return now
    local = now.astimezone(zone)
    clock = local.time()
    if not _within(hours, clock):
        return now
    day = local.date() + timedelta(days=1 if clock >= hours.end and hours.start >= hours.end else 0)
    return datetime.combine(day, hours.end, zone).astimezone(now.tzinfo)


def _within(hours: Window, clock: time) -> bool:
    if hours.start < hours.end:
        return hours.start <= clock < hours.end
    return clock >= hours.start or clock < hours.end

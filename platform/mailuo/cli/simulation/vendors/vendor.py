"""What a simulated vendor has to offer, and the shapes of what it hears, says and is asked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
_WRITTEN = "%Y-%m-%d %H:%M:%S"
_CENTS = 100


@dataclass(frozen=True)
class Asked:
    """A call that came in; names of headers in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""

    @cached_property
    def form(self) -> Mapping[str, str]:
        """The members of a form, decoded once."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @cached_property
    def json(self) -> Any:
        """The body as a map of JSON; an empty one when it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: a value as JSON, or bytes as they are."""

    value: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The bytes to send."""
        return self.value if isinstance(self.value, bytes) else written(self.value)


@dataclass(frozen=True, slots=True)
class News:
    """Something that happens to a thing that the vendor keeps: its state in the vendor's own words, and what else is known of it."""

    key: str
    word: str
    at: datetime
    values: Mapping[str, Any]
    lines: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Push:
    """A message to a hook, signed when it is built."""

    body: bytes
    headers: Mapping[str, str]


class Vendor(Protocol):
    """One outside system, as far as we see it."""

    @property
    def name(self) -> str:
        """By which the story calls it."""
        ...

    @property
    def address(self) -> str:
        """The name of the environment under which a server looks for its address."""
        ...

    @property
    def environment(self) -> Mapping[str, str]:
        """What else a server has to know, by the names of the environment."""
        ...

    def hear(self, news: News) -> None:
        """Learns what happens to a thing that it keeps."""
        ...

    def push(self, news: News, now: datetime) -> Push | None:
        """What it tells us of the thing now; None where it has to be asked."""
        ...

    def forged(self, push: Push) -> Push:
        """The same from somebody who does not know the secret."""
        ...

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """What it answers to a call."""
        ...

    @property
    def taken(self) -> Sequence[Mapping[str, Any]]:
        """What was done for us, in order: messages sent, subscriptions taken, documents stored."""
        ...


class Quiet:
    """A vendor that hears of nothing and never tells."""

    def hear(self, news: News) -> None:
        """Nothing of it concerns this vendor."""

    def push(self, news: News, now: datetime) -> Push | None:
        """Nothing."""
        return None

    def forged(self, push: Push) -> Push:
        """The same: there is nothing to forge."""
        return push


def written(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()


def naked(at: datetime) -> str:
    """A moment as most vendors here write it: Beijing time without a zone."""
    return at.astimezone(BEIJING).strftime(_WRITTEN)


def in_cents(amount: object) -> int:
    """A decimal text as a whole number of cents."""
    return int(Decimal(str(amount)) * _CENTS)


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with dotted names as maps in maps."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        place = made
        *path, last = name.split(".")
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return made


def spoiled(text: str) -> str:
    """A signature that was right before."""
    return text[:-4] + ("AAA=" if text[-4:] != "AAA=" else "BBB=")

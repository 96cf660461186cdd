"""Told: who was told of what, by which way, and whom nothing can reach."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from mailuo.automations.addressing import Reachable
from mailuo.automations.spreading import everybody
from mailuo.automations.switch_messages import NO_PERSON, NOBODY
from mailuo.base.reasons import kept, reason_in
from mailuo.metadata.model import Manifest
from mailuo.records.actor import Actor
from mailuo.storage import system

_MESSAGE, _DELIVERY = system.message, system.delivery


@dataclass(frozen=True, slots=True)
class Reached:
    """One person whom a message is for, and how far it has come; nobody where it means nobody."""

    person: str | None
    state: str
    error: str | None
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Told:
    """One message about an alert."""

    id: str
    at: datetime
    via: str
    role: str | None
    role_title: str | None
    user: str | None
    copy: bool
    state: str
    """As long as nobody is reached: of the message itself, such as `waiting` for a digest."""
    persons: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """A role that nobody holds, or somebody without an address, and how many messages that has cost."""

    via: str
    role: str | None
    person: str | None
    why: str
    """As it is kept."""
    count: int
    last_at: datetime


def told(connection: Connection, manifest: Manifest, actor: Actor, alert: str) -> list[Told]:
    """Every message about an alert, oldest first; a digest stands for those that were folded into it."""
    query = select(_MESSAGE).where(_MESSAGE.c.alert == alert).order_by(_MESSAGE.c.id)
    messages = connection.execute(query).all()
    persons: dict[str, list[Reached]] = defaultdict(list)
    deliveries = select(_DELIVERY).where(_DELIVERY.c.message.in_([row.id for row in messages])).order_by(_DELIVERY.c.id)
    for row in connection.execute(deliveries):
        error = reason_in(row.error, actor.language)
        persons[row.message].append(Reached(row.person, row.state, error, row.sent_at or row.at, row.attempts))
    return [_told(manifest, row, tuple(persons[row.id])) for row in messages]


def _told(manifest: Manifest, row: Row[Any], persons: tuple[Reached, ...]) -> Told:
    role = manifest.roles.get(row.role) if row.role else None
    title = role.title if role is not None else row.role
    return Told(row.id, row.at, row.via, row.role, title, row.user, row.copy, row.state, persons)


def lacking(connection: Connection, since: datetime) -> list[Lacking]:
    """Whom nothing could reach since then, and still could not: mended ones are gone from the list at once."""
    names = (_DELIVERY.c.via, _MESSAGE.c.role, _DELIVERY.c.person, _DELIVERY.c.error)
    query = select(*names, func.count(), func.max(_DELIVERY.c.at, type_=_DELIVERY.c.at.type))
    joined = query.join_from(_DELIVERY, _MESSAGE, _DELIVERY.c.message == _MESSAGE.c.id).group_by(*names)
    rows = connection.execute(joined.where(_DELIVERY.c.state == "unaddressed", _DELIVERY.c.at >= since)).all()
    people = everybody(connection) if rows else []
    found: dict[tuple[str, str | None, str | None, str], Lacking] = {}
    for via, role, person, why, count, at in rows:
        name = (via, None if person else role, person, why)
        known = found.get(name)
        if _still(people, *name):
            count, at = (count + known.count, max(at, known.last_at)) if known else (count, at)
            found[name] = Lacking(*name, count, at)
    return sorted(found.values(), key=lambda each: each.last_at, reverse=True)


def _still(people: list[Reachable], via: str, role: str | None, person: str | None, why: str) -> bool:
    """Whether what was wrong still is."""
    if why == kept(NOBODY()):
        return not any(role in each.roles for each in people)
    known = next((each for each in people if each.name == person), None)
    return known is None if why == kept(NO_PERSON()) else known is not None and known.address(via) is None

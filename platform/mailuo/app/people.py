"""People: the rows of who may sign in, and of who holds which role."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from mailuo.app.messages import BAD_NAME, NAME_TAKEN, UNKNOWN_PERSON
from mailuo.base.ids import new_id
from mailuo.base.problems import Refusal
from mailuo.records.actor import ADMIN
from mailuo.records.messages import NoSuchThing
from mailuo.storage import system

_LONGEST_NAME = 60
_PERSON, _GRANT, _ONE_TIME = system.person, system.role_grant, system.one_time
ONE_TIME_LASTS = timedelta(days=7)
"""For how long a password that was made up for somebody opens the door."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in, as the list of people shows them."""

    id: str
    name: str
    roles: tuple[str, ...]
    email: str | None
    phone: str | None
    wecom: str | None
    language: str | None
    disabled_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """By what somebody can be reached."""

    email: str | None = None
    phone: str | None = None
    wecom: str | None = None


NOWHERE = Reach()


def written(name: str) -> str:
    """A person's name as it is kept: composed, without space around it."""
    return unicodedata.normalize("NFC", name).strip()


def folded(name: str) -> str:
    """What two names have in common that people cannot tell apart: no case, no width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def named(connection: Connection, name: str) -> Row[Any] | None:
    """The row of the person with a name, or None."""
    return connection.execute(select(_PERSON).where(_PERSON.c.name == written(name))).first()


def one(connection: Connection, person: str) -> Row[Any]:
    """The row of the person with an id, or else a name; refuses an unknown one."""
    row = connection.execute(select(_PERSON).where(_PERSON.c.id == person)).first() or named(connection, person)
    if row is None:
        raise NoSuchThing(UNKNOWN_PERSON(found=person[:_LONGEST_NAME]))
    return row


def add(connection: Connection, name: str, password: str, reach: Reach, now: datetime) -> str:
    """The id of a new person; refuses a name that is taken, or looks like one that is."""
    kept = written(name)
    if not 1 <= len(kept) <= _LONGEST_NAME or not kept.isprintable():
        raise Refusal(BAD_NAME(field="name", most=_LONGEST_NAME))
    taken = next((each for each in connection.scalars(select(_PERSON.c.name)) if folded(each) == folded(kept)), None)
    if taken is not None:
        raise Refusal(NAME_TAKEN(field="name", name=taken))
    row = {
        "id": new_id(),
        "name": kept,
        "password": password,
        "email": reach.email,
        "phone": reach.phone,
        "wecom": reach.wecom,
        "created_at": now,
    }
    connection.execute(insert(_PERSON).values(row))
    return str(row["id"])


def roles_of(connection: Connection, person: str) -> tuple[str, ...]:
    """The roles that a person holds."""
    return tuple(connection.scalars(select(_GRANT.c.role).where(_GRANT.c.person == person).order_by(_GRANT.c.role)))


def grant(connection: Connection, person: str, roles: Iterable[str], by: str, now: datetime) -> None:
    """Gives a person exactly these roles."""
    connection.execute(delete(_GRANT).where(_GRANT.c.person == person))
    rows = [{"person": person, "role": role, "by": by, "at": now} for role in dict.fromkeys(roles)]
    if rows:
        connection.execute(insert(_GRANT), rows)


def change(connection: Connection, person: str, *, ends_credentials: bool, **values: object) -> None:
    """Changes a person's row; a new epoch ends every session and token of theirs."""
    if ends_credentials:
        values["epoch"] = _PERSON.c.epoch + 1
    connection.execute(update(_PERSON).where(_PERSON.c.id == person).values(**values))


def mark_one_time(connection: Connection, person: str, now: datetime) -> None:
    """Notes that a person's password was made up for them."""
    forget_one_time(connection, person)
    connection.execute(insert(_ONE_TIME).values(person=person, at=now))


def forget_one_time(connection: Connection, person: str) -> None:
    """Notes that a person has chosen their own."""
    connection.execute(delete(_ONE_TIME).where(_ONE_TIME.c.person == person))


def one_time_since(connection: Connection, person: str) -> datetime | None:
    """When a person's password was made up for them; None when it is their own."""
    return connection.scalar(select(_ONE_TIME.c.at).where(_ONE_TIME.c.person == person))


def everybody(connection: Connection) -> list[Person]:
    """All people by name, those who are disabled included."""
    held: dict[str, list[str]] = {}
    for person, role in connection.execute(select(_GRANT.c.person, _GRANT.c.role).order_by(_GRANT.c.role)):
        held.setdefault(person, []).append(role)
    return [
        Person(
            row.id, row.name, tuple(held.get(row.id, ())), row.email, row.phone, row.wecom, row.language,
            row.disabled_at, row.created_at,
        )
        for row in connection.execute(select(_PERSON).order_by(_PERSON.c.name))
    ]  # fmt: skip


def other_admins(connection: Connection, person: str) -> int:
    """How many admins there are besides this person who can sign in; all of them stay so until the transaction ends."""
    joined = _GRANT.join(_PERSON, _GRANT.c.person == _PERSON.c.id)
    there = _GRANT.c.role == ADMIN, _PERSON.c.disabled_at.is_(None)
    query = select(_GRANT.c.person).select_from(joined).where(*there).order_by(_GRANT.c.person)
    held = query.with_for_update() if connection.dialect.name == "postgresql" else query
    return sum(each != person for each in connection.scalars(held))

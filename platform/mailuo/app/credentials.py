"""Credentials: sessions and tokens, kept only as the hash of a random secret that is shown once.

A credential of a person bears the person's epoch: a new epoch ends all of them with the next request.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Literal, cast

import orjson
from sqlalchemy import Connection, Row, Text, and_, bindparam, func, insert, or_, select, update
from sqlalchemy import cast as as_type

from mailuo.base.ids import new_id
from mailuo.records.actor import ADMIN, Actor
from mailuo.storage import system
from mailuo.storage.prepared import Question

SESSION_FOR = timedelta(days=14)
Kind = Literal["session", "bearer", "token"]
_SECRET_BYTES = 32
_TABLE, _PERSON, _GRANT = system.credential, system.person, system.role_grant


@dataclass(frozen=True, slots=True)
class Signed:
    """Who a secret stands for: the actor, the credential's id, and what a browser's changing request must carry.

    A program's carries nothing. `language` is the one that the person chose; None when nobody chose any.
    """

    actor: Actor
    credential: str
    csrf: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened; the secret is shown this once."""

    secret: str
    csrf: str
    actor: Actor
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Token:
    """A token, without its secret."""

    id: str
    name: str
    roles: tuple[str, ...]
    sources: tuple[str, ...]
    created_at: datetime
    created_by: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """What the rows say of a secret; rights are not added up yet."""

    credential: str
    kind: Kind
    id: str
    name: str
    roles: tuple[str, ...]
    sources: tuple[str, ...]
    language: str | None


_FITS = and_(_PERSON.c.id == _TABLE.c.person, _PERSON.c.epoch == _TABLE.c.epoch, _PERSON.c.disabled_at.is_(None))
_ROLES = select(func.aggregate_strings(_GRANT.c.role, ",")).where(_GRANT.c.person == _TABLE.c.person)
_FIND = Question(
    select(_TABLE.c.id, _TABLE.c.kind, _TABLE.c.person, _TABLE.c.name)
    .add_columns(
        as_type(_TABLE.c.roles, Text),
        as_type(_TABLE.c.sources, Text),
        select(_PERSON.c.name).where(_FITS).scalar_subquery(),
        select(_PERSON.c.language).where(_FITS).scalar_subquery(),
        _ROLES.scalar_subquery(),
    )
    .where(
        _TABLE.c.hash == bindparam("hash", None, type_=_TABLE.c.hash.type),
        _TABLE.c.revoked_at.is_(None),
        or_(
            _TABLE.c.expires_at.is_(None), _TABLE.c.expires_at > bindparam("now", None, type_=_TABLE.c.expires_at.type)
        ),
    )
)
"""Nothing of a person is looked for where a token is nobody's: joins would, at twice the price."""


def digest(secret: str) -> str:
    """What is kept of a secret of 256 random bits: nobody can try them all, so a plain hash suffices."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def csrf_of(secret: str) -> str:
    """What a browser sends beside its session cookie; the secret does not follow from it."""
    return sha256(b"csrf\0" + secret.encode("utf-8", "surrogatepass")).hexdigest()


def find(connection: Connection, secret: str, kinds: Sequence[Kind], now: datetime) -> Held | None:
    """What a secret stands for now, or None: unknown, expired, revoked, or its person has moved on."""
    rows = _FIND.rows(connection, {"hash": digest(secret), "now": now})
    if not rows or rows[0][1] not in kinds:
        return None
    id_, kind, person, token, roles, sources, name, language, granted = rows[0]
    if person is None:
        return Held(id_, "token", id_, token, _names(roles), _names(sources), None)
    if name is None:
        return None
    return Held(id_, cast(Kind, kind), person, name, tuple(sorted(granted.split(","))) if granted else (), (), language)


@lru_cache(1000)
def _names(written: str | None) -> tuple[str, ...]:
    """The names in a list of JSON: the same few, request by request."""
    return tuple(orjson.loads(written) or ()) if written else ()


def open_session(
    connection: Connection, person: Row[Any], kind: Kind, now: datetime, created_by: str
) -> tuple[str, datetime]:
    """The secret of a new session of a person, and when it ends."""
    secret, expires_at = token_urlsafe(_SECRET_BYTES), now + SESSION_FOR
    row = {
        "id": new_id(),
        "kind": kind,
        "hash": digest(secret),
        "name": person.name,
        "person": person.id,
        "epoch": person.epoch,
        "created_at": now,
        "created_by": created_by,
        "expires_at": expires_at,
    }
    connection.execute(insert(_TABLE).values(row))
    return secret, expires_at


def add_token(
    connection: Connection, name: str, roles: Sequence[str], sources: Sequence[str], by: str, now: datetime
) -> str:
    """The secret of a new token."""
    secret = token_urlsafe(_SECRET_BYTES)
    row = {
        "id": new_id(),
        "kind": "token",
        "hash": digest(secret),
        "name": name,
        "roles": list(roles),
        "sources": list(sources),
        "created_at": now,
        "created_by": by,
    }
    connection.execute(insert(_TABLE).values(row))
    return secret


def tokens(connection: Connection) -> list[Token]:
    """The tokens that work, oldest first."""
    query = select(_TABLE).where(_TABLE.c.kind == "token", _TABLE.c.revoked_at.is_(None))
    rows = connection.execute(query.order_by(_TABLE.c.created_at, _TABLE.c.id))
    return [
        Token(
            row.id,
            row.name,
            tuple(row.roles or ()),
            tuple(row.sources or ()),
            row.created_at,
            row.created_by,
            row.used_at,
        )
        for row in rows
    ]


def is_admins(connection: Connection, credential: str) -> bool:
    """Whether a credential opens what an admin's does: a session of an admin, or a token with that role or its voice."""
    row = connection.execute(select(_TABLE.c.person, _TABLE.c.roles, _TABLE.c.sources).where(_TABLE.c.id == credential)).first()
    if row is None:
        return False
    granted = select(_GRANT.c.role).where(_GRANT.c.person == row.person, _GRANT.c.role == ADMIN)
    return speaks_as_admin(row.roles or (), row.sources or ()) or connection.scalar(granted) is not None


def speaks_as_admin(roles: Sequence[str], sources: Sequence[str]) -> bool:
    """Whether a token with these roles and sources does anything as an admin."""
    return ADMIN in roles or f"role:{ADMIN}" in sources


def revoke(connection: Connection, credential: str, now: datetime) -> str | None:
    """The name of the credential that ends with this, or None when there is none that works."""
    mine = _TABLE.c.id == credential, _TABLE.c.revoked_at.is_(None)
    row = connection.execute(update(_TABLE).where(*mine).values(revoked_at=now).returning(_TABLE.c.name)).first()
    return None if row is None else str(row.name)


def note_use(connection: Connection, used: Sequence[tuple[str, datetime]]) -> None:
    """Writes when credentials were last used."""
    for credential, at in used:
        connection.execute(update(_TABLE).where(_TABLE.c.id == credential).values(used_at=at))


def forget(connection: Connection, now: datetime) -> int:
    """Removes sessions that ended long ago; how many went."""
    ended = or_(_TABLE.c.expires_at < now - SESSION_FOR, _TABLE.c.revoked_at < now - SESSION_FOR)
    return connection.execute(_TABLE.delete().where(_TABLE.c.kind != "token", ended)).rowcount

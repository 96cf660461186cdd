"""Revisions: every published set of declaration files, exactly one of which is serving."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, case, cast, exists, func, select

from mailuo.base.problems import Refusal
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.faults import ELSEWHERE, Moved
from mailuo.storage.identities import Identities, Identity, Path
from mailuo.storage.messages import NO_REVISION
from mailuo.storage.prepared import Command, Question

FLIPPING = 0x72657673  # an advisory lock of PostgreSQL: shared by writes, exclusive for the flip
SPENT = "identities"
"""The fact that says which numbers of identities are not given out again: all up to it."""
_TABLE = system.revision
_HEAD = (_TABLE.c.number, _TABLE.c.state, _TABLE.c.base, _TABLE.c.at, _TABLE.c.by, _TABLE.c.message)
_PUBLISHED = _TABLE.c.state.in_(("serving", "former"))
_LAST = 2**31 - 1  # the largest number a column of both databases holds


@dataclass(frozen=True, slots=True)
class Revision:
    """One publication, without its files."""

    number: int
    state: str
    base: int | None
    at: datetime
    by: str
    message: str


_SERVING = Question(select(_TABLE.c.number).where(_TABLE.c.state == "serving"))
_LOCK = Command(select(func.pg_advisory_xact_lock_shared(FLIPPING)))
_NUMBER = bindparam("number", type_=Integer)
_SURE = Command(
    select(
        cast(case((exists().where(_TABLE.c.state == "serving", _TABLE.c.number == _NUMBER), "1"), else_=ELSEWHERE), Integer)
    )
)
"""Fails unless the revision is in force, for what it says then is no number. Its answer need not be waited for."""


def running_number(connection: Connection) -> int | None:
    """The number of the revision in force: one row of one index, cheap enough to ask every second."""
    rows = _SERVING.rows(connection)
    return int(rows[0][0]) if rows else None


def hold(connection: Connection, number: int) -> None:
    """Keeps this revision in force until the transaction ends, once a flip that is under way is over.

    The transaction raises Moved when it is no longer in force: on PostgreSQL with the statement that follows, for nobody waits
    for this answer. The lock is there before the look, or a flip could end between them.
    """
    if connection.dialect.name == "postgresql":
        _LOCK.run_all(connection, [{}])
        _SURE.run_all(connection, [{"number": number}])
    elif running_number(connection) != number:
        raise Moved


def running(store: Store) -> Revision | None:
    """The revision in force, or None before the first."""
    with store.read() as connection:
        row = connection.execute(select(*_HEAD).where(_TABLE.c.state == "serving")).first()
    return _revision(row) if row else None


def revisions(store: Store, *, limit: int = 100, before: int | None = None) -> tuple[Revision, ...]:
    """What was published, newest first."""
    query = select(*_HEAD).where(_PUBLISHED).order_by(_TABLE.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(_TABLE.c.number < before)
    with store.read() as connection:
        return tuple(_revision(row) for row in connection.execute(query))


def files_of(store: Store, number: int) -> Mapping[str, str]:
    """The declaration files of a published revision; refuses an unknown number."""
    if number > _LAST:
        raise Refusal(NO_REVISION(number=number))
    with store.read() as connection:
        files = connection.scalar(select(_TABLE.c.files).where(_TABLE.c.number == number, _PUBLISHED))
    if files is None:
        raise Refusal(NO_REVISION(number=number))
    return dict(files)


def identities(connection: Connection) -> Identities:
    """All identities but those of a publication that is still under way."""
    rows = connection.execute(select(system.identity).where(system.identity.c.state != "new")).all()
    spent = connection.scalar(select(system.fact.c.value).where(system.fact.c.name == SPENT))
    return Identities(tuple(Identity(*row) for row in rows), int(spent or 0))


def names_of(connection: Connection, number: int | None) -> dict[Path, int]:
    """Which identities bore which names in a revision."""
    names = connection.scalar(select(_TABLE.c.names).where(_TABLE.c.number == number))
    return {(parent, kind, name): identity for identity, parent, kind, name in names or ()}


def _revision(row: Any) -> Revision:
    return Revision(row.number, row.state, row.base, row.at, row.by, row.message)

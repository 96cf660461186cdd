"""The audit: who did what beyond records, written in the transaction of the deed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from mailuo.base.clock import Clock
from mailuo.base.moments import format_moment
from mailuo.records.actor import Actor
from mailuo.storage import system
from mailuo.storage.engine import Store

_AUDIT = system.audit
Json = dict[str, object]


class Audit:
    """The lines of the audit."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def note(self, connection: Connection, actor: Actor, action: str, **about: Any) -> None:
        """Writes a line; `about` may name `table`, `record`, `address` and a `detail` without secrets."""
        line = {"at": self._clock.now(), "actor": actor.name, "action": action, **about}
        connection.execute(insert(_AUDIT).values(line))

    def add(self, actor: Actor, action: str, **about: Any) -> None:
        """Writes a line in a transaction of its own, for what changes nothing else: exports, a hold, a test."""
        self._store.write(lambda connection: self.note(connection, actor, action, **about))

    def page(self, *, limit: int = 100, before: int | None = None) -> tuple[list[Json], int | None]:
        """The latest lines, newest first, and where the next page begins if there is one."""
        query = select(_AUDIT).order_by(_AUDIT.c.id.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(_AUDIT.c.id < before)
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        more = len(rows) > limit
        return [_json(dict(row)) for row in rows[:limit]], rows[limit - 1]["id"] if more else None


def _json(row: Json) -> Json:
    at = row["at"]
    assert isinstance(at, datetime)
    zone = at.tzinfo
    assert zone is not None
    return {**row, "at": format_moment(at, zone)}

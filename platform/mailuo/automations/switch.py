"""The switch: what goes out can be held back, all of it or one connector's; what is held stays as rows.

Whoever sends asks in the transaction in which it takes a call. On PostgreSQL the hold is then locked against its release,
so that no call is put aside as held after the release has looked for such calls.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.automations.switch_messages import UNKNOWN_CONNECTOR
from mailuo.base.clock import Clock
from mailuo.base.problems import Problem
from mailuo.connectors.messages import GONE
from mailuo.metadata.model import Manifest
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store

EVERYTHING = ""
"""The scope of a hold on all that goes out."""
BY_ITSELF = ""
"""Who holds back a connector whose endpoint said that it takes nothing any more."""
_HELD, _CALL, _DELIVERY = system.held, system.call, system.delivery
_KEPT = ("held", "waiting", "retrying")
Ended = Callable[[Connection, str, datetime], object]
"""Called in the transaction that drops a call for which a run waits."""


class Note(Protocol):
    """Writes a line of the audit in the transaction of the deed."""

    def __call__(self, connection: Connection, actor: Actor, action: str, **about: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing that is held back."""

    connector: str | None
    """None: everything."""
    since: datetime
    by: str

    @property
    def by_itself(self) -> bool:
        """Whether the connector was switched off because its endpoint takes nothing any more."""
        return self.by == BY_ITSELF

    @property
    def why(self) -> Problem | None:
        """Why the connector was switched off by itself; people say no reason."""
        return GONE() if self.by_itself else None


def is_held(connection: Connection, connector: str) -> bool:
    """Whether nothing may go out through a connector now; keeps the hold as it is until the transaction ends."""
    query = select(_HELD.c.scope).where(_HELD.c.scope.in_((EVERYTHING, connector)))
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(read=True)
    return connection.execute(query).first() is not None


def holds(connection: Connection) -> tuple[Hold, ...]:
    """Everything that is held back, that on everything first."""
    rows = connection.execute(select(_HELD).order_by(_HELD.c.scope)).all()
    return tuple(Hold(row.scope or None, row.since, row.by) for row in rows)


def switch_off(connection: Connection, connector: str, now: datetime) -> bool:
    """Whether anything changed: nothing goes out through a connector whose endpoint is gone, until somebody lets it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row = dialect.insert(_HELD).values(scope=connector, since=now, by=BY_ITSELF)
    return connection.execute(row.on_conflict_do_nothing().returning(_HELD.c.scope)).first() is not None


class Switch:
    """Holds back what goes out, and lets it go or drops it."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, note: Note, ended: Ended | None = None) -> None:
        self._store = store
        self._clock = clock
        self._note = note
        self._ended = ended
        self._transactions = Transactions(store, in_force)

    def holds(self) -> tuple[Hold, ...]:
        """Everything that is held back, that on everything first."""
        with self._store.read() as connection:
            return holds(connection)

    def hold(self, actor: Actor, connector: str | None = None) -> bool:
        """Whether anything changed: from now on nothing goes out, or nothing through one connector."""

        def work(connection: Connection, running: Running, careful: bool) -> bool:
            scope = _scope(running.manifest, connector)
            if connection.execute(select(_HELD.c.scope).where(_HELD.c.scope == scope)).first() is not None:
                return False
            connection.execute(insert(_HELD).values(scope=scope, since=self._clock.now(), by=actor.name))
            self._note(connection, actor, "hold", detail={"connector": connector})
            return True

        return self._transactions.write(work)

    def release(self, actor: Actor, connector: str | None = None, *, drop: bool = False) -> int:
        """How many calls and deliveries were let go, or dropped; what another hold keeps back stays."""

        def work(connection: Connection, running: Running, careful: bool) -> int:
            scope = _scope(running.manifest, connector)
            if not connection.execute(delete(_HELD).where(_HELD.c.scope == scope)).rowcount:
                return 0
            free = _freed(connection, running.manifest, connector)
            count = self._drop(connection, free) if drop else self._send(connection, free)
            detail = {"connector": connector, "count": count}
            self._note(connection, actor, "release.drop" if drop else "release.send", detail=detail)
            return count

        return self._transactions.write(work)

    def _send(self, connection: Connection, connectors: frozenset[str]) -> int:
        now, calls = self._clock.now(), _CALL.c.connector.in_(connectors)
        fresh = {"state": "waiting", "due_at": now, "lease_until": None}
        sent = connection.execute(update(_CALL).where(_CALL.c.state == "held", calls).values(fresh)).rowcount
        mine = _DELIVERY.c.state == "held", _DELIVERY.c.call.is_(None), _DELIVERY.c.connector.in_(connectors)
        return sent + connection.execute(update(_DELIVERY).where(*mine).values(fresh)).rowcount

    def _drop(self, connection: Connection, connectors: frozenset[str]) -> int:
        """Drops what is held, and what waits and was not yet looked at; what a worker is at goes on."""
        now = self._clock.now()
        idle = or_(_CALL.c.lease_until.is_(None), _CALL.c.lease_until < now)
        calls = _CALL.c.connector.in_(connectors), _CALL.c.state.in_(_KEPT), idle
        values = {"state": "dropped", "lease_until": None}
        ended = update(_CALL).where(*calls).values(**values, finished_at=now, fence=_CALL.c.fence + 1)
        dropped = connection.execute(ended.returning(_CALL.c.id, _CALL.c.run)).all()
        for call, run in dropped:
            if run is not None and self._ended is not None:
                self._ended(connection, call, now)
        mine = _DELIVERY.c.state == "held", _DELIVERY.c.call.is_(None), _DELIVERY.c.connector.in_(connectors)
        return len(dropped) + connection.execute(update(_DELIVERY).where(*mine).values(values)).rowcount


def _scope(manifest: Manifest, connector: str | None) -> str:
    """The scope that a connector's name, or none, stands for; refuses one that is not there."""
    if connector is None:
        return EVERYTHING
    if connector not in manifest.connectors:
        raise NoSuchThing(UNKNOWN_CONNECTOR(found=connector[:60]))
    return connector


def _freed(connection: Connection, manifest: Manifest, connector: str | None) -> frozenset[str]:
    """The connectors that nothing holds back any longer, now that one hold is gone."""
    kept = set(connection.scalars(select(_HELD.c.scope)))
    meant = frozenset(manifest.connectors) if connector is None else frozenset({connector})
    return frozenset() if EVERYTHING in kept else meant - kept

"""Receiving: what comes in is proved from its raw bytes, kept before anything is done with it, and answered at once.

Forged and stale requests change nothing: they are counted, a row a minute. What came in before is counted and answered
as it was then. What its sender proves and nobody can read is kept as it came, and answered like any other.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.automations.bell import Bell
from mailuo.automations.receiving_messages import CONNECTOR_OFF, NO_EVENT
from mailuo.automations.unread import packed_bytes, unread_row
from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.reasons import kept
from mailuo.connectors.environment import Environment, Off, Wired
from mailuo.connectors.filling import storable
from mailuo.connectors.incoming import MOST_BYTES, NOTHING, Arrived, Reply, answered, arrival, arrived, failure, proved
from mailuo.connectors.polling import digest
from mailuo.connectors.schemes import signer_of
from mailuo.connectors.signing import Refused, Unreadable
from mailuo.connectors.signing.signer import Incoming
from mailuo.metadata.connector import Event
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Command, command

_INBOX: Table = system.inbox
_SAME = ["connector", "event", "key"]
Deed = Callable[[], None]
Later = Callable[[Deed], object]
"""What sees to it that something is done once the sender has its answer."""


def at_once(deed: Deed) -> None:
    """Does it now."""
    deed()


class Receiving:
    """Takes in what outside systems send."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, environment: Environment, bell: Callable[[], Bell]) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._environment = environment
        self._bell = bell

    def push(
        self, connector: str, event: str, method: str, headers: Mapping[str, str], query: bytes, body: bytes, later: Later
    ) -> Reply:
        """What the sender of a raw request is answered; work is rung for later."""
        return self.receive(connector, event, arrival(method, headers, query, body), later)

    def receive(self, connector: str, event: str, incoming: Incoming, later: Later = at_once) -> Reply:
        """What the sender is answered, once its events are kept; refuses what is addressed to nobody."""
        wired, declared = self._addressed(connector, event)
        now = self._clock.now()
        seen = proved(wired, declared, incoming, now)
        if isinstance(seen, Refused):
            self._store.write(lambda connection: _count_refused(connection, connector, event, kept(seen.reason), now), ahead=True)
            return failure(declared)
        if isinstance(seen, Unreadable):
            unread = unread_row(connector, event, incoming, now, self._in_force.current.number)
            reply = answered(declared, NOTHING, wired, now)
            self._put([unread], later)
            return reply
        found = arrived(declared, seen, wired, now)
        reply = answered(declared, seen, wired, now)
        if found:
            self.keep(connector, event, found, incoming.body, later)
        return reply

    def keep(
        self, connector: str, event: str, found: Sequence[Arrived], raw: bytes = b"", later: Later = at_once
    ) -> list[str]:
        """The ids of the events that are new; they wait in the inbox now."""
        now, revision = self._clock.now(), self._in_force.current.number
        return self._put(inbox_rows(connector, event, found, raw, now, revision), later)

    def accept(self, connector: str, event: str, body: object) -> list[str]:
        """The same for a body whose sender needs no proof: that of a scenario, or of a test somebody makes."""
        declared = self._in_force.current.manifest.connectors.get(connector)
        if declared is None or event not in declared.events:
            raise NoSuchThing(NO_EVENT(connector=connector[:60], event=event[:60]))
        return self.keep(connector, event, [Arrived(f"{digest(body)}:{new_id()}", body)])

    def _put(self, rows: Sequence[dict[str, Any]], later: Later) -> list[str]:
        new = self._store.write(lambda connection: put_in(connection, rows), ahead=True)
        later(lambda: self._bell().ring("inbox", new))
        return new

    def _addressed(self, connector: str, event: str) -> tuple[Wired, Event]:
        declared = self._in_force.current.manifest.connectors.get(connector)
        found = declared.events.get(event) if declared is not None else None
        signer = signer_of(declared, found.verify) if declared is not None and found is not None else None
        if declared is None or found is None or signer is None or not signer.verifies:
            raise NoSuchThing(NO_EVENT(connector=connector[:60], event=event[:60]))
        wired = self._environment.wired(declared, calls=False)
        if isinstance(wired, Off):
            raise NoSuchThing(CONNECTOR_OFF(connector=declared.title))
        return wired, found


def inbox_rows(
    connector: str, event: str, found: Sequence[Arrived], raw: bytes, now: datetime, revision: int
) -> list[dict[str, Any]]:
    """The rows that keep events; the raw bytes go with the first."""
    packed = packed_bytes(raw) if raw else None
    return [
        {
            "id": new_id(), "connector": connector, "event": event, "key": each.key, "received_at": now, "state": "new",
            "raw": None if place else packed, "body": storable(each.body), "due_at": now, "revision": revision,
        }
        for place, each in enumerate(found)
    ]  # fmt: skip


def put_in(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The ids of the rows that were not there before; the others are counted."""
    return [str(row["id"]) for row in rows if _put(connection, row)]


def _count_refused(connection: Connection, connector: str, event: str, reason: str, now: datetime) -> None:
    """Counts a refusal: one row a minute, however many there are."""
    minute = now.replace(second=0, microsecond=0)
    row = {
        "id": new_id(), "connector": connector, "event": event, "key": f"refused {minute.isoformat()}",
        "received_at": now, "state": "refused", "reason": reason, "due_at": now,
    }  # fmt: skip
    _put(connection, row, ("reason",))


def _put(connection: Connection, row: Mapping[str, Any], changed: tuple[str, ...] = ()) -> bool:
    """Whether a row is new; one that was there is counted once more, and takes the changed columns."""
    putting = command(_INBOX, (connection.dialect.name, *row, *changed), lambda: _putting(connection, tuple(row), changed))
    return bool(putting.answer(connection, row)[0][0] == 0)


def _putting(connection: Connection, names: tuple[str, ...], changed: tuple[str, ...]) -> Command:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    given: dict[str, Any] = {name: bindparam(name, None, type_=_INBOX.c[name].type) for name in names}
    again = {"repeats": _INBOX.c.repeats + 1, **{name: given[name] for name in changed}}
    statement = dialect.insert(_INBOX).values(given).on_conflict_do_update(index_elements=_SAME, set_=again)
    return Command(statement.returning(_INBOX.c.repeats))


__all__ = ["MOST_BYTES", "Receiving", "inbox_rows", "put_in"]

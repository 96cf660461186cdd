"""Knowledge: what was known of each node from when to when, so that `as of T` is a plain question of SQL.

A node that is pending or does not apply has no row: nothing is known of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, update

from mailuo.flow.gathering import Gathered, StoredState
from mailuo.flow.state import NodeState, State, Timeline
from mailuo.records.several import among, given
from mailuo.storage import system
from mailuo.storage.bulk import insert_many
from mailuo.storage.prepared import Command
from mailuo.storage.system import FOREVER

_UNTOLD = (State.PENDING, State.NOT_APPLICABLE)
_TABLE = system.node_state
_SAME = (
    _TABLE.c.record == bindparam("this_record"),
    _TABLE.c.part == bindparam("this_part"),
    _TABLE.c.node == bindparam("this_node"),
    _TABLE.c.known_from == bindparam("this_from"),
)
_CLOSE = Command(update(_TABLE).where(*_SAME).values(known_to=bindparam("to")))
_FORGET = Command(delete(_TABLE).where(*_SAME))
_FORGET_ALL = {
    dialect: Command(delete(_TABLE).where(among(_TABLE.c.record, "keys", dialect)))
    for dialect in ("sqlite", "postgresql")
}
Row = dict[str, object]


@dataclass
class Knowledge:
    """What is learnt about some records of one table in one transaction."""

    connection: Connection
    table: str
    now: datetime
    _new: list[Row] = field(default_factory=list)
    _standing: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    """The new rows that still hold, by record, part and node."""
    _closed: list[Row] = field(default_factory=list)
    _forgotten: list[Row] = field(default_factory=list)

    def learn(self, record: Gathered, timeline: Timeline, now: datetime | None = None) -> None:
        """Takes note of what differs from what was known; `record.states` then says the new."""
        at, states = now or self.now, record.states
        told = {(part, state.node): state for part, state in _told(timeline)}
        for where in states.keys() - told.keys():
            self._end(record, where, at)
        for where, state in told.items():
            before = states.get(where)
            if before is not None:
                if before[:4] == (state.state, state.at, state.source, state.due_since):
                    continue
                self._end(record, where, at)
            learnt = states[where] = StoredState(state.state.value, state.at, state.source, state.due_since, at)
            self._begin(record.id, where, learnt)

    def _begin(self, record: str, where: tuple[str, str], state: StoredState) -> None:
        part, node = where
        row: Row = {
            "record": record, "part": part, "node": node, "known_from": state.known_from, "known_to": FOREVER,
            "table": self.table, "state": state.state, "at": state.at, "source": state.source, "due_since": state.due_since,
        }  # fmt: skip
        self._standing[record, part, node] = row
        self._new.append(row)

    def _end(self, record: Gathered, where: tuple[str, str], at: datetime) -> None:
        before = record.states.pop(where)
        new = self._standing.pop((record.id, *where), None)
        if new is not None:
            new["known_to"] = max(at, before.known_from)
            return
        known = {"this_record": record.id, "this_part": where[0], "this_node": where[1], "this_from": before.known_from}
        if before.known_from < at:
            self._closed.append({**known, "to": at})
        else:
            self._forgotten.append(known)

    def _lasting(self) -> list[Row]:
        """The new rows but for those that held for no time at all."""
        return [row for row in self._new if row["known_from"] != row["known_to"]]

    def touched(self) -> dict[str, set[str]]:
        """The nodes, by record, of which something else is known now."""
        found: dict[str, set[str]] = {}
        for row in self._new:
            found.setdefault(str(row["record"]), set()).add(str(row["node"]))
        for row in (*self._closed, *self._forgotten):
            found.setdefault(str(row["this_record"]), set()).add(str(row["this_node"]))
        return found

    def write(self) -> None:
        """Writes what was learnt."""
        _FORGET.run_all(self.connection, self._forgotten)
        _CLOSE.run_all(self.connection, self._closed)
        insert_many(self.connection, _TABLE, self._lasting())

    def rewrite(self, ids: list[str]) -> None:
        """Writes what was learnt instead of all that was known of these records before."""
        dialect = self.connection.dialect.name
        _FORGET_ALL[dialect].run(self.connection, {"keys": given(ids, dialect)})
        insert_many(self.connection, _TABLE, self._lasting())


def _told(timeline: Timeline) -> Iterator[tuple[str, NodeState]]:
    for node in timeline.nodes:
        if node.state not in _UNTOLD:
            yield "", node
        for part, state in node.parts:
            if state.state not in _UNTOLD:
                yield part, state

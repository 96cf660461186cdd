"""Observing: what a step expects beside what there is, as the system or one role sees it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from mailuo.app.scenarios.cast import Cast
from mailuo.app.scenarios.comparing import Yardstick, unmatched
from mailuo.app.scenarios.messages import REFUSED_WITH
from mailuo.app.scenarios.result import Mismatch
from mailuo.base.moments import parse_moment
from mailuo.base.problems import Language, Refusal
from mailuo.base.reasons import reason_of
from mailuo.flow.dispute_list import Disputed
from mailuo.flow.wall import Wanted
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scenario import Expect, Rows, Step
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.query import Query
from mailuo.storage import system

_NODE = "node."
_MOST_ALERTS = 100_000
_POPUP = "popup"
_TOLD = ("intended", "sent")
Facts = Mapping[str, object]


@dataclass
class Observer:
    """Compares, and remembers which messages an expectation has named already."""

    cast: Cast
    language: Language
    _named: dict[str, set[str]] = field(default_factory=dict)
    _runs: dict[str, str] = field(default_factory=dict)
    _called: int = 0

    def differences(self, step: Step, expect: Expect) -> list[Mismatch]:
        """Everything in which a step's expectation differs from what there is."""
        eyes = self.cast.stand_in(str(step.seen_as)) if step.seen_as is not None else SYSTEM
        looking = _Looking(self.cast, eyes, step, self.language)
        found = [each for alias, part in expect.record.items() for each in looking.record(alias, part)]
        found += [each for rows in expect.records for each in looking.rows(rows)]
        found += [each for state, entries in expect.alerts.items() for each in looking.alerts(state, entries)]
        for name, entries in (("sent", expect.sent), ("popups", expect.popups)):
            if entries is not None:
                found += looking.exactly(name, entries, self._fresh(name))
        if expect.runs is not None:
            found += looking.exactly("runs", expect.runs, self._changed_runs())
        if expect.calls is not None:
            found += looking.exactly("calls", expect.calls, self._new_calls())
        for state, entries in expect.disputes.items():
            found += looking.disputes(state, entries)
        return found

    def _new_calls(self) -> list[Facts]:
        """Each attempt at a call that a rule asked for, since an expectation last named any."""
        attempt, call = system.attempt, system.call
        columns = attempt.c.id, attempt.c.outcome, attempt.c.error, call.c.connector, call.c.operation, call.c["values"].label("given"), call.c.table, call.c.record
        query = select(*columns).join_from(attempt, call, attempt.c.call == call.c.id).where(call.c.run.is_not(None))
        with self.cast.stage.store.read() as connection:
            rows = connection.execute(query.where(attempt.c.id > self._called).order_by(attempt.c.id)).all()
            keys = {row.id: self._key(connection, row.table, row.record) for row in rows if row.record}
        self._called = max((row.id for row in rows), default=self._called)
        return [
            {
                "connector": row.connector, "operation": row.operation, "with": row.given, "record": keys.get(row.id),
                "outcome": row.outcome, "error": row.error and reason_of(row.error),
            }
            for row in rows
        ]  # fmt: skip

    def _changed_runs(self) -> list[Facts]:
        """The runs of automations that are new, or stand otherwise, since an expectation last named any."""
        stage, table = self.cast.stage, system.run
        with stage.store.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
            keys = {row.id: self._key(connection, row.table, row.record) for row in rows if row.record}
        fresh = [row for row in rows if "." not in row.automation and self._runs.get(row.id) != row.state]
        self._runs = {row.id: row.state for row in rows}
        return [
            {"automation": row.automation, "record": keys.get(row.id), "state": row.state, "error": row.error and reason_of(row.error)} for row in fresh
        ]

    def _key(self, connection: Connection, table: str, record: str) -> str:
        """What people call a record."""
        running = self.cast.stage.running
        if table not in running.tables:
            return record
        found = connection.scalar(select(running.key_column(table)).where(running.tables[table].id == record))
        return str(found or record)

    def _fresh(self, name: str) -> list[Facts]:
        """The messages of a kind that no expectation has named before."""
        table = system.message
        query = select(table).where(table.c.state.in_(_TOLD)).order_by(table.c.at, table.c.id)
        with self.cast.stage.store.read() as connection:
            rows = [row for row in connection.execute(query) if (row.via == _POPUP) == (name == "popups")]
        seen = self._named.setdefault(name, set())
        fresh = [row for row in rows if row.id not in seen]
        seen |= {row.id for row in rows}
        return [
            {
                "via": row.via, "role": row.role, "user": row.user, "to": row.role or row.user,
                "everyone": bool((row.detail or {}).get("everyone")), "text": row.text, "subject": row.subject,
            }
            for row in fresh
        ]  # fmt: skip


@dataclass(frozen=True)
class _Looking:
    """One look, through somebody's eyes."""

    cast: Cast
    eyes: Actor
    step: Step
    language: Language

    @property
    def _yard(self) -> Yardstick:
        stage = self.cast.stage
        return Yardstick(stage.now, stage.running.zone, self.cast.keys)

    # One record

    def record(self, alias: Written, part: Part | None) -> Iterator[Mismatch]:
        """What differs in one record; None means that it cannot be seen."""
        yard = self._yard
        try:
            named = self.cast.find(alias)
            record = self.cast.stage.records.get(self.eyes, named.table, named.id)
        except Refusal:
            if part is not None:
                yield Mismatch(alias.place, alias.path, yard.shown(part), "null")
            return
        if part is None:
            yield Mismatch(alias.place, alias.path, "null", yard.shown(record.json()))
            return
        fields = self.cast.stage.running.manifest.tables[named.table].fields
        nodes = self._nodes(named.table, named.id) if any(name.startswith(_NODE) for name in part) else {}
        values = record.values
        for name, expected in part.values.items():
            if name.startswith(_NODE):
                yield from self._node(name, expected, nodes.get(name.removeprefix(_NODE), {}))
            elif not yard.agrees(expected, values.get(name), fields[name].type if name in fields else None):
                yield Mismatch(name.place, name.path, yard.shown(expected), yard.shown(values.get(name)))

    def _nodes(self, table: str, record: str) -> Mapping[str, Facts]:
        stage = self.cast.stage
        nodes = stage.flow.timeline(self.eyes, table, record)["nodes"]
        assert isinstance(nodes, list)
        moments = ("at", "due_since")
        return {
            node["id"]: {**node, **{name: node[name] and parse_moment(node[name], stage.running.zone) for name in moments}}
            for node in nodes
        }

    def _node(self, name: Written, expected: object, node: Facts) -> Iterator[Mismatch]:
        yard = self._yard
        if isinstance(expected, Part):
            for key, value in expected.values.items():
                if not yard.agrees(value, node.get(key)):
                    yield Mismatch(key.place, key.path, yard.shown(value), yard.shown(node.get(key)))
        elif not yard.agrees(expected, node.get("state")):
            yield Mismatch(name.place, name.path, yard.shown(expected), yard.shown(node.get("state")))

    # Lists

    def rows(self, rows: Rows) -> Iterator[Mismatch]:
        """What differs in the records of a table that answer a condition."""
        yard, path = self._yard, f"{self.step.path}.expect.records"
        try:
            found = list(self._answering(rows))
        except Refusal as refusal:
            yield Mismatch(rows.place, f"{path}.where", str(rows.where or rows.of), self._refusal(refusal))
            return
        if rows.count is not None and rows.count != len(found):
            yield Mismatch(rows.place, f"{path}.count", str(rows.count), str(len(found)))
        table = self.cast.stage.running.manifest.tables.get(str(rows.of))
        types = {name: each.type for name, each in table.fields.items()} if table else {}
        lacking = unmatched(rows.rows, found, lambda one, other: yard.entry(one, other, types)).missing
        for place in lacking:
            expected = rows.rows[place]
            there = [{name: row.get(name) for name in expected} for row in found]
            yield Mismatch(expected.place, expected.path, yard.shown(expected), yard.shown(there))

    def _answering(self, rows: Rows) -> Iterable[Facts]:
        """The records; a condition that this person may not ask is answered by none."""
        query = Query(filter=str(rows.where) if rows.where is not None else None)
        try:
            return [record.values for record in self.cast.stage.records.stream(self.eyes, str(rows.of), query)]
        except Refusal:
            if self.step.seen_as is None:
                raise
            return []

    def alerts(self, state: str, entries: Sequence[Part]) -> Iterator[Mismatch]:
        """What differs in the alerts of a state."""
        found, _ = self.cast.stage.wall.page(self.eyes, Wanted(state=state), limit=_MOST_ALERTS)
        return self.exactly(f"alerts.{state}", entries, found)

    def disputes(self, state: str, entries: Sequence[Part]) -> Iterator[Mismatch]:
        """What differs in the disputes of a state."""
        found, _ = self.cast.stage.disputes.page(self.eyes, Disputed(state=state), limit=_MOST_ALERTS)
        return self.exactly(f"disputes.{state}", entries, found)

    def exactly(self, name: str, entries: Sequence[Part], found: Sequence[Facts]) -> Iterator[Mismatch]:
        """Whether a list is exactly the expected one, in any order."""
        yard = self._yard
        differs = unmatched(entries, found, yard.entry)
        if differs.any:
            named = dict.fromkeys(key for entry in entries for key in entry) or _USUAL
            there = [{key: value for key in (*_USUAL, *named) if (value := each.get(key))} for each in found]
            path = f"{self.step.path}.expect.{name}"
            yield Mismatch(self.step.place, path, yard.shown(entries), yard.shown(there))

    def _refusal(self, refusal: Refusal) -> str:
        problem = refusal.problems[0]
        return REFUSED_WITH(code=problem.code, said=problem.text(self.language)).text(self.language)


_USUAL = ("rule", "automation", "connector", "operation", "record", "error", "node", "via", "role", "user", "text")

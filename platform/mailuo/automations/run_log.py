"""The run log: what rules did, and what people do about it: look, replay, try, press a button."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, func, insert, select

from mailuo.automations.bell import Bell
from mailuo.automations.journals import forget, forget_open, journal_of, lines_of
from mailuo.automations.likeness import replaced
from mailuo.automations.messages import (
    NOT_FAILED,
    NOT_NOW,
    NOT_YOUR_BUTTON,
    RECORD_WANTED,
    STEP_REPLACED,
    UNKNOWN_BUTTON,
    UNKNOWN_RULE,
    UNKNOWN_RUN,
)
from mailuo.automations.program import DONE
from mailuo.automations.programs import Program, Programs, program_of
from mailuo.automations.queue import RUNS
from mailuo.automations.starting import Starting
from mailuo.automations.trial import Trial, Undo
from mailuo.automations.triggers import Start
from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.moments import format_moment
from mailuo.base.problems import Refusal
from mailuo.base.reasons import reason_in
from mailuo.metadata.automation import Automation, OnButton
from mailuo.records.actor import ADMIN, Actor
from mailuo.records.door import Records
from mailuo.records.idempotency import Request, answered
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.policy import Sight
from mailuo.records.running import Running
from mailuo.records.seen import Seen, seen
from mailuo.records.standing import Finder
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store

STATES = ("waiting", "running", "done", "failed", "stopped", "parked")
ENDED_BADLY = ("failed", "stopped", "parked")
LATELY = timedelta(days=7)
"""How far back a rule's failures are shown, and how long one may be silent without being said to be."""
_RUN = system.run
Json = dict[str, Any]
Whose = Literal["then", "now"]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which runs are asked for."""

    automation: str | None = None
    state: str | None = None
    record: str | None = None


class RunLog:
    """The runs of a store, for actors who may look at them."""

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, records: Records, bell: Callable[[], Bell]
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._records = records
        self._bell = bell
        self._transactions = Transactions(store, in_force)
        self._programs = Programs(store, in_force)

    # Looking

    def page(
        self, actor: Actor, sought: Sought, *, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[Json], str | None]:
        """Runs, newest first, with their steps, and the cursor of those that follow; of records that the actor sees."""
        query = self._query(sought)
        if cursor is not None:
            query = query.where(_RUN.c.id < cursor)
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(_RUN.c.id.desc()).limit(limit + 1)).all()
            shown = self._shown(connection, actor, rows[:limit])
        return shown, rows[limit - 1].id if len(rows) > limit else None

    def get(self, actor: Actor, run: str) -> Json:
        """One run with its steps, and the runs of its chain."""
        with self._store.read() as connection:
            row = connection.execute(select(_RUN).where(_RUN.c.id == run)).first()
            found = self._shown(connection, actor, [row]) if row is not None else []
            if row is None or not found:
                raise NoSuchThing(UNKNOWN_RUN(found=run[:60]))
            chain = connection.execute(select(_RUN).where(_RUN.c.chain == row.chain).order_by(_RUN.c.id).limit(100)).all()
            others = self._shown(connection, actor, chain)
        heads = [{name: each[name] for name in ("id", "automation", "record", "state", "depth")} for each in others]
        return {**found[0], "chained": heads}

    def rules(self, actor: Actor) -> list[Json]:
        """Every rule with how its runs went of late, and whether it has been silent for long."""
        running, since = self._in_force.current, self._clock.now() - LATELY
        lately = select(_RUN.c.automation, _RUN.c.state, func.count()).where(_RUN.c.at >= since)
        last = select(_RUN.c.automation, func.max(_RUN.c.at, type_=_RUN.c.at.type).label("last")).group_by(_RUN.c.automation)
        with self._store.read() as connection:
            counts: dict[str, dict[str, int]] = {}
            for rule, state, count in connection.execute(lately.group_by(_RUN.c.automation, _RUN.c.state)):
                counts.setdefault(rule, {})[state] = count
            latest = {row.automation: row.last for row in connection.execute(last)}
        return [
            self._rule(each, counts.get(each.id, {}), latest.get(each.id), since, running)
            for each in running.manifest.automations.values()
        ]

    # Doing

    def replay(self, actor: Actor, run: str, revision: Whose = "now") -> Json:
        """The run, which goes on from the step that failed, as the rule is now or as it was then.

        Refuses a run whose record the actor does not see, and to go on as the rule is now where a step that is done is
        another by now.
        """
        then = self._then(run)

        def work(connection: Connection, running: Running, careful: bool) -> str:
            query = select(_RUN).where(_RUN.c.id == run)
            row = connection.execute(query.with_for_update() if running.dialect == "postgresql" else query).first()
            if row is None or not _Showing(connection, running, actor, self._clock.now()).sees(row):
                raise NoSuchThing(UNKNOWN_RUN(found=run[:60]))
            if row.state not in ENDED_BADLY:
                raise Refusal(NOT_FAILED(state=row.state))
            forget_open(connection, row.id)
            number = running.number if revision == "now" else row.revision
            if number != row.revision:
                _forget_replaced(connection, row, then, program_of(running.manifest, row.automation))
            fresh = {"revision": number, "error": None, "finished_at": None}
            RUNS.again(connection, row.id, self._clock.now(), "waiting", **fresh)
            return str(row.id)

        self._bell().ring(RUNS.name, [self._transactions.write(work)])
        return self.get(actor, run)

    def try_out(self, actor: Actor, rule: str, key: str) -> Json:
        """What a rule would do to a record, which a rule of a table needs: `{condition, state, steps}`; nothing of it stays.

        The steps tell what those of a run would; of a row that is there already only to who sees it as it is, too.
        """

        def work(connection: Connection, running: Running, careful: bool) -> Json:
            automation = running.manifest.automations.get(rule)
            program = program_of(running.manifest, rule)
            if automation is None or program is None:
                raise NoSuchThing(UNKNOWN_RULE(found=rule[:60]))
            now = self._clock.now()
            table = automation.of
            if table is not None and not key:
                raise Refusal(RECORD_WANTED(field="record", rule=automation.title))
            record = Finder(connection, running, actor, table, now).standing(key).id if table is not None else ""
            told = Trial(connection, running, self._records, now, automation, program, record, actor.language).told()
            showing = _Showing(connection, running, actor, now)
            raise Undo({**told, "steps": [showing.step(each) for each in told["steps"]]})

        try:
            return self._transactions.write(work)
        except Undo as undone:
            with self._store.read() as connection:
                showing = _Showing(connection, self._in_force.current, actor, self._clock.now(), tried=True)
                return {**undone.told, "steps": [showing.step(each) for each in undone.told["steps"]]}

    def buttons(self, actor: Actor, table: str) -> list[OnButton]:
        """The buttons on records of a table that the actor may press."""
        return [button for _, button in _buttons(self._in_force.current, table) if _presses(actor, button)]

    def press(self, actor: Actor, table: str, key: str, button: str, *, request: Request | None = None) -> Json:
        """`{run, state, error}` of the run that a button begins; it stops at once, and says so, where the rule does not apply.

        Refuses who may not press the button.
        """

        def work(connection: Connection, running: Running, careful: bool) -> Json:
            now = self._clock.now()

            def begun() -> Json:
                about = Finder(connection, running, actor, table, now).standing(key)
                found = next(((rule, each) for rule, each in _buttons(running, table) if each.button == button), None)
                if found is None:
                    raise NoSuchThing(UNKNOWN_BUTTON(found=button[:60]))
                rule, declared = found
                if not _presses(actor, declared):
                    raise Refusal(NOT_YOUR_BUTTON(title=declared.title))
                start = Start(rule.id, "pressed", f"pressed:{new_id()}")
                starting, not_now = Starting(connection, running, now), NOT_NOW(title=declared.title)
                run = starting.begin(start, table, [about.id], actor=actor.name, otherwise=not_now)[0]
                self._note(connection, actor, table, about.id, button, now)
                state, error = connection.execute(select(_RUN.c.state, _RUN.c.error).where(_RUN.c.id == run)).one()
                return {"run": run, "state": state, "error": reason_in(error, actor.language)}

            return dict(answered(connection, actor, request, now, begun))

        told = self._transactions.write(work)
        self._bell().ring(RUNS.name, [str(told["run"])])
        return told

    # Inside

    def _then(self, run: str) -> Program | None:
        """The program that a run has had so far."""
        with self._store.read() as connection:
            row = connection.execute(select(_RUN.c.automation, _RUN.c.revision).where(_RUN.c.id == run)).first()
        return self._programs.of(row.automation, row.revision) if row is not None else None

    def _note(
        self, connection: Connection, actor: Actor, table: str, record: str, button: str, now: datetime
    ) -> None:
        line = {"at": now, "actor": actor.name, "action": "press", "table": table, "record": record, "detail": {"button": button}}
        connection.execute(insert(system.audit), line)

    def _query(self, sought: Sought) -> Select[Any]:
        query = select(_RUN)
        if sought.automation is not None:
            query = query.where(_RUN.c.automation == sought.automation)
        if sought.record is not None:
            query = query.where(_RUN.c.record == sought.record)
        if sought.state in ("waiting", "running"):
            query = query.where(_RUN.c.state == "waiting")
        elif sought.state is not None:
            query = query.where(_RUN.c.state == sought.state)
        return query

    def _shown(self, connection: Connection, actor: Actor, rows: Sequence[Row[Any]]) -> list[Json]:
        lines = lines_of(connection, [row.id for row in rows])
        showing = _Showing(connection, self._in_force.current, actor, self._clock.now())
        return [told for row in rows if (told := showing.run(row, lines[row.id])) is not None]

    def _rule(
        self, rule: Automation, counts: Mapping[str, int], last: datetime | None, since: datetime, running: Running
    ) -> Json:
        silent = rule.enabled and (last is None or last < since)
        at = None if last is None else format_moment(last, running.zone)
        bad = sum(counts.get(state, 0) for state in ("failed", "parked"))
        return {
            "id": rule.id, "title": rule.title, "enabled": rule.enabled, "table": rule.of, "last_at": at,
            "lately": dict(counts), "failed": bad, "silent": silent,
        }  # fmt: skip


@dataclass(frozen=True)
class _Showing:
    """Runs as one actor may see them."""

    connection: Connection
    running: Running
    actor: Actor
    now: datetime
    tried: bool = False
    """Whether what was made was made by a trial, and is not there."""

    def sees(self, row: Row[Any]) -> bool:
        """Whether the run is the actor's to see: its record is, or it is about none."""
        return not _is_about(row) or self._key(row.table, row.record) is not None

    def run(self, row: Row[Any], lines: Sequence[Row[Any]]) -> Json | None:
        """The run; None where its record is not the actor's to see."""
        key, zone = None, self.running.zone
        if _is_about(row):
            key = self._key(row.table, row.record)
            if key is None:
                return None
        program = program_of(self.running.manifest, row.automation)
        steps = [self._step(line) for line in lines]
        goes = row.state == "waiting" and row.lease_until is not None and row.lease_until > self.now
        return {
            "id": row.id, "automation": row.automation, "title": program.title if program is not None else row.automation,
            "trigger": row.trigger, "table": row.table, "record": key, "state": "running" if goes else row.state,
            "error": reason_in(row.error, self.actor.language),
            "actor": row.actor, "revision": row.revision, "chain": row.chain, "depth": row.depth,
            "parent": row.parent, "at": format_moment(row.at, zone),
            "finished_at": None if row.finished_at is None else format_moment(row.finished_at, zone),
            "steps": steps,
        }  # fmt: skip

    def _key(self, table: str, record: str) -> str | None:
        """What people call a record, be it in the trash."""
        if table not in self.running.tables:
            return record if self.actor.sees_everything else None
        for trashed in (False, True):
            try:
                finder = Finder(self.connection, self.running, self.actor, table, self.now, trashed=trashed)
                return finder.standing(record).key
            except Refusal:
                continue
        return None

    def _step(self, line: Row[Any]) -> Json:
        return self.step({
            "place": line.place, "action": line.action, "state": line.state, "attempts": line.attempts,
            "error": reason_in(line.error, self.actor.language), "at": format_moment(line.at, self.running.zone),
            "inputs": line.inputs or {}, "outcome": line.outcome or {},
        })  # fmt: skip

    def step(self, told: Json) -> Json:
        """A step as the actor may know it: what became of rows, and the rest only if it sees everything."""
        if self.actor.sees_everything or "outcome" not in told:
            return told
        rows = told["outcome"].get("rows")
        return {**told, "inputs": {}, "outcome": {"rows": list(self._rows(rows))} if rows else {}}

    def _rows(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[Json]:
        """What became of the rows that the actor sees, without the fields that it may not see in each."""
        tables = {row["table"] for row in rows}
        found = {table: self._seen(table, {row["id"] for row in rows if row["table"] == table}) for table in tables}
        for row in rows:
            one = found[row["table"]].get(row["id"])
            if self.tried and row.get("made"):
                yield dict(row)
            elif one is not None:
                changes = {name: each for name, each in row.get("changes", {}).items() if one.access.sight(name) is Sight.SHOWN}
                yield {**row, "changes": changes}

    def _seen(self, table: str, ids: Collection[str]) -> Mapping[str, Seen]:
        return seen(self.connection, self.running, self.actor, table, ids, self.now)


def _is_about(row: Row[Any]) -> bool:
    """Whether a run is about a record."""
    return bool(row.record) and row.table is not None


def _forget_replaced(connection: Connection, run: Row[Any], then: Program | None, now: Program | None) -> None:
    """Forgets that steps were passed over at whose places others stand now; refuses where such a one is done.

    A rule that is gone is told of when the run is taken.
    """
    if now is None:
        return
    journal = journal_of(connection, run.id)
    others = replaced(journal, then.steps if then is not None else (), now.steps)
    done = next((place for place in journal if place in others and journal[place].state == DONE), None)
    if done is not None:
        raise Refusal(STEP_REPLACED(step=done, revision=run.revision))
    forget(connection, run.id, others)


def _buttons(running: Running, table: str) -> Iterator[tuple[Automation, OnButton]]:
    for automation in running.manifest.automations.values():
        for trigger in automation.triggers:
            if automation.enabled and isinstance(trigger, OnButton) and trigger.of == table:
                yield automation, trigger


def _presses(actor: Actor, button: OnButton) -> bool:
    return actor.kind == "system" or ADMIN in actor.roles or not set(button.by).isdisjoint(actor.roles)

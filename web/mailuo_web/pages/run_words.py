"""Runs of rules in words: what started one, what each step did with what, how it ended, what it led to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from mailuo.base.moments import parse_moment
from mailuo.records import Running
from mailuo.records.actor import SYSTEM
from mailuo_web.pages.formula_words import titled_formula
from mailuo_web.pages.run_rows import Given, RowDone, RowWriter, Told, record_href, rows_of, tables_of
from mailuo_web.pages.sources import source_title
from mailuo_web.pages.subject import Subject
from mailuo_web.texts import Say
from mailuo_web.texts.times import age, exact, short, since

_BAD = ("failed", "parked")
_REPEATABLE = ("failed", "parked", "stopped")
_TOLD = ("node", "connector", "operation", "count", "holds", "said", "items", "rows", "deleted", "call", "table", "everyone")
"""What a step's own line says already, or nobody reads."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a run."""

    place: str
    depth: int
    action: str
    state: str
    state_text: str
    error: str
    about: str
    inputs: tuple[Given, ...]
    outcome: tuple[Given, ...]
    rows: tuple[RowDone, ...]
    when: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of the log."""

    id: str
    rule: str
    title: str
    record: str
    record_title: str
    href: str
    trigger: str
    state: str
    state_text: str
    bad: bool
    error: str
    at: str
    exact: str
    took: str
    steps: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Another run of the same chain."""

    id: str
    title: str
    record: str
    state: str
    state_text: str
    depth: int
    current: bool


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with its steps and its chain."""

    line: RunLine
    steps: tuple[StepLine, ...]
    chain: tuple[Linked, ...]
    repeatable: bool
    older: bool
    revision: int


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the list: how its runs went of late."""

    id: str
    title: str
    about: str
    mark: str
    tone: str
    table: str


@dataclass(frozen=True)
class RunWriter:
    """Writes runs for one reader."""

    running: Running
    say: Say
    now: datetime

    @cached_property
    def _rows(self) -> RowWriter:
        return RowWriter(self.running, self.say)

    def rule(self, told: Told) -> RuleLine:
        """One rule."""
        count, at = sum(told["lately"].values()), self._at(told["last_at"])
        heard = since(self.now - at, self.say.language) if at else self.say("run.never")
        mark, tone = "", ""
        if told["failed"]:
            mark, tone = self.say("run.rule.failed", count=told["failed"]), "org"
        elif not told["enabled"]:
            mark = self.say("run.rule.off")
        elif told["silent"]:
            mark, tone = self.say("run.rule.silent"), "outline"
        about = self.say("run.rule.lately", count=count, heard=heard) if count else heard
        return RuleLine(told["id"], told["title"], about, mark, tone, told["table"] or "")

    def line(self, told: Told) -> RunLine:
        """One run."""
        at, end = self._at(told["at"]), self._at(told["finished_at"])
        assert at is not None, "every run has begun"
        language, key = self.say.language, told["record"] or ""
        return RunLine(
            id=told["id"],
            rule=told["automation"],
            title=told["title"],
            record=key,
            record_title=self._rows.name(told["table"], key),
            href=record_href(told["table"], key),
            trigger=self.say.title(f"run.trigger.{told['trigger']}", told["trigger"]),
            state=told["state"],
            state_text=self.say(f"run.state.{told['state']}"),
            bad=told["state"] in _BAD,
            error=told["error"] or "",
            at=short(at, self.now, self.running.zone, language),
            exact=exact(at, self.running.zone),
            took=self._took(at, end),
            steps=tuple(step["state"] for step in told["steps"][-7:]),
            who=told["actor"] or "",
        )

    def view(self, told: Told) -> RunView:
        """One run with its steps and its chain."""
        chain = tuple(self._linked(each, told["id"]) for each in told["chained"])
        return RunView(
            line=self.line(told),
            steps=tuple(self.steps(told["steps"], told["table"])),
            chain=chain if len(chain) > 1 else (),
            repeatable=told["state"] in _REPEATABLE,
            older=told["revision"] != self.running.number,
            revision=told["revision"],
        )

    def steps(self, steps: list[Told], table: str | None = None) -> Iterator[StepLine]:
        """The steps in the order in which they were taken; `table` is that of the record that started the run."""
        for told in steps:
            at = self._at(told.get("at"))
            yield StepLine(
                place=told["place"],
                depth=min(told["place"].count(".") // 2, 4),
                action=self.say.title(f"run.action.{told['action']}", told["action"]),
                state=told["state"],
                state_text=self.say.title(f"run.step.{told['state']}", told["state"]),
                error=told.get("error") or "",
                about=self._about(told),
                inputs=tuple(self._given(told, told.get("inputs") or {}, table)),
                outcome=tuple(self._given(told, told.get("outcome") or {}, table)),
                rows=tuple(self._rows.rows(told)),
                when=f"{at.astimezone(self.running.zone):%H:%M:%S}" if at else "",
            )

    def _about(self, told: Told) -> str:
        """What a step was about, in a word: the node, the connector, how many."""
        inputs, outcome = told.get("inputs") or {}, told.get("outcome") or {}
        if told["action"] == "claim":
            return self._node(str(inputs.get("node") or ""))
        if told["action"] == "call":
            name = str(inputs.get("connector") or "")
            connector, operation = self.running.manifest.connectors.get(name), str(inputs.get("operation") or "")
            called = connector.operations.get(operation) if connector else None
            return " · ".join(filter(None, (connector.title if connector else name, called.title if called else operation)))
        if told["action"] in ("count", "for_each") and "count" in outcome:
            return self.say("run.count", count=outcome["count"])
        if told["action"] == "if" and "holds" in outcome:
            return self.say("yes" if outcome["holds"] else "no")
        return self._tables(told)

    def _tables(self, told: Told) -> str:
        tables, known = tables_of(told), self.running.manifest.tables
        titles = self.say("line.and").join(known[table].title if table in known else table for table in tables)
        found = next(rows_of(told), None) is not None
        return titles if found or not titles else f"{titles} · {self.say('run.rows.none')}"

    def _node(self, node: str) -> str:
        flows = (table.flow for table in self.running.manifest.tables.values() if table.flow)
        return next((flow.nodes[node].title for flow in flows if node in flow.nodes), node)

    def _given(self, told: Told, values: Told, table: str | None) -> Iterator[Given]:
        """Names and values; what is nested once is told by its inner names."""
        for name, value in values.items():
            if isinstance(value, Mapping) and name in ("set", "with", "initially"):
                yield from self._rows.given(told, value)
            elif name not in _TOLD and value not in (None, "", [], {}):
                yield Given(self.say.title(f"run.name.{name}", name), self._named(name, value, table))

    def _named(self, name: str, value: object, table: str | None) -> str:
        """A value whose kind its name tells: a source or a role by its title, a time or a condition as people read it."""
        if name == "source":
            return source_title(self.running.manifest, str(value), self.say)
        if name in ("role", "user"):
            return self._person(str(value))
        if name == "told" and isinstance(value, list):
            return self.say("line.and").join(dict.fromkeys(map(self._receiver, value)))
        if name in ("via", "state"):
            return self.say.title(f"via.{value}" if name == "via" else f"connector.call.{value}", str(value))
        declared = self.running.manifest.tables.get(table or "")
        if name == "if" and declared is not None:
            return titled_formula(str(value), Subject(self.running, SYSTEM, declared, self.say, self.now))
        at = self._at(value) if name == "at" and isinstance(value, str) else None
        return short(at, self.now, self.running.zone, self.say.language) if at else self._rows.plain(value)

    def _receiver(self, told: Told) -> str:
        """Whom one message of a step was for."""
        return self.say("via.everyone") if told.get("everyone") else self._person(str(told.get("to") or ""))

    def _person(self, name: str) -> str:
        """A role by its title; a person by the name that they sign in with."""
        role = self.running.manifest.roles.get(name.removeprefix("role:"))
        return role.title if role else name

    def _linked(self, told: Told, current: str) -> Linked:
        rule = self.running.manifest.automations.get(told["automation"])
        title = rule.title if rule else told["automation"]
        state = self.say(f"run.state.{told['state']}")
        record = self._rows.name(rule.of if rule else None, told["record"] or "")
        return Linked(told["id"], title, record, told["state"], state, min(told["depth"], 5), told["id"] == current)

    def _took(self, start: datetime, end: datetime | None) -> str:
        if end is None:
            return ""
        seconds = (end - start).total_seconds()
        return self.say("run.seconds", count=f"{seconds:.1f}") if seconds < 60 else age(end - start, self.say.language)

    def _at(self, text: str | None) -> datetime | None:
        return parse_moment(text, self.running.zone) if text else None

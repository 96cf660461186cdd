"""The names in a scenario, checked as far as they can be before it runs.

What a step says that must be refused may name anything. What the scenario itself declares cannot be known before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mailuo.formulas import Formula, parse_formula
from mailuo.formulas.types import STATES
from mailuo.metadata.automation import OnButton
from mailuo.metadata.compiler import BOOLEAN
from mailuo.metadata.connector import Connector
from mailuo.metadata.findings import (
    ALERT,
    AUTOMATION,
    BUTTON,
    CALENDAR,
    CONNECTOR,
    EVENT,
    FIELD,
    FORM,
    NODE,
    OPERATION,
    ROLE,
    SOURCE,
    STATE,
    TABLE,
    Findings,
    Noun,
)
from mailuo.metadata.model import Manifest, Table
from mailuo.metadata.names import Directory, TableScope, directory_of
from mailuo.metadata.outline import outline_of
from mailuo.metadata.part import Part, Written
from mailuo.metadata.references import ADMIN
from mailuo.metadata.scenario import (
    Acknowledge,
    Answers,
    Counter,
    Create,
    Declare,
    Deed,
    Expect,
    GiveEvidence,
    Press,
    Push,
    Replay,
    ReplayEvents,
    Retract,
    Review,
    Rows,
    Say,
    Scenario,
    SetCalendarDay,
    Step,
    Submit,
    Update,
    Values,
)

_RESERVED = ("automation", "clock", "manual", "verdict")
_NODE = "node."


@dataclass(frozen=True)
class Known:
    """What scenarios may name: everything that the workspace declares."""

    tables: Mapping[str, Table]
    directory: Directory
    alerts: frozenset[str]
    roles: frozenset[str]
    calendars: frozenset[str]
    sources: frozenset[str]
    forms: Mapping[str, str]
    """The table of each form."""
    automations: frozenset[str]
    buttons: Mapping[str, frozenset[str]]
    """The buttons on the records of each table."""
    connectors: Mapping[str, Connector]

    @classmethod
    def of(cls, manifest: Manifest, alerts: Iterable[str] | None = None) -> "Known":
        """What a manifest declares; `alerts` are those that were declared, if some of them were wrong."""
        return cls(
            manifest.tables,
            directory_of(manifest),
            frozenset(manifest.alerts if alerts is None else alerts),
            frozenset(manifest.roles) | {ADMIN},
            frozenset(manifest.calendars),
            frozenset(manifest.workspace.sources),
            {form: table.id for table in manifest.tables.values() for form in table.forms},
            frozenset(manifest.automations),
            {table: frozenset(_buttons(manifest, table)) for table in manifest.tables},
            manifest.connectors,
        )


def check_names(scenario: Scenario, known: Known, findings: Findings) -> None:
    """Reports every name in the scenario that nothing declares."""
    changed = {
        edit.path.split(".")[0] for step in scenario.steps if isinstance(step.deed, Declare) for edit in step.deed.edits
    }
    checker = _Checker(known, findings, changed)
    for step in scenario.steps:
        checker.step(step)


@dataclass
class _Checker:
    known: Known
    findings: Findings
    changed: set[str]
    _aliases: dict[str, str] = field(default_factory=dict)

    def step(self, step: Step) -> None:
        """Checks one step; what it makes is known to those after it."""
        if step.seen_as is not None:
            self._name(step.seen_as, "roles", self.known.roles, ROLE)
        if step.deed is not None and step.fails is None:
            self._deed(step.deed)
        if isinstance(step.deed, Create) and step.deed.alias:
            self._aliases[step.deed.alias] = step.deed.table
        if step.expect is not None:
            self._expect(step.expect)

    def _name(self, word: Written, kind: str, known: Iterable[str], noun: Noun) -> str | None:
        if kind in self.changed:
            return None
        return self.findings.name(word, sorted(known), noun)

    def _table(self, word: Written) -> Table | None:
        name = self._name(word, "tables", self.known.tables, TABLE)
        return self.known.tables[name] if name is not None else None

    def _table_of(self, record: Written) -> Table | None:
        """The table of an alias; a key may be of any."""
        alias = self._aliases.get(record)
        return None if alias is None or "tables" in self.changed else self.known.tables.get(alias)

    def _deed(self, deed: Deed) -> None:
        by = deed.by if isinstance(deed, (Say, Retract, Acknowledge, Submit, Press, GiveEvidence, Review)) else None
        for role in by.roles if by else ():
            self._name(role, "roles", self.known.roles, ROLE)
        match deed:
            case Create(table=table, values=values):
                self._fields(self._table(table), values)
            case Update(record=record, values=values):
                self._fields(self._table_of(record), values)
            case Say(record=record, node=node, source=source):
                self._node(self._table_of(record), node)
                self._source(source)
            case GiveEvidence(dispute=dispute) | Review(dispute=dispute):
                self._node(self._table_of(dispute.record), dispute.node)
            case Retract(record=record, node=node):
                self._node(self._table_of(record), node)
            case Acknowledge(rule=rule):
                self._name(rule, "alerts", self.known.alerts, ALERT)
            case Submit(form=form, values=values):
                name = self._name(form, "tables", self.known.forms, FORM)
                self._fields(self.known.tables[self.known.forms[name]] if name else None, values)
            case Press(record=record, button=button):
                pressed = self._table_of(record)
                if pressed is not None:
                    self._name(button, "automations", self.known.buttons[pressed.id], BUTTON)
            case Replay(automation=automation):
                self._name(automation, "automations", self.known.automations, AUTOMATION)
            case Push(connector=connector, event=event):
                self._of_connector(connector, event, "events", EVENT)
            case Answers(connector=connector, operation=operation):
                self._of_connector(connector, operation, "operations", OPERATION)
            case ReplayEvents(connector=connector, event=replayed):
                self._of_connector(connector, replayed, "events", EVENT)
            case SetCalendarDay(calendar=calendar):
                self._name(calendar, "calendars", self.known.calendars, CALENDAR)
            case Counter(table=table):
                self._table(table)

    def _of_connector(self, connector: Written, word: Written | None, what: str, noun: Noun) -> None:
        """Checks a connector, and the name of one of its events or operations."""
        name = self._name(connector, "connectors", self.known.connectors, CONNECTOR)
        if name is not None and word is not None:
            self._name(word, "connectors", getattr(self.known.connectors[name], what), noun)

    def _fields(self, table: Table | None, values: Values) -> None:
        if table is not None:
            for name in values:
                self.findings.name(name, table.fields, FIELD)

    def _node(self, table: Table | None, node: Written) -> None:
        if table is not None and table.flow is not None:
            self.findings.name(node, [*table.flow.nodes, *table.flow.exits], NODE)

    def _source(self, source: Written) -> None:
        kind, colon, name = source.partition(":")
        rest = Written.at(name, source.inside.moved(len(kind) + 1), source.path)
        if kind == "role" and colon:
            self._name(rest, "roles", self.known.roles, ROLE)
        elif kind == "form" and colon:
            self._name(rest, "tables", self.known.forms, FORM)
        else:
            self._name(source, "workspace", [*self.known.sources, *_RESERVED], SOURCE)

    # What is expected

    def _expect(self, expect: Expect) -> None:
        for alias, part in expect.record.items():
            table = self._table_of(alias)
            if table is not None and part is not None:
                self._members(table, part)
        for rows in expect.records:
            self._rows(rows)
        for entries in expect.alerts.values():
            for rule in _texts(entries, "rule"):
                self._name(rule, "alerts", self.known.alerts, ALERT)
        for role in _texts((*(expect.sent or ()), *(expect.popups or ())), "role"):
            self._name(role, "roles", self.known.roles, ROLE)
        for entries in expect.disputes.values():
            for entry in entries:
                self._contradiction(entry)
        for automation in _texts(expect.runs or (), "automation"):
            self._name(automation, "automations", self.known.automations, AUTOMATION)
        for entry in expect.calls or ():
            connector = entry.text("connector")
            if connector is not None:
                self._of_connector(connector, entry.text("operation"), "operations", OPERATION)

    def _contradiction(self, entry: Part) -> None:
        record, node = entry.text("record"), entry.text("node")
        if record is not None and node is not None:
            self._node(self._table_of(record), node)

    def _members(self, table: Table, part: Part) -> None:
        outline = outline_of(table)
        for name, expected in part.values.items():
            if name.startswith(_NODE):
                node = Written.at(name.removeprefix(_NODE), name.inside.moved(len(_NODE)), name.path)
                self.findings.name(node, outline.nodes, NODE)
                state = expected.text("state") if isinstance(expected, Part) else expected
                if isinstance(state, Written):
                    self.findings.name(state, STATES.options or (), STATE)
            else:
                self.findings.name(name, outline.names, FIELD)

    def _rows(self, rows: Rows) -> None:
        table = self._table(rows.of)
        if table is None:
            return
        for part in rows.rows:
            self._members(table, part)
        if rows.where is not None:
            scope = TableScope(self.known.directory, table.id)
            result = parse_formula(str(rows.where), scope, expects=BOOLEAN, place=rows.where.inside)
            if not isinstance(result, Formula):
                self.findings.problems += [problem.at(problem.place, rows.where.path) for problem in result]


def _buttons(manifest: Manifest, table: str) -> Iterator[str]:
    for automation in manifest.automations.values():
        for trigger in automation.triggers:
            if isinstance(trigger, OnButton) and trigger.of == table:
                yield trigger.button


def _texts(entries: Iterable[Part], key: str) -> Iterator[Written]:
    for entry in entries:
        word = entry.text(key)
        if word is not None:
            yield word

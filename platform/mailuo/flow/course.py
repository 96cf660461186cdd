"""Courses: all that one revision says about a table's flow, made ready once: its line, its rules, what they read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailuo.fields import Links
from mailuo.flow.line import Line
from mailuo.flow.past import fields_of
from mailuo.formulas import Formula
from mailuo.metadata.arbitration import Arbitration
from mailuo.metadata.automation import OnNode
from mailuo.metadata.model import Alert, DueBy, EarlierThan, NoNewsFrom, Table
from mailuo.records.running import Running


@dataclass(frozen=True, slots=True)
class Children:
    """A table whose rows are parts of a record: those whose link `by` names it, under the links field `per`."""

    per: str
    table: str
    by: str


@dataclass(frozen=True, slots=True)
class Course:
    """A table's flow and the rules that watch it."""

    table: Table
    line: Line
    rules: Mapping[str, Alert]
    children: tuple[Children, ...]
    fields: tuple[str, ...]
    """The stored fields that conditions read."""
    tracked: frozenset[str]
    """Those whose past matters: read by a `when` or a pause."""
    arbitrations: tuple[tuple[Arbitration, str | None], ...] = ()
    """Who is believed of which node, each with the links field of the node's parts."""
    judged: frozenset[str] = frozenset()
    """The nodes that arbitrations judge."""
    listened: frozenset[tuple[str, str]] = frozenset()
    """What automations wait for: kinds of what happens to a node, with the node."""

    @property
    def minds_silence(self) -> bool:
        """Whether a rule watches from which source nothing is heard of a record."""
        return any(isinstance(rule.when, NoNewsFrom) and rule.when.of == "record" for rule in self.rules.values())

    def arbitration_of(self, node: str) -> Arbitration | None:
        """The rule that judges a node."""
        return next((rule for rule, _ in self.arbitrations if rule.node == node), None)


def course_of(running: Running, table: str) -> Course | None:
    """The course of a table; None when it has no flow."""
    return running.once(("course", table), lambda: (_made(running, running.manifest.tables[table]),))[0]


def rule_of(running: Running, table: str, node: str, opened_by: str) -> Arbitration | None:
    """The rule by which a dispute goes: the one that judges the node now, else the one that opened it."""
    course = course_of(running, table) if table in running.manifest.tables else None
    found = course.arbitration_of(node) if course is not None else None
    return found or running.manifest.arbitrations.get(opened_by)


def courses(running: Running) -> Mapping[str, Course]:
    """All courses, by table."""
    every = ((name, course_of(running, name)) for name in running.manifest.tables)
    return {name: course for name, course in every if course is not None}


def courses_over(running: Running, table: str) -> Iterable[tuple[Course, Children]]:
    """The courses of which this table's rows are parts."""
    for course in courses(running).values():
        for children in course.children:
            if children.table == table:
                yield course, children


def _made(running: Running, table: Table) -> Course | None:
    if table.flow is None:
        return None
    rules = {rule.id: rule for rule in running.manifest.alerts.values() if rule.on == table.id and rule.enabled}
    line = Line.of(table.flow)
    whens, pauses = [node.when for node in line.nodes], [rule.pause_while for rule in rules.values()]
    stored = running.tables[table.id].fields
    tracked = fields_of(*whens, *pauses) & stored.keys()
    read = tracked | fields_of(*(formula for rule in rules.values() for formula in _formulas(rule))) & stored.keys()
    children = tuple(_children(table, per) for per in sorted(line.per))
    judged = (rule for rule in running.manifest.arbitrations.values() if rule.on == table.id and rule.enabled)
    arbitrations = tuple((rule, table.flow.nodes[rule.node].per) for rule in judged)
    nodes = frozenset(rule.node for rule, _ in arbitrations)
    listened = frozenset(_listened(running, table.id))
    return Course(table, line, rules, children, tuple(sorted(read)), frozenset(tracked), arbitrations, nodes, listened)


def _listened(running: Running, table: str) -> Iterable[tuple[str, str]]:
    """What happens to nodes of a table that starts an automation."""
    for automation in running.manifest.automations.values():
        for trigger in automation.triggers:
            if automation.enabled and isinstance(trigger, OnNode) and trigger.of == table:
                yield trigger.kind, trigger.node


def _formulas(rule: Alert) -> Iterable[Formula | None]:
    yield rule.only_if
    match rule.when:
        case EarlierThan(earlier_than=formula) | DueBy(due_by=formula):
            yield formula


def _children(table: Table, per: str) -> Children:
    links = table.fields[per].type
    assert isinstance(links, Links)
    return Children(per, links.to, links.by)

"""Alerts: clocks on a flow, whom they tell, and what they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from mailuo.metadata import messages
from mailuo.metadata.automation import Step
from mailuo.metadata.build_given import public_forms
from mailuo.metadata.build_steps import Stage, StepBuilder, Surroundings
from mailuo.metadata.compiler import BOOLEAN, CAUSE, CLOCK, MOMENT, PAUSE_WHILE, Compiler
from mailuo.metadata.findings import CALENDAR, NODE, TABLE
from mailuo.metadata.model import (
    Alert,
    AlertCondition,
    Calendar,
    Cause,
    DueBy,
    EarlierThan,
    Escalation,
    FromTo,
    NoNewsFrom,
    Notify,
    RestingAt,
    WaitingFor,
)
from mailuo.metadata.names import TableScope
from mailuo.metadata.part import Part, Written
from mailuo.metadata.references import References, tells_nobody
from mailuo.metadata.scopes import Body, Layers, Member, Row

_NEVER = timedelta(0)
_UNTOLD = RestingAt("", _NEVER)  # stands for a condition that was reported as wrong; such a manifest is never used


@dataclass(frozen=True)
class AlertSurroundings:
    """What alerts refer to besides tables."""

    references: References
    calendars: Mapping[str, Calendar]
    rules: Surroundings


def build_alert(name: Written, part: Part, compiler: Compiler, around: AlertSurroundings) -> Alert | None:
    """The alert as declared, or None where it is too wrong to be one; what is wrong is reported."""
    return _AlertBuilder(name, part, compiler, around).alert()


class _AlertBuilder:
    """Builds one alert."""

    def __init__(self, name: Written, part: Part, compiler: Compiler, around: AlertSurroundings) -> None:
        self._name = name
        self._part = part
        self._compiler = compiler
        self._around = around
        self._findings = compiler.findings
        self._on = part.plain("on") or ""

    def alert(self) -> Alert | None:
        """The whole alert."""
        if not self._table_has_flow():
            self._check_names_without_table()
            return None
        part = self._part
        when = self._condition(part.part("when"))
        calendar = part.text("calendar")
        if calendar is not None:
            self._findings.name(calendar, self._around.calendars, CALENDAR)
        return Alert(
            id=str(self._name),
            title=part.plain("title") or str(self._name),
            level=cast(Literal["red", "orange", "green"], part.plain("level")),
            on=self._on,
            when=when or _UNTOLD,
            notify=self._notifies(part),
            enabled=part.flag("enabled", default=True),
            calendar=None if calendar is None else str(calendar),
            pause_while=self._compiler.formula(part.text("pause_while"), self._on, PAUSE_WHILE, BOOLEAN),
            only_if=self._compiler.formula(part.text("only_if"), self._on, CLOCK, BOOLEAN),
            escalate=tuple(self._escalation(each) for each in part.parts("escalate")),
            remind_every=part.span("remind_every"),
            digest_over=part.whole("digest_over"),
            because=tuple(cause for each in part.parts("because") if (cause := self._cause(each))),
            then=self._steps("then"),
            on_withdrawn=self._steps("on_withdrawn"),
            place=self._name.place,
        )

    def _table_has_flow(self) -> bool:
        on = self._part.text("on")
        if on is None or self._findings.name(on, self._compiler.outlines, TABLE) is None:
            return False
        if not self._compiler.outlines[on].nodes:
            self._findings.add(messages.NO_FLOW, on)
            return False
        return True

    def _check_names_without_table(self) -> None:
        """What can be checked of an alert whose table is not there."""
        for holder in (self._part, *self._part.parts("escalate")):
            for each in holder.parts("notify"):
                self._roles(each)

    # The condition

    def _condition(self, part: Part) -> AlertCondition | None:
        if "no_news_from" in part:
            return self._no_news(part)
        longer = part.span("longer_than") or _NEVER
        if "waiting_for" in part:
            node = self._node(part, "waiting_for")
            return WaitingFor(node, longer) if node else None
        if "resting_at" in part:
            node = self._node(part, "resting_at")
            return RestingAt(node, longer) if node else None
        if "from" in part or "to" in part:
            start, to = self._node(part, "from"), self._node(part, "to")
            return FromTo(start, to, longer) if start and to else None
        return self._against_a_time(part)

    def _against_a_time(self, part: Part) -> AlertCondition | None:
        if "due_by" in part:
            formula, until = (
                self._compiler.formula(part.text("due_by"), self._on, CLOCK, MOMENT),
                self._node(part, "until"),
            )
            return DueBy(formula, until) if formula and until else None
        formula = self._compiler.formula(part.text("earlier_than"), self._on, CLOCK, MOMENT)
        node, by = self._node(part, "reached"), part.span("by")
        return EarlierThan(node, formula, by) if node and formula and by is not None else None

    def _no_news(self, part: Part) -> NoNewsFrom | None:
        said = part.part("no_news_from")
        of: Literal["record", "source"] = "record" if "record" in said else "source"
        word, longer = said.text(of), part.span("longer_than")
        source = self._around.references.source(word) if word is not None else None
        start, until = self._node(part, "from"), self._node(part, "until")
        return NoNewsFrom(source, of, longer, start, until) if source and longer is not None else None

    def _node(self, part: Part, key: str) -> str | None:
        word = part.text(key)
        return None if word is None else self._findings.name(word, self._compiler.outlines[self._on].nodes, NODE)

    # Whom it tells

    def _notifies(self, holder: Part) -> tuple[Notify, ...]:
        return tuple(self._notify(each) for each in holder.parts("notify"))

    def _notify(self, part: Part) -> Notify:
        roles, cc = self._roles(part)
        templates = (self._compiler.template(word, self._on) for word in part.words("users"))
        users = tuple(template for template in templates if template is not None)
        if tells_nobody(part):
            self._findings.problems.append(messages.NOTIFY_NOBODY(place=part.place, path=part.path))
        return Notify(
            via=cast(Literal["wecom", "email", "popup"], part.plain("via")),
            roles=roles,
            cc=cc,
            users=users,
            everyone=part.flag("everyone"),
            text=self._compiler.template(part.text("text"), self._on),
            subject=self._compiler.template(part.text("subject"), self._on),
        )

    def _roles(self, part: Part) -> tuple[tuple[str, ...], tuple[str, ...]]:
        references = self._around.references
        return references.roles_of(part.words("roles")), references.roles_of(part.words("cc"))

    def _escalation(self, part: Part) -> Escalation:
        return Escalation(part.span("after") or _NEVER, self._notifies(part))

    def _cause(self, part: Part) -> Cause | None:
        formula = self._compiler.formula(part.text("when"), self._on, CAUSE, BOOLEAN)
        return Cause(formula, part.plain("say") or "") if formula else None

    # What it does

    def _steps(self, key: str) -> tuple[Step, ...]:
        directory = self._compiler.directory
        public = public_forms(self._around.rules.tables)
        named: dict[str, Member] = {"record": Row(directory, self._on), "form": Body(public)}
        scope = Layers(named, TableScope(directory, self._on))
        builder = StepBuilder(self._compiler, self._around.rules)
        return builder.steps(self._part.parts(key), Stage(scope, self._on), key)

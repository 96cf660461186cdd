"""Automations: what starts them, under which condition, and their steps."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast
from zoneinfo import ZoneInfo

from mailuo.base.cron import parse_cron
from mailuo.metadata import rule_messages as messages
from mailuo.metadata.automation import (
    Automation,
    OnAlert,
    OnButton,
    OnEvent,
    OnForm,
    OnNode,
    OnRecord,
    OnSchedule,
    Trigger,
)
from mailuo.metadata.build_given import zone_of
from mailuo.metadata.build_steps import Stage, StepBuilder, Surroundings
from mailuo.metadata.compiler import BOOLEAN, CONDITION, Compiler
from mailuo.metadata.connector import Event
from mailuo.metadata.findings import ALERT, CONNECTOR, EVENT, FIELD, FORM, NODE, TABLE
from mailuo.metadata.names import TableScope
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scopes import Body, Layers, Member, Row


@dataclass(frozen=True)
class Started:
    """What rules can be started by, besides tables: the table of each alert and of each form."""

    alerts: Mapping[str, str]
    forms: Mapping[str, str]
    public: tuple[str, ...]
    """The forms that outsiders fill in."""
    zone: ZoneInfo


def build_automation(
    name: Written, part: Part, compiler: Compiler, around: Surroundings, started: Started
) -> Automation | None:
    """The automation as declared, or None where it is too wrong to be one; what is wrong is reported."""
    return _AutomationBuilder(name, part, compiler, around, started).automation()


class _AutomationBuilder:
    """Builds one automation."""

    def __init__(self, name: Written, part: Part, compiler: Compiler, around: Surroundings, started: Started) -> None:
        self._name = name
        self._part = part
        self._compiler = compiler
        self._findings = compiler.findings
        self._around = around
        self._started = started
        self._kinds: Mapping[str, Callable[[Part], Trigger | None]] = {
            **dict.fromkeys(("created", "updated", "deleted"), self._on_record),
            **dict.fromkeys(("reached", "disputed", "verdict_given"), self._on_node),
            **dict.fromkeys(("opened", "resolved"), self._on_alert),
            "submitted": self._on_form,
            "received": self._on_event,
            "schedule": self._on_schedule,
            "pressed": self._on_button,
        }

    def automation(self) -> Automation | None:
        """The whole rule."""
        part = self._part
        written = part.parts("on")
        triggers = tuple(trigger for each in written if (trigger := self._trigger(each)) is not None)
        whole = len(triggers) == len(written) > 0
        if whole:
            self._check_tables(triggers, written)
        stage = self._stage(triggers) if whole else Stage(Layers({}, Body()), None)
        condition = self._compiler.formula_in(part.text("if"), stage.scope, BOOLEAN, CONDITION)
        if not whole:
            return None
        steps = StepBuilder(self._compiler, self._around).steps(part.parts("do"), stage, "do")
        return Automation(
            id=str(self._name),
            title=part.plain("title") or str(self._name),
            on=triggers[0],
            steps=steps,
            also_on=triggers[1:],
            condition=condition,
            enabled=part.flag("enabled", default=True),
            place=self._name.place,
        )

    def _check_tables(self, triggers: tuple[Trigger, ...], written: tuple[Part, ...]) -> None:
        for trigger, part in zip(triggers[1:], written[1:], strict=False):
            if trigger.of != triggers[0].of:
                self._findings.problems.append(
                    messages.TRIGGERS_DIFFER(
                        place=part.place, path=part.path, found=trigger.of or "–", first=triggers[0].of or "–"
                    )
                )

    def _stage(self, triggers: tuple[Trigger, ...]) -> Stage:
        """The names that conditions and steps may use, and in whose name they may speak."""
        directory, table = self._compiler.directory, triggers[0].of
        named: dict[str, Member] = {}
        if table is not None:
            named |= {"record": Row(directory, table), "form": Body(self._started.public)}
        speaks = ["automation"]
        for trigger in triggers:
            if isinstance(trigger, OnEvent):
                named["event"] = Body()
                speaks.append(trigger.connector)
                if trigger.part is not None:
                    named["part"] = Row(directory, trigger.part)
            elif isinstance(trigger, OnForm):
                speaks.append(f"form:{trigger.form}")
        own = TableScope(directory, table) if table is not None else None
        return Stage(Layers(named, own), table, tuple(speaks))

    # Triggers; where a needed word is missing, the grammar has said so.

    def _trigger(self, part: Part) -> Trigger | None:
        kind = next((key for key in part if key in self._kinds), None)
        return None if kind is None else self._kinds[kind](part)

    def _table(self, part: Part, key: str) -> str | None:
        word = part.text(key)
        return None if word is None else self._findings.name(word, self._compiler.outlines, TABLE)

    def _on_record(self, part: Part) -> Trigger | None:
        kind = next(key for key in ("created", "updated", "deleted") if key in part)
        table = self._table(part, kind)
        if table is None:
            return None
        outline = self._compiler.outlines[table]
        fields = (self._findings.name(word, outline.fields, FIELD) for word in part.words("fields"))
        return OnRecord(
            cast(Literal["created", "updated", "deleted"], kind), table, tuple(each for each in fields if each)
        )

    def _on_node(self, part: Part) -> Trigger | None:
        kind = next(key for key in ("reached", "disputed", "verdict_given") if key in part)
        table, word = self._table(part, "of"), part.text(kind)
        if table is None or word is None:
            return None
        outline = self._compiler.outlines[table]
        if not outline.nodes:
            self._findings.add(messages.NO_FLOW_TO_SAY, word, table=table)
            return None
        known = (*outline.nodes, *outline.exits) if kind == "reached" else tuple(outline.nodes)
        node = self._findings.name(word, known, NODE)
        return (
            None if node is None else OnNode(cast(Literal["reached", "disputed", "verdict_given"], kind), node, table)
        )

    def _on_alert(self, part: Part) -> Trigger | None:
        kind = next(key for key in ("opened", "resolved") if key in part)
        word = part.text(kind)
        alert = None if word is None else self._findings.name(word, self._started.alerts, ALERT)
        table = None if alert is None else self._started.alerts[alert]
        if alert is None or table is None or table not in self._compiler.outlines:
            return None
        return OnAlert(cast(Literal["opened", "resolved"], kind), alert, table)

    def _on_form(self, part: Part) -> Trigger | None:
        word = part.text("submitted")
        form = None if word is None else self._findings.name(word, self._started.forms, FORM)
        return None if form is None else OnForm(form, self._started.forms[form])

    def _on_event(self, part: Part) -> Trigger | None:
        word, source = part.text("received"), part.text("from")
        if word is None:
            return None
        if source is None:
            head, dot, tail = word.partition(".")
            if not dot:
                self._findings.add(messages.NO_FROM, word)
                return None
            source = Written.at(head, word.inside, word.path)
            word = Written.at(tail, word.inside.moved(len(head) + 1), word.path)
        if self._findings.name(source, self._around.written_connectors, CONNECTOR) is None:
            return None
        if self._findings.name(word, self._around.written_connectors[source].part("events"), EVENT) is None:
            return None
        connector = self._around.connectors.get(source)
        event = connector.events.get(word) if connector else None
        return None if event is None else self._of_event(event, str(word), str(source))

    def _of_event(self, event: Event, name: str, connector: str) -> Trigger | None:
        """The trigger with the tables that the event finds."""
        if event.find is None:
            return OnEvent(name, connector)
        if event.find.claim_on is None:
            return OnEvent(name, connector, event.find.table)
        target = self._compiler.directory.link_target(event.find.table, event.find.claim_on)
        return None if target is None else OnEvent(name, connector, target, event.find.table)

    def _on_schedule(self, part: Part) -> Trigger | None:
        text, zone = part.text("schedule"), self._zone(part.text("zone"))
        table = self._table(part, "of")
        if "where" in part and "of" not in part:
            self._findings.add(messages.WHERE_WITHOUT_OF, part.key("where"))
        where = self._compiler.formula(part.text("where"), table, CONDITION, BOOLEAN) if table else None
        cron = None if text is None else parse_cron(text)
        if cron is None and text is not None:
            self._findings.add(messages.NOT_CRON, text)
        if cron is None or ("of" in part and table is None):
            return None
        return OnSchedule(cron, zone, table, where)

    def _zone(self, word: Written | None) -> ZoneInfo:
        return zone_of(word, self._started.zone, self._compiler)

    def _on_button(self, part: Part) -> Trigger | None:
        table, button = self._table(part, "of"), part.plain("pressed")
        words = (self._role(word) for word in part.words("by"))
        roles = tuple(role for word in words if (role := self._around.references.role(word)) is not None)
        if table is None or button is None:
            return None
        return OnButton(button, table, roles, part.plain("title") or self._part.plain("title") or str(self._name))

    def _role(self, word: Written) -> Written:
        """A role, also written as it stands in a `by`."""
        bare = word.removeprefix("role:")
        return Written.at(bare, word.inside.moved(len(word) - len(bare)), word.path)


def check_buttons(rules: Mapping[Written, Part], compiler: Compiler) -> None:
    """Reports a button that a table has already."""
    seen: dict[tuple[str, str], Written] = {}
    for button, table in _buttons(rules):
        first = seen.setdefault((table, button), button)
        if first is not button:
            compiler.findings.add(messages.BUTTON_TWICE, button, table=table, first=first.place)


def _buttons(rules: Mapping[Written, Part]) -> Iterator[tuple[Written, str]]:
    for part in rules.values():
        for trigger in part.parts("on"):
            button, table = trigger.text("pressed"), trigger.text("of")
            if button is not None and table is not None:
                yield button, str(table)

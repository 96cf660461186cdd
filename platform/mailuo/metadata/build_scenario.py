"""Building a scenario from its typed parts: moments are read, steps put together, names checked as far as they can be."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailuo.base.moments import format_moment, parse_moment
from mailuo.metadata import scenario_messages as messages
from mailuo.metadata.document import Entry, Node, Scalar, Sequence
from mailuo.metadata.document import Mapping as Map
from mailuo.metadata.edits import Edit
from mailuo.metadata.findings import Findings
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scenario import (
    NOTHING,
    Acknowledge,
    Answers,
    Argued,
    Counter,
    Create,
    Declare,
    Deed,
    Delete,
    Down,
    Expect,
    Fails,
    GiveEvidence,
    Press,
    Push,
    Replay,
    ReplayEvents,
    Restore,
    Retract,
    Review,
    Rows,
    Say,
    Scenario,
    SetCalendarDay,
    Somebody,
    Step,
    Submit,
    Update,
    Values,
)

DECLARED_KINDS = ("workspace", "tables", "roles", "calendars", "alerts", "automations", "arbitrations", "connectors")
LATER_KINDS = ("dashboards", "reports")
"""Kinds of declarations whose engines are not in this installation: nothing acts on them."""


def build_scenario(part: Part, zone: ZoneInfo, findings: Findings) -> Scenario | None:
    """The scenario as written, or None where it has no beginning; what is wrong is reported."""
    title, word = part.text("scenario"), part.text("now")
    if title is None or word is None:
        return None
    builder = _ScenarioBuilder(zone, findings)
    now = builder.moment(word)
    if now is None:
        return None
    return Scenario(str(title), now, tuple(builder.steps(part, now)), part.place)


class _ScenarioBuilder:
    """Builds the steps of one scenario."""

    def __init__(self, zone: ZoneInfo, findings: Findings) -> None:
        self._zone = zone
        self._findings = findings
        self._deeds: Mapping[str, Callable[[Part, str], Deed | None]] = {
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
            "restore": self._restore,
            "claim": self._say,
            "retract": self._retract,
            "acknowledge": self._acknowledge,
            "submit": self._submit,
            "evidence": self._give_evidence,
            "review": self._review,
            "set_calendar_day": self._calendar_day,
            "declare": self._declare,
            "counter": self._counter,
            "down": self._down,
            "event": self._push,
            "answers": self._answers,
            "press": self._press,
            "replay": self._replay,
        }

    def moment(self, word: Written | None) -> datetime | None:
        """The moment that a text names; None for `now`, and for one that is reported as unreadable."""
        if word is None or word == "now":
            return None
        at = parse_moment(word, self._zone)
        if at is None:
            self._findings.add(messages.NOT_MOMENT, word)
        return at

    def steps(self, part: Part, now: datetime) -> Iterator[Step]:
        """The steps, in order; time only runs forward."""
        for each in part.parts("steps"):
            step = self._step(each)
            if step.after is not None:
                now += step.after
            if step.until is not None:
                if step.until < now:
                    shown = format_moment(now, self._zone)
                    self._findings.add(messages.BACKWARDS, each.key("at"), now=shown)
                now = step.until
            if isinstance(step.deed, Down):
                now += step.deed.length
            yield step

    def _step(self, part: Part) -> Step:
        words = [word for word in part if word in self._deeds]
        for word in words[1:]:
            self._findings.add(messages.SEVERAL_DEEDS, word)
        if "after" in part and "at" in part:
            self._findings.add(messages.BOTH_WAITS, part.key("at"))
        if "fails" in part and not words:
            self._findings.add(messages.NOTHING_FAILS, part.key("fails"))
        fails = part.part("fails")
        return Step(
            place=part.place,
            path=part.path,
            after=part.span("after"),
            until=None if "after" in part else self.moment(part.text("at")),
            seen_as=part.text("as"),
            deed=self._deeds[words[0]](part, words[0]) if words else None,
            fails=Fails(fails.plain("code"), fails.plain("contains")) if "fails" in part else None,
            expect=_expect(part.part("expect")) if "expect" in part else None,
        )

    # What a step does; where a needed word is missing, the grammar has said so and the deed is None.

    def _create(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        table = part.text("table")
        return None if table is None else Create(table, part.plain("as"), _values(part, "set"))

    def _update(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        record = part.text("record")
        return None if record is None else Update(record, _values(part, "set"))

    def _delete(self, step: Part, word: str) -> Deed | None:
        record = step.part(word).text("record")
        return None if record is None else Delete(record)

    def _restore(self, step: Part, word: str) -> Deed | None:
        record = step.part(word).text("record")
        return None if record is None else Restore(record)

    def _say(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        record, node, source = part.text("record"), part.text("node"), part.text("source")
        if record is None or node is None or source is None:
            return None
        at, by = self.moment(part.text("at")), _somebody(part)
        return Say(record, node, source, at, part.text("part"), _values(part, "evidence"), part.plain("note"), by)

    def _retract(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        record, node = part.text("record"), part.text("node")
        if record is None or node is None:
            return None
        at, by = self.moment(part.text("at")), _somebody(part)
        return Retract(record, node, part.text("source"), at, part.text("part"), part.plain("note"), by)

    def _acknowledge(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        rule, record = part.text("rule"), part.text("record")
        if rule is None or record is None:
            return None
        return Acknowledge(rule, record, part.plain("note"), _somebody(part))

    def _submit(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        form = part.text("form")
        return None if form is None else Submit(form, part.text("record"), _values(part, "set"), _somebody(part))

    def _give_evidence(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        dispute = _argued(part)
        if dispute is None:
            return None
        return GiveEvidence(dispute, part.get("photo"), self.moment(part.text("at")), part.plain("note"), _somebody(part))

    def _review(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        dispute, verdict = _argued(part), part.plain("verdict")
        if dispute is None or verdict is None:
            return None
        return Review(dispute, verdict, part.plain("note"), _somebody(part))

    def _press(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        button, record = part.text("button"), part.text("record")
        return None if button is None or record is None else Press(button, record, _somebody(part))

    def _replay(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        automation, event = part.text("automation"), part.part("event")
        if automation is not None:
            return Replay(automation, part.text("record"))
        connector = event.text("connector")
        return None if connector is None else ReplayEvents(connector, event.text("event"))

    def _push(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        connector, event = part.text("connector"), part.text("event")
        return None if connector is None or event is None else Push(connector, event, _values(part, "body"))

    def _answers(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        connector, operation = part.text("connector"), part.text("operation")
        if connector is None or operation is None:
            return None
        return Answers(connector, operation, part.get("body"), part.plain("status"), part.whole("times"))

    def _calendar_day(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        calendar, day = part.text("calendar"), part.get("date")
        if calendar is None or not isinstance(day, date):
            return None
        return SetCalendarDay(calendar, day, part.words("windows"))

    def _declare(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        for path in part:
            kind, *rest = path.split(".")
            if not rest or kind not in (*DECLARED_KINDS, *LATER_KINDS):
                self._findings.add(messages.DECLARED_PATH, path)
        return Declare(tuple(Edit(str(path), node_of(value, path)) for path, value in part.values.items()))

    def _counter(self, step: Part, word: str) -> Deed | None:
        part = step.part(word)
        table, at = part.text("table"), part.whole("at")
        return None if table is None or at is None else Counter(table, _values(part, "of"), at)

    def _down(self, step: Part, word: str) -> Deed | None:
        length = step.get(word)
        return Down(length) if isinstance(length, timedelta) else None


def _values(part: Part, key: str) -> Values:
    return part.part(key).values if key in part else NOTHING


def _argued(part: Part) -> Argued | None:
    """The dispute that a step names."""
    dispute = part.part("dispute")
    record, node = dispute.text("record"), dispute.text("node")
    return None if record is None or node is None else Argued(record, node, dispute.text("part"))


def _somebody(part: Part) -> Somebody | None:
    by = part.get("by")
    if isinstance(by, Written):
        return Somebody(None, (by,))
    return Somebody(by.plain("user"), by.words("roles")) if isinstance(by, Part) else None


def _expect(part: Part) -> Expect:
    named = part.part("record")
    return Expect(
        record={name: value if isinstance(value, Part) else None for name, value in named.values.items()},
        records=tuple(_rows(each) for each in part.parts("records")),
        alerts=_by_state(part.part("alerts")),
        sent=_listed(part, "sent"),
        popups=_listed(part, "popups"),
        calls=_listed(part, "calls"),
        runs=_listed(part, "runs"),
        disputes=_by_state(part.part("disputes")),
    )


def _rows(part: Part) -> Rows:
    of = part.text("of")
    return Rows(of or Written.at("", part.place, part.path), part.text("where"), part.whole("count"), part.parts("rows"), part.place)


def _by_state(part: Part) -> Mapping[str, tuple[Part, ...]]:
    return {str(state): part.parts(state) for state in part}


def _listed(part: Part, key: str) -> tuple[Part, ...] | None:
    return part.parts(key) if key in part else None


def node_of(value: object, at: Written) -> Node:
    """A value as a piece of a document again, to be put into a declaration."""
    if isinstance(value, Part):
        entries = ((Scalar(key, key.place, key.quoted), node_of(below, key)) for key, below in value.values.items())
        return Map(tuple(Entry(key, below) for key, below in entries), value.place)
    if isinstance(value, tuple):
        return Sequence(tuple(node_of(item, at) for item in value), at.place)
    if isinstance(value, Written):
        return Scalar(str(value), value.place, value.quoted)
    return Scalar("", at.place)

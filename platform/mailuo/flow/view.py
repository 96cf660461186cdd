"""Views of a record's flow: its timeline as the store has it now or had it then, and what its rules see."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from mailuo.flow.arbitration import NOTHING, Judgement, judge
from mailuo.flow.claim import Claim, standing
from mailuo.flow.clocks import Situation
from mailuo.flow.course import Course
from mailuo.flow.gathering import Gathered
from mailuo.flow.past import Holds, Past, Values, truths_of
from mailuo.flow.state import Timeline
from mailuo.flow.timeline import Inputs, Truth, reduce
from mailuo.flow.watch import Facts
from mailuo.flow.words import exit_of
from mailuo.formulas import Context, Formula, evaluate
from mailuo.records.running import Running

_ALWAYS = Truth(True)


class Reading(NamedTuple):
    """What formulas of one table are computed in, at one moment."""

    running: Running
    course: Course
    now: datetime

    @property
    def context(self) -> Context:
        """The context of formulas."""
        return self.running.context(self.now)

    @property
    def holds(self) -> Holds:
        """Whether a condition is true of field values; blank is not."""
        context = self.context

        def holds(formula: Formula, values: Values) -> bool:
            return evaluate(formula, lambda path: values.get(path[0]), context) is True

        return holds

    def timeline(self, record: Gathered, past: Past | None = None) -> Timeline:
        """The timeline that a record has now."""
        return self.judged(record, past)[0]

    def judged(self, record: Gathered, past: Past | None = None) -> tuple[Timeline, Judgement]:
        """The timeline that a record has now, and what arbitration makes of its claims."""
        claims, truths = standing(record.claims), self._truths(past or record.past)
        return self._reduced(Inputs(claims, self.now, record.born, truths, record.parts()))

    def timeline_then(self, record: Gathered, at: datetime) -> Timeline:
        """The timeline as it was known at a moment: with the words heard, the values held and the parts there then.

        Before there was a record nothing could be done: every node is pending.
        """
        if at < record.known_from:
            return Timeline(self.course.line.pending)
        return self.judged_then(record, at)[0]

    def judged_then(self, record: Gathered, at: datetime) -> tuple[Timeline, Judgement]:
        """The timeline as it was known at a moment, with what arbitration made of the words heard by then."""
        heard = standing(claim for claim in record.claims if claim.received_at <= at)
        return self._reduced(Inputs(heard, at, record.born, self._truths(record.past, at), record.parts(at)))

    def _reduced(self, inputs: Inputs) -> tuple[Timeline, Judgement]:
        judgement = self._judgement(inputs)
        told = inputs._replace(rulings=judgement.rulings) if judgement.rulings else inputs
        return reduce(self.course.line, told), judgement

    def _judgement(self, inputs: Inputs) -> Judgement:
        """What arbitration makes of these claims; after an exit no grace runs out, and newer words have no effect.

        An exit that an outside system tells ahead of its time lets the grace run out until then.
        """
        judged = self.course.judged
        if not judged or not any(claim.node in judged for claim in inputs.claims):
            return NOTHING
        rules = [each for each in self.course.arbitrations if inputs.truths.get(each[0].node, _ALWAYS).holds]
        leaving = exit_of(self.course.line, inputs.claims)
        if leaving is None:
            return judge(rules, inputs.claims, inputs.parts, inputs.now)
        before = [claim for claim in inputs.claims if claim.verdict or claim.at < leaving.at]
        judgement = judge(rules, before, inputs.parts, min(leaving.at, inputs.now))
        return judgement._replace(ends={node: end for node, end in judgement.ends.items() if end <= leaving.at})

    def _truths(self, past: Past, at: datetime | None = None) -> Mapping[str, Truth]:
        """Whether each condition of a node holds, with the values as they are or were at a moment."""
        if not self.course.line.whens:
            return {}
        return truths_of(self.course.line, past if at is None else past.as_of(at), self.holds)

    def situation(self, record: Gathered, timeline: Timeline) -> Situation:
        """What the rules see."""
        value = self._computed(record.past.present, timeline)
        facts = Facts(timeline, record.born, value, _heard(record))
        return Situation(facts, record.past, lambda formula: value(formula) is True, self.holds, self.running.calendars)

    def _computed(self, values: Values, timeline: Timeline) -> Callable[[Formula], object]:
        context = self.context
        times: dict[str, object] = {node.node: node.at for node in timeline.nodes}
        if timeline.exit is not None:
            times[timeline.exit.node] = timeline.exit.at

        def named(path: tuple[str, ...]) -> object:
            name = path[0]
            if len(path) > 1:
                return _standing(timeline, name, path[1])
            return times[name] if name in times else values.get(name)

        return lambda formula: evaluate(formula, named, context)


def _standing(timeline: Timeline, node: str, what: str) -> object:
    """The state or source of a node, or since when it is due; blank for an exit."""
    state = next((each for each in timeline.nodes if each.node == node), None)
    if state is None:
        return None
    return {"#state": state.state.value, "#source": state.source, "#due": state.due_since}[what]


def _heard(record: Gathered) -> dict[tuple[str, str], datetime]:
    """When each source last spoke, or an event of it found the record, by part and source."""
    heard = dict(record.news)
    for claim in _words(record.claims):
        spoken = claim.part, claim.source
        heard[spoken] = max(heard.get(spoken, claim.received_at), claim.received_at)
    return heard


def _words(claims: list[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.retracts is None]

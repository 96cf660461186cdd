"""Saying: a step that says that a milestone is reached, through the door of flows."""

from mailuo.automations.actions.acting import Acting, Outcome
from mailuo.automations.filling import Filling
from mailuo.base.moments import format_moment
from mailuo.base.problems import Refusal
from mailuo.flow.course import course_of
from mailuo.flow.messages import NO_FLOW
from mailuo.flow.saying import Saying, Word
from mailuo.metadata.automation import ClaimNode
from mailuo.records.actor import SYSTEM


def say(acting: Acting, deed: ClaimNode) -> Outcome:
    """Says it of the record, or of the row that a link or key names; the same word twice is one."""
    filling = Filling(acting.members, [deed.record, deed.at, deed.part])
    course = course_of(acting.running, deed.of) if deed.of in acting.running.manifest.tables else None
    if course is None:
        raise Refusal(NO_FLOW(title=deed.of))
    about = acting.standing(deed.of, acting.run.record if deed.record is None else filling.text(deed.record))
    at = acting.now if deed.at is None else filling.moment(deed.at)
    part = filling.text(deed.part) if deed.part is not None else ""
    inputs = {"node": deed.node, "source": deed.source, "record": about.key, "part": part or None}
    if at is None:
        return Outcome(inputs, {"said": False})
    saying = Saying(acting.connection, acting.running, SYSTEM, course, acting.records, acting.now)
    saying.say(about, Word(deed.node, at, deed.source, part or None))
    return Outcome({**inputs, "at": format_moment(at, acting.running.zone)}, {"said": True})

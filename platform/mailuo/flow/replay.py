"""Replay: a record's past told again, at each moment at which something became known; for words that come in late."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from mailuo.base.moments import later
from mailuo.flow.arbitration import Judgement
from mailuo.flow.clocks import running_since
from mailuo.flow.gathering import Gathered
from mailuo.flow.known import Knowledge
from mailuo.flow.state import Timeline
from mailuo.flow.view import Reading


def replay(reading: Reading, record: Gathered, known: Knowledge, present: Timeline) -> None:
    """Learns again, from the beginning, all that was known of a record before now.

    `present` is its timeline now, which is what was known since the last step where no clock reaches a node by itself.
    """
    record.states.clear()
    moments = set(_moments(record))
    steps = sorted(step for step in moments if step < reading.now)
    strikes = reading.course.line.waits or any(rule.grace is not None for rule, _ in reading.course.arbitrations)
    lasting = not strikes and len(steps) == len(moments)
    for step, after in pairwise([*steps, reading.now]):
        if lasting and step is steps[-1]:
            known.learn(record, present, step)
            continue
        timeline, judgement = reading.judged_then(record, step)
        known.learn(record, timeline, step)
        if strikes:
            _strikes(reading, record, known, timeline, judgement, after)


def _moments(record: Gathered) -> Iterator[datetime]:
    """When something became known of a record."""
    heard = [claim.received_at for claim in record.claims]
    yield min([record.born, *heard])
    yield from heard
    yield from (change.at for change in record.past.changes)
    for piece in record.pieces:
        yield from piece.turns()


def _strikes(
    reading: Reading, record: Gathered, known: Knowledge, timeline: Timeline, judgement: Judgement, after: datetime
) -> None:
    """Learns of the nodes that the clock reached by itself before the next step, and of patience that ended."""
    for _ in range(2 * len(timeline.nodes)):
        moments = [*_next_strike(reading, timeline), *judgement.ends.values()]
        strikes = min(moments, default=after)
        if strikes >= after:
            return
        timeline, judgement = reading.judged_then(record, strikes)
        known.learn(record, timeline, strikes)


def _next_strike(reading: Reading, timeline: Timeline) -> Iterator[datetime]:
    waiting = zip(reading.course.line.nodes, timeline.nodes, strict=True)
    for node, state in waiting:
        start = running_since(state) if node.wait is not None else None
        if node.wait is not None and start is not None:
            yield later(start, node.wait)

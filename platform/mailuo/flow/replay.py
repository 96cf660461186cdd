"""Replay: a record's past told again, at each moment at which something became known; for words that come in late."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from mailuo.flow.gathering import Gathered
from mailuo.flow.known import Knowledge
from mailuo.flow.state import State, Timeline
from mailuo.flow.view import Reading


def replay(reading: Reading, record: Gathered, known: Knowledge, present: Timeline) -> None:
    """Learns again, from the beginning, all that was known of a record before now.

    `present` is its timeline now, which is what was known since the last step where no clock reaches a node by itself.
    """
    record.states.clear()
    moments = set(_moments(record))
    steps = sorted(step for step in moments if step < reading.now)
    lasting = not reading.course.line.waits and len(steps) == len(moments)
    for step, after in pairwise([*steps, reading.now]):
        timeline = present if lasting and step is steps[-1] else reading.timeline_then(record, step)
        known.learn(record, timeline, step)
        if reading.course.line.waits:
            _strikes(reading, record, known, timeline, after)


def _moments(record: Gathered) -> Iterator[datetime]:
    """When something became known of a record."""
    heard = [claim.received_at for claim in record.claims]
    yield min([record.born, *heard])
    yield from heard
    yield from (change.at for change in record.past.changes)
    for piece in record.pieces:
        yield piece.born
        if piece.ended is not None:
            yield piece.ended


def _strikes(reading: Reading, record: Gathered, known: Knowledge, timeline: Timeline, after: datetime) -> None:
    """Learns of the nodes that the clock reached by itself before the next step."""
    for _ in timeline.nodes:
        strikes = _next_strike(reading, timeline)
        if strikes is None or strikes >= after:
            return
        timeline = reading.timeline_then(record, strikes)
        known.learn(record, timeline, strikes)


def _next_strike(reading: Reading, timeline: Timeline) -> datetime | None:
    waiting = zip(reading.course.line.nodes, timeline.nodes, strict=True)
    moments = (
        state.due_since + node.wait
        for node, state in waiting
        if node.wait is not None and state.state is State.DUE and state.due_since is not None
    )
    return min(moments, default=None)

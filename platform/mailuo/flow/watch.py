"""Watches: what an alert's condition makes of a record: a clock that runs from somewhere, or none."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import dropwhile
from typing import NamedTuple

from mailuo.flow.running_out import INSTANT
from mailuo.flow.state import NodeState, State, Timeline
from mailuo.formulas import Formula
from mailuo.metadata.model import (
    AlertCondition,
    DueBy,
    EarlierThan,
    FromTo,
    NoNewsFrom,
    RestingAt,
    WaitingFor,
)


class Facts(NamedTuple):
    """What a rule looks at in one record."""

    timeline: Timeline
    born: datetime
    computed: Callable[[Formula], object]
    """The value of a formula over the record's fields and node times."""
    heard: Mapping[tuple[str, str], datetime] = {}
    """When each source last spoke, by part and source."""


class Watch(NamedTuple):
    """A clock that runs: from when, and either how long at most, or the instant at which it strikes."""

    start: datetime
    limit: timedelta | None = None
    strikes: datetime | None = None


class Held(NamedTuple):
    """A clock that starts or ends at a disputed node, or counts how long it holds the status: it waits for the verdict."""


HELD = Held()


def watched(condition: AlertCondition, facts: Facts) -> Watch | Held | None:
    """The clock that a condition wants to run on a record now."""
    if facts.timeline.exit is not None and not isinstance(condition, EarlierThan):
        return None
    match condition:
        case WaitingFor():
            return _waiting(condition, facts)
        case FromTo():
            return _from_to(condition, facts)
        case RestingAt():
            return _resting(condition, facts)
        case EarlierThan():
            return _earlier(condition, facts)
        case DueBy():
            return _due_by(condition, facts)
        case NoNewsFrom():
            return _no_news(condition, facts) if condition.of == "record" else None


def end_node(condition: AlertCondition) -> str | None:
    """The node that ends a condition's clock by being reached."""
    match condition:
        case WaitingFor(node=node) | FromTo(to=node) | DueBy(until=node):
            return node
        case NoNewsFrom(until=until):
            return until
        case RestingAt() | EarlierThan():
            return None


def _waiting(condition: WaitingFor, facts: Facts) -> Watch | Held | None:
    node = facts.timeline.of(condition.node)
    if _holds(node):
        return HELD
    if node.state is not State.DUE or node.due_since is None:
        return None
    return Watch(node.due_since, condition.longer_than)


def _from_to(condition: FromTo, facts: Facts) -> Watch | Held | None:
    start, end = facts.timeline.of(condition.start), facts.timeline.of(condition.to)
    if _holds(start) or _holds(end):
        return HELD
    if start.at is None or end.done:
        return None
    return Watch(start.at, condition.longer_than)


def _resting(condition: RestingAt, facts: Facts) -> Watch | Held | None:
    timeline = facts.timeline
    if _holds(timeline.of(condition.node)):
        return HELD
    if timeline.status != condition.node or timeline.status_since is None or timeline.closed:
        return None
    if any(_holds(node) for node in _later(timeline, condition.node)):
        return HELD
    return Watch(timeline.status_since, condition.longer_than)


def _later(timeline: Timeline, node: str) -> Iterator[NodeState]:
    """The nodes declared after this one: reaching any of them would move the status on."""
    return dropwhile(lambda each: each.node != node, timeline.nodes)


def _earlier(condition: EarlierThan, facts: Facts) -> Watch | Held | None:
    node, promised = facts.timeline.of(condition.node), facts.computed(condition.earlier_than)
    if _holds(node):
        return HELD
    if node.at is None or not isinstance(promised, datetime) or promised - node.at < condition.by:
        return None
    return Watch(node.at, strikes=node.at)


def _due_by(condition: DueBy, facts: Facts) -> Watch | Held | None:
    node, limit = facts.timeline.of(condition.until), facts.computed(condition.due_by)
    if _holds(node):
        return HELD
    if node.done or not isinstance(limit, datetime):
        return None
    return Watch(limit, strikes=limit + INSTANT)


def _no_news(condition: NoNewsFrom, facts: Facts) -> Watch | Held | None:
    end = facts.timeline.of(condition.until) if condition.until else None
    start = facts.timeline.of(condition.start) if condition.start else None
    if end is not None and _holds(end) or start is not None and _holds(start):
        return HELD
    if end is not None and end.done:
        return None
    since = _on_their_way(start, end, facts.born)
    spoken = [max(_heard(condition.source, part, facts) or begun, begun) for part, begun in since.items()]
    return Watch(min(spoken), condition.longer_than) if spoken else None


def _on_their_way(start: NodeState | None, end: NodeState | None, born: datetime) -> Mapping[str, datetime]:
    """The parts that have reached the start and not the end, each since when; empty text for a record without any."""
    begun = _by_part(start) if start is not None else {}
    ended = _by_part(end) if end is not None else {}
    parts = (begun.keys() | ended.keys()) - {""} or {""}
    found: dict[str, datetime] = {}
    for part in parts:
        first = begun.get(part, start)
        at = born if first is None else first.at
        last = ended.get(part, end)
        if at is not None and (last is None or not last.done):
            found[part] = at
    return found


def _by_part(node: NodeState) -> Mapping[str, NodeState]:
    return {each.part: each.state for each in node.parts}


def _heard(source: str, part: str, facts: Facts) -> datetime | None:
    moments = [at for of, said in (("", source), (part, source)) if (at := facts.heard.get((of, said))) is not None]
    return max(moments, default=None)


def _holds(node: NodeState) -> bool:
    return node.state is State.DISPUTED or node.held

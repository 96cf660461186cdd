"""Conditions on a person's word: what has to be so before somebody may confirm a node. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, tzinfo

from mailuo.base.moments import format_moment
from mailuo.base.problems import Problem
from mailuo.flow.line import Line
from mailuo.flow.messages import DISPUTED, EXITED, FUTURE_TIME, NOT_APPLICABLE, PREDECESSOR_MISSING
from mailuo.flow.state import NodeState, State, Timeline
from mailuo.metadata.model import Exit, Node

AHEAD = timedelta(minutes=5)


def time_problem(at: datetime, now: datetime, zone: tzinfo) -> Problem | None:
    """A person may not speak of the future."""
    return FUTURE_TIME(field="at", at=format_moment(at, zone)) if at > now + AHEAD else None


def exit_problem(line: Line, timeline: Timeline, at: datetime, zone: tzinfo) -> Problem | None:
    """After an exit nothing more is confirmed; what happened before it may still be told."""
    leaving = timeline.exit
    if leaving is None or at < leaving.at:
        return None
    return EXITED(field="node", title=line.exits[leaving.node].title, at=format_moment(leaving.at, zone))


def node_problem(line: Line, timeline: Timeline, node: Node, part: str) -> Problem | None:
    """Why a node cannot be confirmed as the record stands: it does not apply, is disputed, or something is missing."""
    lane = _Lane(line, timeline, part)
    state = lane.state(node.id)
    if state.state is State.NOT_APPLICABLE:
        return NOT_APPLICABLE(field="node", title=node.title)
    disputed = next(lane.disputed_before(node.id), None)
    if disputed is not None:
        return DISPUTED(field="node", title=line.nodes[line.number[disputed]].title)
    missing = list(dict.fromkeys(lane.missing_before(node.id)))
    if missing:
        titles = "、".join(line.nodes[line.number[each]].title for each in sorted(missing, key=line.number.__getitem__))
        return PREDECESSOR_MISSING(field="node", title=node.title, missing=titles)
    return None


def spoken_of(line: Line, name: str) -> Node | Exit | None:
    """The node or exit of a name."""
    return line.nodes[line.number[name]] if name in line.number else line.exits.get(name)


class _Lane:
    """The states as one part sees them: its own where the node is reached part by part."""

    def __init__(self, line: Line, timeline: Timeline, part: str) -> None:
        self._line = line
        self._timeline = timeline
        self._part = part

    def state(self, node: str) -> NodeState:
        whole = self._timeline.nodes[self._line.number[node]]
        return next((each.state for each in whole.parts if each.part == self._part), whole)

    def missing_before(self, node: str) -> Iterator[str]:
        """Everything on the way to a node that is not done, but what may be skipped or does not apply."""
        for before in self._before(node):
            state = self.state(before.id)
            if state.state in (State.REACHED, State.INFERRED):
                continue
            yield from self.missing_before(before.id)
            if not before.skippable and state.state is not State.NOT_APPLICABLE:
                yield before.id

    def disputed_before(self, node: str) -> Iterator[str]:
        """The node itself or one that it depends on, where a dispute holds the line."""
        state = self.state(node)
        if state.state is State.DISPUTED:
            yield node
        elif state.state not in (State.REACHED, State.INFERRED):
            for before in self._before(node):
                yield from self.disputed_before(before.id)

    def _before(self, node: str) -> Iterable[Node]:
        return (self._line.nodes[place] for place in self._line.after[self._line.number[node]])

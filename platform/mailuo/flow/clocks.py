"""Clocks: which should run on a record now: those of its rules, and those by which nodes reach themselves. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from mailuo.base.moments import later
from mailuo.flow.arbitration import Judgement
from mailuo.flow.episode import Because, Episode, Wanted
from mailuo.flow.line import Line
from mailuo.flow.past import Holds, Past, pauses_of
from mailuo.flow.running_out import WALL, Counting, too_late
from mailuo.flow.state import NodeState, State, Timeline
from mailuo.flow.watch import Facts, Held, Watch, end_node, watched
from mailuo.formulas import Formula
from mailuo.metadata.arbitration import Arbitration
from mailuo.metadata.model import Alert, EarlierThan, NoNewsFrom, RestingAt

AUTO = "auto:"
"""What stands before a node's id where a clock reaches a node instead of opening an alert."""
GRACE = "grace:"
"""What stands before a node's id where a clock ends the patience with a word that nobody confirms."""


_RUNS = (State.DUE, State.INFERRED)
"""How a node stands that the clock will reach: something later may have been reported over its head by then."""


class Situation(NamedTuple):
    """A record as its rules see it."""

    facts: Facts
    past: Past
    true: Callable[[Formula], bool]
    """Whether a condition holds now, over fields and node times."""
    holds: Holds
    """Whether a condition holds of given field values."""
    counting: Mapping[str, Counting]


def wanted_clocks(line: Line, rules: Sequence[Alert], situation: Situation) -> Mapping[str, Wanted]:
    """The clocks that should run, by rule."""
    clocks = dict(_autos(line, situation.facts.timeline))
    for rule in rules:
        wanted = _wanted(rule, situation)
        if wanted is not None:
            clocks[rule.id] = wanted
    return clocks


def _wanted(rule: Alert, situation: Situation) -> Wanted | None:
    watch = watched(rule.when, situation.facts)
    if watch is None or rule.only_if is not None and not situation.true(rule.only_if):
        return None
    if isinstance(watch, Held):
        return Wanted(None, None)
    return Wanted(watch.start, _strikes(rule, watch, situation), once=isinstance(rule.when, EarlierThan))


def _strikes(rule: Alert, watch: Watch, situation: Situation) -> datetime | None:
    if watch.limit is None:
        return watch.strikes
    pauses = () if rule.pause_while is None else pauses_of(rule.pause_while, situation.past, situation.holds)
    counting = situation.counting[rule.calendar] if rule.calendar else WALL
    return too_late(watch.start, watch.limit, counting, pauses)


def _autos(line: Line, timeline: Timeline) -> Mapping[str, Wanted]:
    """The clocks of nodes that wait for nothing but time."""
    clocks = {}
    for node, state in zip(line.nodes, timeline.nodes, strict=True):
        if node.wait is None:
            continue
        start = running_since(state)
        if start is not None and timeline.exit is None:
            clocks[AUTO + node.id] = Wanted(start, later(start, node.wait))
    return clocks


def running_since(state: NodeState) -> datetime | None:
    """When the clock of a node that waits for nothing but time started, of several parts the first; None if none runs."""
    each = [part.state for part in state.parts] or [state]
    return min((one.due_since for one in each if one.state in _RUNS and one.due_since is not None), default=None)


def graces(rules: Sequence[Arbitration], judgement: Judgement) -> Mapping[str, Wanted]:
    """The clocks of words that wait for the golden source."""
    patience = {rule.node: rule.grace for rule in rules}
    return {
        GRACE + node: Wanted(at - (patience[node] or timedelta(0)), at) for node, at in judgement.ends.items()
    }


def reasons(rules: Sequence[Alert], timeline: Timeline, stored: Sequence[Episode], *, published: bool) -> Mapping[str, Because]:
    """Why each alert of these rules that lasts would be over, if it is no longer wanted."""
    due = {each.rule: each.due_at for each in stored if each.alert is not None and each.alert.lasts}
    return {rule.id: _reason(rule, timeline, due[rule.id], published=published) for rule in rules if rule.id in due}


def _reason(rule: Alert, timeline: Timeline, due_at: datetime, *, published: bool) -> Because:
    if published:
        return Because.RULE
    if timeline.exit is not None and not isinstance(rule.when, EarlierThan):
        return Because.EXITED
    end = end_node(rule.when)
    if end is not None and timeline.of(end).done:
        at = timeline.of(end).at
        return Because.WITHDRAWN if at is not None and at < due_at else Because.REACHED
    if isinstance(rule.when, NoNewsFrom):
        return Because.NEWS
    if isinstance(rule.when, RestingAt) and timeline.status_since is not None and timeline.status_since >= due_at:
        return Because.REACHED
    return Because.WITHDRAWN

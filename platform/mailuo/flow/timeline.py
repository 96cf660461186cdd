"""The timeline: what the claims of a record come to. Pure: the same inputs give the same answer, in any order.

The nodes are walked once, predecessors first. Each passes on whether what comes after it may go on, and since when;
sets of nodes are bits of an int, so that "was anything later reported?" is one `&`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mailuo.base.moments import later
from mailuo.flow.claim import CLOCK, Claim
from mailuo.flow.line import Line
from mailuo.flow.state import NodeState, PartState, State, Timeline
from mailuo.flow.words import Words, exit_of, words_of

_UNKNOWN = datetime.max.replace(tzinfo=UTC)


class Truth(NamedTuple):
    """Whether a node's `when` holds, and when a field that it reads last changed (None: as it was at birth)."""

    holds: bool
    since: datetime | None = None


class Part(NamedTuple):
    """A row that is a part of the record, by the links field it stands in."""

    id: str
    per: str


class Ruling(NamedTuple):
    """What an arbitration says of a node: which claim stands, or that none does until the dispute has ended."""

    claim: Claim | None
    disputed: bool = False
    provisional: bool = False


class Inputs(NamedTuple):
    """All that a timeline is made of, besides the line itself. Claims are those that stand."""

    claims: Sequence[Claim]
    now: datetime
    born: datetime | None = None
    truths: Mapping[str, Truth] = {}
    parts: Sequence[Part] = ()
    rulings: Mapping[tuple[str, str], Ruling] = {}
    """By part (empty for the record itself) and node."""


class _Pass(NamedTuple):
    """What a node hands on: whether its successors may go on, since when, and whether a dispute holds them."""

    done: bool
    since: datetime | None = None
    held: bool = False


_NOT_YET = _Pass(False)
_HELD = _Pass(False, None, True)


def reduce(line: Line, inputs: Inputs) -> Timeline:
    """The timeline of a record."""
    leaving = exit_of(line, inputs.claims)
    words = words_of(line, inputs.claims, inputs.parts, leaving, inputs.truths)
    nodes = _Walk(line, inputs, words, leaving).nodes()
    disputed = State.DISPUTED in [node.state for node in nodes]
    if leaving is not None:
        return Timeline(nodes, leaving.node, leaving.at, leaving, True, disputed)
    last = next((node for node in reversed(nodes) if node.state is State.REACHED), None)
    closed = line.closed_by is not None and nodes[line.closed_by].state is State.REACHED
    if last is None:
        return Timeline(nodes, disputed=disputed)
    return Timeline(nodes, last.node, last.at, None, closed, disputed)


class _Walk:
    """One walk over the nodes, predecessors first."""

    __slots__ = ("_inputs", "_leaving", "_line", "_parts", "_passes", "_start", "_states", "_words")

    def __init__(self, line: Line, inputs: Inputs, words: Mapping[str, Words], leaving: Claim | None) -> None:
        count = len(line.nodes)
        self._line = line
        self._inputs = inputs
        self._words = words
        self._leaving = leaving
        self._passes = {lane: [_NOT_YET] * count for lane in words}
        self._start = _Pass(True, inputs.born)
        self._states = list(line.pending)
        self._parts: dict[str, list[str]] = {}
        for part in sorted(inputs.parts):
            self._parts.setdefault(part.per, []).append(part.id)

    def nodes(self) -> tuple[NodeState, ...]:
        """Every node's state, in declared order."""
        whole = self._passes[""]
        for place in self._line.order:
            per = self._line.nodes[place].per
            parts = self._parts.get(per) if per else None
            state, whole[place] = self._one(place, "", per) if parts is None else self._several(place, per, parts)
            self._states[place] = state
        return tuple(self._states)

    def _ready(self, place: int, part: str, per: str | None) -> _Pass:
        """What the predecessors hand on together; in a part's lane those of the same parts speak for it."""
        before = self._line.after[place]
        if len(before) < 2 and not self._inputs.truths:
            if not before:
                return self._start
            alone = before[0]
            return self._passes[part if part and self._line.nodes[alone].per == per else ""][alone]
        since, done, held, known = None if before else self._inputs.born, True, False, True
        own, whole = self._passes[part], self._passes[""]
        for each in before:
            passed = own[each] if part and self._line.nodes[each].per == per else whole[each]
            done = done and passed.done
            held = held or passed.held
            if passed.since is None:
                known = False
            elif since is None or passed.since > since:
                since = passed.since
        truth = self._inputs.truths.get(self._line.nodes[place].id)
        if truth is not None and truth.since is not None and (since is None or truth.since > since):
            since = truth.since
        return _Pass(done, since if known else None, held)

    def _one(self, place: int, part: str, per: str | None) -> tuple[NodeState, _Pass]:
        """A node of the record itself, or of one part."""
        node, words, rulings = self._line.nodes[place], self._words[part], self._inputs.rulings
        ready = self._ready(place, part, per)
        truth = self._inputs.truths.get(node.id)
        if truth is not None and not truth.holds:
            return NodeState(node.id, State.NOT_APPLICABLE), ready
        word, ruling = words.of[place], rulings.get((part, node.id)) if rulings else None
        if ruling is not None and (word is None or not word.verdict):
            if ruling.disputed:
                return NodeState(node.id, State.DISPUTED), _HELD
            word = ruling.claim or word
        if ready.held:
            return NodeState(node.id, State.PENDING, held=word is not None), _HELD
        struck = self._struck(node.wait, ready) if node.wait is not None else None
        since = ready.since if ready.done else None
        if struck is not None and (word is None or struck < word.at):
            return NodeState(node.id, State.REACHED, struck, CLOCK, since), _Pass(True, struck)
        if word is not None:
            return self._spoken(place, word, since, ruling), _Pass(True, word.at)
        if self._implied(place, words):
            unproved = bool(self._line.proves >> place & 1)
            runs = since if node.wait is not None and self._leaving is None else None
            return NodeState(node.id, State.INFERRED, due_since=runs, unproved=unproved), _Pass(True, None)
        if ready.done and self._leaving is None:
            return NodeState(node.id, State.DUE, None, None, since), _NOT_YET
        return self._line.pending[place], _NOT_YET

    def _spoken(self, place: int, word: Claim, since: datetime | None, ruling: Ruling | None) -> NodeState:
        """A node that a word says is reached."""
        provisional = ruling is not None and ruling.provisional
        early = bool(self._line.after[place]) and since is not None and word.at < since
        node = self._line.nodes[place].id
        return NodeState(node, State.REACHED, word.at, word.source, since, word.id, provisional, False, False, early)

    def _struck(self, wait: timedelta, ready: _Pass) -> datetime | None:
        """When the clock reached a node by itself, if it has: at exactly start + wait, unless the record had left."""
        if not ready.done or ready.since is None:
            return None
        at = later(ready.since, wait)
        gone = self._leaving is not None and self._leaving.at <= at
        return at if at <= self._inputs.now and not gone else None

    def _implied(self, place: int, words: Words) -> bool:
        """Whether something later was reported over its head."""
        later = self._line.later[place] & words.told
        return bool(later & words.outside or later and self._line.skippable >> place & 1)

    def _several(self, place: int, per: str | None, parts: Sequence[str]) -> tuple[NodeState, _Pass]:
        """A node that each part reaches for itself, as it stands for the whole."""
        each = []
        for part in parts:
            state, self._passes[part][place] = self._one(place, part, per)
            each.append(PartState(part, state))
        ready = self._ready(place, "", None)
        whole = _together(self._line.nodes[place].id, self._line.nodes[place].reached, [item.state for item in each])
        if whole.state is State.NOT_APPLICABLE:
            return whole._replace(parts=tuple(each)), ready
        if ready.held and whole.state is not State.DISPUTED:
            spoken = whole.held or whole.state is State.REACHED
            whole = NodeState(whole.node, State.PENDING, held=spoken)
        held = ready.held or whole.held or whole.state is State.DISPUTED
        if whole.state is State.PENDING and ready.done and not held and self._leaving is None:
            whole = whole._replace(state=State.DUE)
        if whole.state in (State.DUE, State.REACHED) and ready.done:
            whole = whole._replace(due_since=ready.since)
        return whole._replace(parts=tuple(each)), _Pass(whole.done, whole.at, held)


def _together(node: str, mode: str, states: Sequence[NodeState]) -> NodeState:
    """A node of the whole, from its parts: `all` has the latest part's time, `any` the earliest's."""
    kinds = {state.state for state in states}
    for alone in (State.DISPUTED, State.NOT_APPLICABLE):
        if alone in kinds:
            return NodeState(node, alone)
    if any(state.held for state in states):
        return NodeState(node, State.PENDING, held=True)
    reached = [state for state in states if state.state is State.REACHED]
    pick = max if mode == "all" else min
    if reached and (mode == "any" or len(reached) == len(states)):
        best = pick(reached, key=lambda state: (state.at or _UNKNOWN, state.claim or ""))
        return best._replace(node=node, due_since=None)
    if kinds <= {State.REACHED, State.INFERRED} or mode == "any" and State.INFERRED in kinds:
        return NodeState(node, State.INFERRED, unproved=any(state.unproved for state in states))
    return NodeState(node, State.PENDING)

"""Cutting a flow into its main line and the strands beside it. Pure graph work, no coordinates.

The main line (spine) is what every way to the end passes through. Between two of its nodes lies a stage; the other
nodes of a stage fall into strands that know nothing of each other: lanes that run side by side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Edges = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Strand:
    """Nodes of a stage that hang together; `through` says whether they lead on to the next node of the main line."""

    nodes: tuple[str, ...]
    through: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """What follows a node of the main line (None: what comes before the first) until the next one."""

    spine: str | None
    strands: tuple[Strand, ...]
    direct: bool


@dataclass(frozen=True, slots=True)
class Graph:
    """A flow's nodes in a forward order, with what comes before and after each."""

    order: tuple[str, ...]
    before: Mapping[str, tuple[str, ...]]
    ancestors: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, edges: Edges) -> "Graph":
        """The graph of the edges; predecessors that do not exist are left out."""
        known = {node for node, _ in edges}
        before = {node: tuple(dict.fromkeys(one for one in after if one in known)) for node, after in edges}
        order = _forward(before)
        ancestors: dict[str, frozenset[str]] = {}
        for node in order:
            ancestors[node] = frozenset(before[node]).union(*(ancestors[one] for one in before[node]))
        return cls(order, before, ancestors)


def _forward(before: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Declared order, corrected so that nothing stands before what it follows."""
    placed: dict[str, None] = {}
    waiting = list(before)
    while waiting:
        ready = next((node for node in waiting if all(one in placed for one in before[node])), waiting[0])
        placed[ready] = None
        waiting.remove(ready)
    return tuple(placed)


def stages_of(edges: Edges, end: str | None = None) -> tuple[Stage, ...]:
    """The stages of a flow, first to last; the first may have no spine when several nodes begin it."""
    graph = Graph.of(edges)
    if not graph.order:
        return ()
    last = end if end is not None and end in graph.before else _default_end(graph)
    spine = _spine(graph, last)
    members = _members(graph, spine)
    first = [_stage(graph, None, members[None], spine[0])] if members[None] else []
    following = [*spine[1:], None]
    along = [_stage(graph, node, members[node], after) for node, after in zip(spine, following, strict=True)]
    return (*first, *_side_by_side(along))


def _default_end(graph: Graph) -> str:
    """The node with the longest way behind it; the later declared wins."""
    length: dict[str, int] = {}
    for node in graph.order:
        length[node] = 1 + max((length[one] for one in graph.before[node]), default=0)
    return max(reversed(graph.order), key=lambda node: length[node])


def _spine(graph: Graph, end: str) -> tuple[str, ...]:
    """The nodes that every way from a beginning to the end passes through, in order."""
    leading = graph.ancestors[end] | {end}
    roots = [node for node in graph.order if node in leading and not graph.before[node]]
    common: dict[str, frozenset[str]] = {}
    for node in graph.order:
        if node not in leading:
            continue
        ways = [common[one] for one in graph.before[node]]
        shared = frozenset.intersection(*ways) if ways else frozenset()
        common[node] = shared | {node}
    passed = common[end] if len(roots) == 1 else common[end] - {root for root in roots if root != end}
    return tuple(node for node in graph.order if node in passed)


def _members(graph: Graph, spine: Sequence[str]) -> dict[str | None, list[str]]:
    """The nodes beside the main line, by the last node of it that lies behind them."""
    members: dict[str | None, list[str]] = {None: []} | {node: [] for node in spine}
    on_spine = set(spine)
    for node in graph.order:
        if node not in on_spine:
            behind = [one for one in spine if one in graph.ancestors[node]]
            members[behind[-1] if behind else None].append(node)
    return members


def _stage(graph: Graph, spine: str | None, nodes: Sequence[str], following: str | None) -> Stage:
    leads_on = graph.ancestors[following] if following else frozenset()
    strands = tuple(Strand(group, any(node in leads_on for node in group)) for group in _groups(graph, nodes))
    direct = spine is not None and following is not None and spine in graph.before[following]
    return Stage(spine, strands, direct)


def _side_by_side(stages: Sequence[Stage]) -> Iterable[Stage]:
    """The stages, where side branches run beside the main line instead of holding it up.

    A stage with nothing but side branches takes in the plain nodes of the main line that follow, as many as its
    longest branch has, but never the last one.
    """
    place = 0
    while place < len(stages):
        stage = stages[place]
        ending = not any(strand.through for strand in stage.strands)
        plain = _plain_after(stages[place + 1 : -1]) if stage.direct and ending else 0
        beside = min(plain, max((len(strand.nodes) for strand in stage.strands), default=0))
        taken = tuple(one.spine for one in stages[place + 1 : place + 1 + beside] if one.spine is not None)
        yield Stage(stage.spine, (*stage.strands, Strand(taken, True)), False) if taken else stage
        place += 1 + beside


def _plain_after(stages: Sequence[Stage]) -> int:
    """How many stages from here have no strands of their own."""
    return next((place for place, stage in enumerate(stages) if stage.strands), len(stages))


def _groups(graph: Graph, nodes: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """The nodes split into groups without an edge between them, each in forward order."""
    group_of: dict[str, int] = {node: place for place, node in enumerate(nodes)}
    for node in nodes:
        for one in graph.before[node]:
            if one in group_of and group_of[one] != group_of[node]:
                old, new = group_of[node], group_of[one]
                group_of |= {member: new for member, group in group_of.items() if group == old}
    for group in dict.fromkeys(group_of.values()):
        yield tuple(node for node in nodes if group_of[node] == group)

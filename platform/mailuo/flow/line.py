"""The line: a declared flow made ready for reducing: nodes by number, predecessors before successors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from mailuo.flow.state import NodeState, State
from mailuo.metadata.model import Exit, Flow, Node


@dataclass(frozen=True, slots=True)
class Line:
    """A flow, numbered: node `i` is the i-th declared. Sets of nodes are bits of an int."""

    nodes: tuple[Node, ...]
    number: Mapping[str, int]
    exits: Mapping[str, Exit]
    order: tuple[int, ...]
    """Every node after its predecessors."""
    after: tuple[tuple[int, ...], ...]
    later: tuple[int, ...]
    """Of each node, the bits of those that come after it."""
    rank: tuple[Mapping[str, int], ...]
    """Of each node, how early a source stands in its `by`."""
    proves: int
    """The nodes that ask for evidence."""
    skippable: int
    closed_by: int | None
    pending: tuple[NodeState, ...]
    """Of each node, how it stands before anything is known of it."""
    whens: tuple[Node, ...]
    """The nodes that apply only under a condition."""
    waits: bool
    """Whether the clock reaches a node by itself."""

    @classmethod
    def of(cls, flow: Flow) -> "Line":
        """The line of a declared flow."""
        nodes = tuple(flow.nodes.values())
        number = {node.id: place for place, node in enumerate(nodes)}
        after = tuple(tuple(number[name] for name in node.after) for node in nodes)
        order = tuple(TopologicalSorter({place: after[place] for place in range(len(nodes))}).static_order())
        return cls(
            nodes=nodes,
            number=number,
            exits=flow.exits,
            order=order,
            after=after,
            later=_later(order, after),
            rank=tuple(
                {speaker.source: place for place, speaker in reversed(list(enumerate(node.by)))} for node in nodes
            ),
            proves=bits(place for place, node in enumerate(nodes) if any(each.required for each in node.evidence)),
            skippable=bits(place for place, node in enumerate(nodes) if node.skippable),
            closed_by=number[flow.closed_by] if flow.closed_by else None,
            pending=tuple(NodeState(node.id, State.PENDING) for node in nodes),
            whens=tuple(node for node in nodes if node.when is not None),
            waits=any(node.wait is not None for node in nodes),
        )

    @property
    def per(self) -> frozenset[str]:
        """The links fields whose rows are parts of a record."""
        return frozenset(node.per for node in self.nodes if node.per)


def bits(places: Iterable[int]) -> int:
    """The set of these numbers as bits."""
    total = 0
    for place in places:
        total |= 1 << place
    return total


def _later(order: tuple[int, ...], after: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    later = [0] * len(after)
    for place in reversed(order):
        for before in after[place]:
            later[before] |= later[place] | 1 << place
    return tuple(later)

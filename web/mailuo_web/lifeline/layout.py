"""Where each node of a lifeline stands: forward by `after`, lanes side by side. Units are those of a row's pitch.

Parallel strands are drawn parallel: two ways that both lead on lie above and below, a single one stays on the main
line with its side branches around it. No two nodes share a place and every edge goes forward.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mailuo_web.lifeline.stages import Edges, Graph, Stage, Strand, stages_of

LEAD = 1.1
"""From a fork to the first node of a lane, when a lane has several."""
STEP = 1.3
"""Between two nodes of one lane."""


@dataclass(frozen=True, slots=True)
class Place:
    """A node's place: `x` to the right, `slot` lanes below the main line; `pair` when two lanes face each other."""

    x: float
    slot: float
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A lifeline laid out: places by node, its width, its lowest and highest slots, and the order of a list of it."""

    places: Mapping[str, Place]
    width: float
    order: tuple[str, ...]
    stages: tuple[Stage, ...]
    before: Mapping[str, tuple[str, ...]]

    @property
    def reach(self) -> float:
        """The largest distance from the main line, in slots."""
        return max((abs(place.slot) for place in self.places.values()), default=0.0)

    def edges(self) -> Iterator[tuple[str, str]]:
        """Each edge as (from, to)."""
        return ((one, node) for node in self.order for one in self.before[node])


@dataclass(frozen=True, slots=True)
class _Grid:
    """A strand laid out by itself: rank and lane of each node."""

    cells: Mapping[str, tuple[int, int]]
    ranks: int
    lanes: int


@lru_cache(maxsize=256)
def lay_out(edges: Edges, end: str | None = None) -> Layout:
    """The layout of a flow's nodes; remembered, since a flow has few shapes and a page draws many records."""
    graph = Graph.of(edges)
    stages = stages_of(edges, end)
    places: dict[str, Place] = {}
    x = 0.0
    for stage in stages:
        if stage.spine is not None:
            places[stage.spine] = Place(x, 0.0)
        inner, width = _lay_stage(graph, stage)
        places |= {node: Place(x + place.x, place.slot, place.pair) for node, place in inner.items()}
        x += width
    width = max((place.x for place in places.values()), default=0.0)
    shift = min((place.x for place in places.values()), default=0.0)
    moved = {node: Place(place.x - shift, place.slot, place.pair) for node, place in places.items()}
    return Layout(moved, width - shift, _list_order(stages, moved), stages, graph.before)


def _lay_stage(graph: Graph, stage: Stage) -> tuple[dict[str, Place], float]:
    """The places of a stage's strands, counted from its node of the main line, and the stage's width."""
    grids = [_grid(graph, strand) for strand in stage.strands]
    ranks = max((grid.ranks for grid in grids), default=0)
    lead = LEAD if ranks > 1 else 1.0
    width = 1.0 if ranks == 0 else 2 * lead + (ranks - 1) * STEP
    tops, pair = _slots(stage, grids)
    places: dict[str, Place] = {}
    for grid, top in zip(grids, tops, strict=True):
        start = lead + (ranks - grid.ranks) * STEP / 2
        for node, (rank, lane) in grid.cells.items():
            places[node] = Place(start + rank * STEP, top + lane, pair)
    return places, width


def _slots(stage: Stage, grids: Sequence[_Grid]) -> tuple[list[float], bool]:
    """The slot of each strand's uppermost lane, and whether the stage is a plain pair of lanes."""
    through = [place for place, strand in enumerate(stage.strands) if strand.through]
    if len(grids) == 2 and len(through) == 2 and not stage.direct and all(grid.lanes == 1 for grid in grids):
        return [-1.0, 1.0], True
    if len(through) > 1 and not stage.direct:
        return _spread(grids), False
    middle = through[0] if len(through) == 1 and not stage.direct and grids[through[0]].lanes == 1 else None
    return _around(grids, middle), False


def _spread(grids: Sequence[_Grid]) -> list[float]:
    """Evenly above and below the main line, in declared order."""
    total = sum(grid.lanes for grid in grids)
    tops, used = [], 0
    for grid in grids:
        tops.append(used - (total - 1) / 2)
        used += grid.lanes
    return tops


def _around(grids: Sequence[_Grid], middle: int | None) -> list[float]:
    """The middle one on the main line, the others alternately above and below it."""
    tops, above, below = [], 0, 0
    for place, grid in enumerate(grids):
        if place == middle:
            tops.append(0.0)
        elif above <= below:
            above += grid.lanes
            tops.append(-float(above))
        else:
            tops.append(float(below + 1))
            below += grid.lanes
    return tops


def _grid(graph: Graph, strand: Strand) -> _Grid:
    """Rank by the longest way inside the strand; a node keeps its predecessor's lane when that is free."""
    inside = set(strand.nodes)
    cells: dict[str, tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for node in strand.nodes:
        behind = [cells[one] for one in graph.before[node] if one in inside]
        rank = 1 + max((cell[0] for cell in behind), default=-1)
        wished = behind[0][1] if behind else 0
        lane = wished if (rank, wished) not in taken else _free_lane(taken, rank)
        cells[node] = (rank, lane)
        taken.add((rank, lane))
    ranks = 1 + max(rank for rank, _ in cells.values())
    return _Grid(cells, ranks, 1 + max(lane for _, lane in cells.values()))


def _free_lane(taken: set[tuple[int, int]], rank: int) -> int:
    lane = 0
    while (rank, lane) in taken:
        lane += 1
    return lane


def _list_order(stages: Sequence[Stage], places: Mapping[str, Place]) -> tuple[str, ...]:
    """The order of a list of the nodes: stage by stage, strand by strand from the upper lane to the lower."""
    order: list[str] = []
    for stage in stages:
        if stage.spine is not None:
            order.append(stage.spine)
        for strand in sorted(stage.strands, key=lambda one: places[one.nodes[0]].slot):
            order.extend(sorted(strand.nodes, key=lambda node: (places[node].x, places[node].slot)))
    return tuple(order)

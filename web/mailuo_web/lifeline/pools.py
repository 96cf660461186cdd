"""Pools: water along the river, the wider the more records wait at a node."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import sqrt

from markupsafe import Markup

from mailuo_web.lifeline.layout import Layout
from mailuo_web.lifeline.markup import number, tag

THIN = 2.2
SWELL = 0.185
SHORE = 0.5
"""How far a side lane's water reaches beyond its first and last node, in pitches."""

Bank = tuple[float, float]
"""A place along the river and the water's half thickness there."""


def half_thickness(waiting: int) -> float:
    """Half the water's thickness where so many wait."""
    return THIN + SWELL * sqrt(waiting)


def draw_pools(layout: Layout, waiting: Mapping[str, int], pitch: float, y_of: Mapping[str, float]) -> Markup:
    """The water of all lanes."""
    return Markup("").join(_pool(run, layout, waiting, pitch, y_of[run[0]]) for run in _runs(layout))


def _runs(layout: Layout) -> list[list[str]]:
    """Nodes that follow one another on one lane, each run in order."""
    runs: list[list[str]] = []
    edges = set(layout.edges())
    for node in sorted(layout.order, key=lambda one: (layout.places[one].slot, layout.places[one].x)):
        if runs and (runs[-1][-1], node) in edges and layout.places[runs[-1][-1]].slot == layout.places[node].slot:
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def _pool(run: Sequence[str], layout: Layout, waiting: Mapping[str, int], pitch: float, y: float) -> Markup:
    nodes = [(layout.places[node].x * pitch, half_thickness(waiting.get(node, 0))) for node in run]
    banks = _with_narrows(nodes)
    if layout.places[run[0]].slot != 0:
        banks = [(banks[0][0] - SHORE * pitch, 0.0), *banks, (banks[-1][0] + SHORE * pitch, 0.0)]
    if len(banks) < 2:
        return Markup("")
    return tag("path", class_="ll-pool", d=_outline(banks, y))


def _with_narrows(nodes: Sequence[Bank]) -> list[Bank]:
    """The nodes with a narrow place halfway between two of them."""
    banks = [nodes[0]]
    for (x1, _), (x2, h2) in pairwise(nodes):
        banks += [((x1 + x2) / 2, THIN), (x2, h2)]
    return banks


def _outline(banks: Sequence[Bank], y: float) -> str:
    upper = [(x, y - half) for x, half in banks]
    lower = [(x, y + half) for x, half in reversed(banks)]
    start = f"M{number(upper[0][0])} {number(upper[0][1])}"
    turn = f"L{number(lower[0][0])} {number(lower[0][1])}"
    return f"{start}{_smooth(upper)}{turn}{_smooth(lower)}Z"


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """Cubic curves with level tangents through the points."""
    curves = []
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = number((x1 + x2) / 2)
        curves.append(f"C{middle} {number(y1)} {middle} {number(y2)} {number(x2)} {number(y2)}")
    return "".join(curves)

"""The river: how many records wait at each node of a flow, how many of them are late or disputed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from mailuo_web.lifeline.bypass import draw_bypasses
from mailuo_web.lifeline.glyphs import diamond, disc, disputed, due, triangle
from mailuo_web.lifeline.labels import broken, text_width
from mailuo_web.lifeline.layout import Layout, lay_out
from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.pools import draw_pools, half_thickness
from mailuo_web.lifeline.shape import Line, Stop
from mailuo_web.lifeline.strokes import Look, Point, draw_stroke

D = 11.0
WIDTH = 1190.0
MARGIN = 43.0
HEIGHT = 252.0
ABOVE = 122.0
"""From the upper edge to the main line."""
PAIR, WIDE = 44.0, 84.0
WIDEST = 150.0
"""The pitch of a flow with few nodes, which then stands in the middle."""
BEND = 1.1


@dataclass(frozen=True, slots=True)
class Load:
    """What stands at one node: how many wait for it, and how many of them are late or disputed."""

    waiting: int = 0
    red: int = 0
    orange: int = 0
    disputed: int = 0
    href: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class River:
    """A flow with its loads; `bypass` is what is written over a stretch that some records pass over."""

    line: Line
    loads: Mapping[str, Load]
    label: str
    bypass: Mapping[str, str] = field(default_factory=dict)


def draw_river(river: River) -> Markup:
    """The river as one SVG; each node is a link to the records that wait there."""
    layout = lay_out(river.line.edges, river.line.end)
    pitch = min((WIDTH - 2 * MARGIN) / max(layout.width, 1.0), WIDEST)
    left = (WIDTH - layout.width * pitch) / 2
    xs = {node: place.x * pitch for node, place in layout.places.items()}
    ys = {node: place.slot * (PAIR if place.pair else _wide(layout)) for node, place in layout.places.items()}
    waiting = {node: load.waiting for node, load in river.loads.items()}
    return tag(
        "svg",
        draw_pools(layout, waiting, pitch, ys),
        draw_bypasses(river.line, layout, river.bypass, xs, ys),
        _strokes(layout, xs, ys, pitch),
        Markup("").join(
            _node(river, stop, xs[stop.id], ys[stop.id], _room(stop.id, xs, ys, left)) for stop in river.line.stops
        ),
        class_="ll ll-river",
        role="group",
        aria_label=river.label,
        data_lifeline="",
        viewBox=f"{number(-left)} {number(-ABOVE)} {number(WIDTH)} {number(HEIGHT)}",
    )


def _wide(layout: Layout) -> float:
    """The distance of lanes: the usual one, or less when there are many."""
    return WIDE / max(1.0, layout.reach)


def _room(node: str, xs: Mapping[str, float], ys: Mapping[str, float], left: float) -> float:
    """How wide a node's name may be before it comes too near the next one of its lane, or the edge."""
    beside = [abs(x - xs[node]) for other, x in xs.items() if other != node and abs(ys[other] - ys[node]) < PAIR]
    edge = 2 * min(xs[node] + left, WIDTH - left - xs[node]) - 16
    return min(min([*beside, 200.0]) * 0.86, edge)


def _strokes(layout: Layout, xs: Mapping[str, float], ys: Mapping[str, float], pitch: float) -> Markup:
    gap = D
    return Markup("").join(
        draw_stroke(Look.WALKED, Point(xs[one], ys[one], gap), Point(xs[node], ys[node], gap), BEND * pitch)
        for one, node in layout.edges()
    )


def _node(river: River, stop: Stop, x: float, y: float, room: float) -> Markup:
    load = river.loads.get(stop.id, Load())
    names = broken(stop.title, room)
    half = half_thickness(load.waiting)
    below = y + max(24.0, half + 16)
    content = (
        tag("rect", class_="ll-spot", x=x - 33, y=y - 30, width=66.0, height=80.0),
        tag("circle", class_="ll-clear", cx=x, cy=y, r=D * 0.95),
        _glyph(stop, load, x, y),
        tag("text", f"{load.waiting:,}", class_="ll-figure", x=x, y=y - max(15.0, half + 6), data_count=load.waiting),
        _name(names, x, below),
        _marks(load, x, below + 15 * (len(names) - 1) + 18),
    )
    worst = "disputed" if load.disputed else "due" if load.waiting and stop.after else "reached"
    return tag(
        "a",
        *content,
        class_="ll-stop",
        href=load.href or None,
        aria_label=load.label,
        data_node=stop.id,
        data_state=worst,
    )


def _glyph(stop: Stop, load: Load, x: float, y: float) -> Markup:
    """The worst level that stands here; the first node shows what flows in."""
    if load.red:
        return diamond(x, y, D)
    if load.orange:
        return triangle(x, y, D)
    if load.disputed:
        return disputed(x, y, D)
    return due(x, y, D) if stop.after else disc(x, y, D)


def _name(lines: tuple[str, ...], x: float, y: float) -> Markup:
    spans = [tag("tspan", Markup.escape(line), x=x, y=y + 15 * place) for place, line in enumerate(lines)]
    return tag("text", *spans, class_="ll-name")


def _marks(load: Load, x: float, y: float) -> Markup:
    """The counts below a name, each with its shape, centred."""
    shown = [
        (count, shape, name)
        for count, shape, name in (
            (load.red, diamond, "red"),
            (load.orange, triangle, "org"),
            (load.disputed, disputed, "text"),
        )
        if count
    ]
    widths = [13 + text_width(f"{count:,}") for count, _, _ in shown]
    left = x - (sum(widths) + 10 * (len(shown) - 1)) / 2
    parts = []
    for (count, shape, name), width in zip(shown, widths, strict=True):
        parts.append(shape(left + 4.5, y - 4.5, 7.5))
        parts.append(tag("text", f"{count:,}", class_=f"ll-count ll-{name}", x=left + 12, y=y))
        left += width + 10
    return Markup("").join(parts)

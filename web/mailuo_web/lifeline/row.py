"""The row: a whole life in one cell of a grid, 32 pixels high."""

from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from mailuo_web.lifeline.exits import ended
from mailuo_web.lifeline.glyphs import draw_glyph
from mailuo_web.lifeline.layout import Place, lay_out
from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.shape import Line, Stop
from mailuo_web.lifeline.strokes import draw_strokes, point_of

BEND = 1.1


@dataclass(frozen=True, slots=True)
class RowSize:
    """Diameter of a dot, pitch of the nodes, distance of the lanes, and the height of it all."""

    d: float
    pitch: float
    lane: float
    height: float
    margin: float


DESK = RowSize(d=7, pitch=14, lane=9, height=32, margin=8)
PHONE = RowSize(d=9, pitch=23, lane=11, height=38, margin=9)


def draw_row(line: Line, label: str, size: RowSize = DESK) -> Markup:
    """The line as one SVG; `label` is its sentence for screen readers."""
    layout = lay_out(line.edges, line.end)
    half = max(size.height / 2, layout.reach * size.lane + size.d)
    width = layout.width * size.pitch + 2 * size.margin
    return tag(
        "svg",
        _drawing(_bare(line), size),
        class_="ll ll-row",
        role="img",
        aria_label=label,
        data_lifeline="",
        width=width,
        height=float(size.height),
        viewBox=f"0 {number(-half)} {number(width)} {number(2 * half)}",
    )


def _bare(line: Line) -> Line:
    """The line with what its drawing depends on, and nothing else."""
    return Line(tuple(Stop(one.id, "", one.after, one.state, one.marks) for one in line.stops), line.end, line.exit)


@lru_cache(maxsize=2048)
def _drawing(line: Line, size: RowSize) -> Markup:
    """Strokes and dots; remembered, since most records of a page stand alike."""
    drawn = ended(line)
    layout = lay_out(line.edges, line.end)
    spots = {node: _spot(place, size) for node, place in layout.places.items()}
    points = {stop.id: point_of(stop, *spots[stop.id], size.d) for stop in drawn.stops}
    return draw_strokes(drawn, layout, points, BEND * size.pitch) + _nodes(line, drawn, spots, size)


def _spot(place: Place, size: RowSize) -> tuple[float, float]:
    return size.margin + place.x * size.pitch, place.slot * size.lane


def _nodes(line: Line, drawn: Line, spots: dict[str, tuple[float, float]], size: RowSize) -> Markup:
    """Each dot, with the state that the engine gave even where an exit leaves it undrawn."""
    return Markup("").join(
        tag("g", draw_glyph(stop, *spots[stop.id], size.d), data_node=stop.id, data_state=real.state.value)
        for real, stop in zip(line.stops, drawn.stops, strict=True)
    )

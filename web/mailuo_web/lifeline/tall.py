"""The tall line: one rung a node, so that text of any height may stand beside it.

Each rung knows the strokes that come in at its dot, those that run past it, and those that go on below. Whatever the
height of the text, `head` is drawn at a fixed height and `below` stretches.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from mailuo_web.lifeline.exits import ended
from mailuo_web.lifeline.glyphs import draw_glyph, radius
from mailuo_web.lifeline.layout import Layout, lay_out
from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.shape import Line, Stop
from mailuo_web.lifeline.strokes import Look, Stroke, strokes_of

D = 11.0
LANE = 13.0
CRISP = 0.5
"""How far all is moved so that a hairline covers whole pixels."""
TOP, DOT, BOTTOM = -8.0, 14.0, 25.0
"""The head of a rung: where it begins in the rung above, where its dot is, where the stretching part begins."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One node of the tall line: its stop, the drawing of its head and of what runs below it."""

    stop: Stop
    head: Markup
    below: Markup


@dataclass(frozen=True, slots=True)
class _Track:
    """A stroke with the rows and lanes it spans; it changes lanes at the row `turn`."""

    stroke: Stroke
    first: int
    last: int
    lane: float
    next_lane: float
    turn: int

    def at(self, row: int) -> float:
        """The lane on which it leaves a row."""
        return self.next_lane if row >= self.turn else self.lane


def rungs_of(line: Line) -> tuple[Rung, ...]:
    """The rungs in the order of the list; nodes that do not apply have none."""
    drawn = ended(line)
    layout = lay_out(line.edges, line.end)
    order = [node for node in layout.order if drawn.by_id[node].shown]
    row = {node: place for place, node in enumerate(order)}
    tracks = [
        _track(stroke, row, layout)
        for stroke in strokes_of(_without_idle(drawn), lay_out(_without_idle(drawn).edges, line.end))
        if stroke.start in row and stroke.end in row
    ]
    middle = (layout.reach + 1) * LANE
    return tuple(
        Rung(drawn.by_id[node], _head(drawn, node, place, tracks, layout, middle), _below(place, tracks, middle))
        for node, place in row.items()
    )


def _without_idle(line: Line) -> Line:
    """The line with the nodes that do not apply taken out, each one's followers tied to what was before it."""
    stops = tuple(
        Stop(stop.id, stop.title, _real_before(line, stop), stop.state, stop.marks) for stop in line.stops if stop.shown
    )
    return Line(stops, line.end)


def _real_before(line: Line, stop: Stop) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in stop.after:
        before = line.by_id.get(one)
        if before is None:
            continue
        found |= dict.fromkeys((one,) if before.shown else _real_before(line, before))
    return tuple(found)


def _track(stroke: Stroke, row: Mapping[str, int], layout: Layout) -> _Track:
    start, end = layout.places[stroke.start].slot, layout.places[stroke.end].slot
    first, last = row[stroke.start], row[stroke.end]
    turn = first + 1 if abs(end) >= abs(start) else last
    return _Track(stroke, first, last, start * LANE, end * LANE, turn)


def _head(line: Line, node: str, row: int, tracks: list[_Track], layout: Layout, middle: float) -> Markup:
    """The fixed part: strokes coming in, the dot, the beginnings of what goes on."""
    stop = line.by_id[node]
    x = layout.places[node].slot * LANE
    gap = radius(stop, D) + 2
    parts = [_arriving(track, row, gap) for track in tracks if track.first < row <= track.last]
    parts += [_leaving(track, row, gap) for track in tracks if track.first <= row < track.last]
    return tag(
        "svg",
        *parts,
        draw_glyph(stop, x, DOT, D),
        class_="ll ll-head",
        width=2 * middle,
        height=BOTTOM - TOP,
        viewBox=f"{number(-middle - CRISP)} {number(TOP)} {number(2 * middle)} {number(BOTTOM - TOP)}",
        aria_hidden="true",
    )


def _arriving(track: _Track, row: int, gap: float) -> Markup:
    """A stroke from the upper edge to the height of the dot, changing lanes on the way when it is its turn."""
    x1, x2 = track.at(row - 1), track.at(row)
    y2 = DOT - gap if row == track.last else DOT
    y1 = TOP - (1 if row - 1 > track.first else 0)
    if x1 == x2:
        path = f"M{number(x1)} {number(y1)}V{number(y2)}"
    else:
        bend = number((y1 + y2) / 2)
        path = f"M{number(x1)} {number(y1)}C{number(x1)} {bend} {number(x2)} {bend} {number(x2)} {number(y2)}"
    cut = track.stroke.look is Look.CUT and row == track.first + 1
    return _path(path, track) + (_slashes(x1) if cut else Markup(""))


def _slashes(x: float) -> Markup:
    """The two slanted strokes that cut a line after a dispute."""
    path = f"M{number(x - 5)} {number(TOP + 1)}l10 -3M{number(x - 5)} {number(TOP + 8)}l10 -3"
    gap = tag("path", class_="ll-gap", d=f"M{number(x)} {number(TOP + 1)}v3.5")
    return gap + tag("path", class_="ll-slash", d=path)


def _leaving(track: _Track, row: int, gap: float) -> Markup:
    x = track.at(row)
    y = DOT + gap if row == track.first else DOT
    return _path(f"M{number(x)} {number(y)}V{number(BOTTOM + 1)}", track)


def _path(data: str, track: _Track) -> Markup:
    return tag("path", class_=f"ll-stroke ll-{track.stroke.look}", d=data)


def _below(row: int, tracks: list[_Track], middle: float) -> Markup:
    """The stretching part: straight lines on the lanes that go on."""
    lines = (
        tag("line", class_=f"ll-stroke ll-{track.stroke.look}", x1=x, x2=x, y1="0", y2="100%")
        for track in tracks
        if track.first <= row < track.last
        for x in [track.at(row) + middle + CRISP]
    )
    return tag("svg", *lines, class_="ll ll-below", width=2 * middle, height="100%", aria_hidden="true")

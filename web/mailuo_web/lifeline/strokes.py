"""The strokes between stops: which are drawn, how each looks, and its path.

What is walked is solid accent; what was skipped is a pale hairline; what is inferred is dashed; what is yet to come
is a grey hairline, and after a dispute it is cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from mailuo_web.lifeline.glyphs import radius
from mailuo_web.lifeline.layout import Layout
from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.shape import PASSED, Line, Mark, State, Stop
from mailuo_web.lifeline.stages import Stage

ROOM_FOR_SLASHES = 10
_BEGUN = PASSED | {State.DUE, State.DISPUTED}


class Look(StrEnum):
    """How a stroke is drawn."""

    WALKED = "walked"
    SKIPPED = "skipped"
    INFERRED = "inferred"
    AHEAD = "ahead"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke from a stop to a later one."""

    start: str
    end: str
    look: Look


@dataclass(frozen=True, slots=True)
class Point:
    """Where a stroke begins or ends: a centre and how far to stay away from it."""

    x: float
    y: float
    gap: float


def strokes_of(line: Line, layout: Layout) -> tuple[Stroke, ...]:
    """The strokes of a line; lanes that do not apply at all shrink to one straight stroke or vanish."""
    shrunk = frozenset(node for stage in layout.stages for node in _shrunk(line, stage))
    straight = list(_straight(line, layout))
    edges = [(one, node) for one, node in layout.edges() if not {one, node} & shrunk]
    strokes = [Stroke(one, node, _look(line, layout, one, node)) for one, node in edges]
    strokes += [Stroke(one, node, _over(_look(line, layout, one, node))) for one, node in straight]
    left = line.exit is not None
    return tuple(one for one in strokes if not (left and one.look in (Look.AHEAD, Look.CUT)))


def _shrunk(line: Line, stage: Stage) -> Iterator[str]:
    """The nodes of a stage that are not drawn on a lane of their own."""
    through = [strand.nodes for strand in stage.strands if strand.through]
    whole = bool(through) and all(_idle(line, nodes) for nodes in through)
    for strand in stage.strands:
        if (whole and strand.through) or (not strand.through and _idle(line, strand.nodes)):
            yield from strand.nodes


def _straight(line: Line, layout: Layout) -> Iterator[tuple[str, str]]:
    """From one node of the main line to the next, where all that lies between does not apply."""
    for stage, after in zip(layout.stages, layout.stages[1:], strict=False):
        through = [strand.nodes for strand in stage.strands if strand.through]
        if through and stage.spine and after.spine and all(_idle(line, nodes) for nodes in through):
            yield stage.spine, after.spine


def _idle(line: Line, nodes: tuple[str, ...]) -> bool:
    return all(not line.by_id[node].shown for node in nodes)


def _look(line: Line, layout: Layout, start: str, end: str) -> Look:
    one, other = line.by_id[start], line.by_id[end]
    if one.state is State.DISPUTED:
        return Look.CUT
    if Mark.HELD in other.marks or (one.shown and one.state not in PASSED):
        return Look.AHEAD
    if not one.shown or not other.shown:
        return Look.SKIPPED if _passed(line, layout, other) else Look.AHEAD
    return _walked(one, other)


def _over(look: Look) -> Look:
    """The look of a stroke over lanes that do not apply: pale where it would be solid."""
    return Look.SKIPPED if look in (Look.WALKED, Look.INFERRED) else look


def _walked(one: Stop, other: Stop) -> Look:
    if State.INFERRED in (one.state, other.state):
        return Look.INFERRED
    return Look.WALKED if other.state in _BEGUN or Mark.EXIT in other.marks else Look.AHEAD


def _passed(line: Line, layout: Layout, stop: Stop) -> bool:
    """Whether something beyond a stop, or the stop itself, has begun."""
    if stop.shown:
        return stop.state in _BEGUN or Mark.EXIT in stop.marks
    return any(_passed(line, layout, line.by_id[node]) for one, node in layout.edges() if one == stop.id)


def draw_stroke(look: Look, start: Point, end: Point, bend: float) -> Markup:
    """The stroke as a path: straight on one lane, a smooth S of at most `bend` between lanes."""
    path = tag("path", class_=f"ll-stroke ll-{look}", d=path_of(start, end, bend))
    return path + _slashes(start, end) if look is Look.CUT else path


def path_of(start: Point, end: Point, bend: float) -> str:
    """The path's data; a fork bends at once, a join at the last moment."""
    x1, x2 = start.x + start.gap, end.x - end.gap
    y1, y2 = number(start.y), number(end.y)
    if start.y == end.y:
        return f"M{number(x1)} {y1}H{number(x2)}"
    bend = min(bend, end.x - start.x)
    if abs(end.y) >= abs(start.y):
        turn = min(start.x + bend, x2)
        middle = number((x1 + turn) / 2)
        return f"M{number(x1)} {y1}C{middle} {y1} {middle} {y2} {number(turn)} {y2}H{number(x2)}"
    turn = max(end.x - bend, x1)
    middle = number((turn + x2) / 2)
    return f"M{number(x1)} {y1}H{number(turn)}C{middle} {y1} {middle} {y2} {number(x2)} {y2}"


def _slashes(start: Point, end: Point) -> Markup:
    if end.x - end.gap - start.x - start.gap < ROOM_FOR_SLASHES:
        return Markup("")
    middle = (start.x + start.gap + end.x - end.gap) / 2
    path = "".join(f"M{number(middle + dx - 1)} {number(start.y + 3)}l2 -6" for dx in (-1.5, 1.5))
    return tag("path", class_="ll-slash", d=path)


def draw_strokes(line: Line, layout: Layout, points: dict[str, Point], bend: float) -> Markup:
    """All strokes of a line, the grey ones first so that what is walked lies on top."""
    strokes = sorted(strokes_of(line, layout), key=lambda stroke: stroke.look is Look.WALKED)
    return Markup("").join(draw_stroke(one.look, points[one.start], points[one.end], bend) for one in strokes)


def point_of(stop: Stop, x: float, y: float, d: float) -> Point:
    """The point of a stop drawn at (x, y)."""
    return Point(x, y, radius(stop, d))

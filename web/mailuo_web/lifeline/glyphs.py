"""The dot of a stop: shape says the state, colour only repeats it. `d` is the size's diameter.

The grammar: reached is a solid disc, due a ring with a halo, pending a small grey dot, inferred a hollow ring,
disputed a hatched square; overdue takes the level's own shape, so that it reads without colour too.
"""

from collections.abc import Callable

from markupsafe import Markup

from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.shape import Mark, State, Stop

Glyph = Callable[[float, float, float], Markup]


def draw_glyph(stop: Stop, x: float, y: float, d: float) -> Markup:
    """The stop's dot with its marks, around (x, y)."""
    shape = _shape(stop)(x, y, d)
    return shape + Markup("").join(MARKS[mark](x, y, d) for mark in sorted(stop.marks) if mark in MARKS)


def radius(stop: Stop, d: float) -> float:
    """How far lines stay away from the stop's centre."""
    if not stop.shown:
        return 0.0
    return d * _RADII.get(_form(stop), 0.5)


def _form(stop: Stop) -> State | Mark:
    for mark in (Mark.EXIT, Mark.RED, Mark.ORANGE, Mark.VERDICT, Mark.HELD):
        if mark in stop.marks and not (mark in (Mark.RED, Mark.ORANGE) and stop.state is not State.DUE):
            return stop.state if stop.state is State.DISPUTED else mark
    return stop.state


def _shape(stop: Stop) -> Glyph:
    return SHAPES[_form(stop)]


def disc(x: float, y: float, d: float) -> Markup:
    """Reached: a solid disc."""
    return tag("circle", class_="ll-fill", cx=x, cy=y, r=d / 2)


def due(x: float, y: float, d: float) -> Markup:
    """Due: a dot in a ring in a quietly pulsing halo."""
    stroke = max(1.4, d * 0.16)
    return (
        tag("circle", class_="ll-halo", cx=x, cy=y, r=d * 0.875)
        + tag("circle", class_="ll-ring", cx=x, cy=y, r=d * 0.55 - stroke / 2, stroke_width=stroke)
        + tag("circle", class_="ll-fill", cx=x, cy=y, r=d * 0.2)
    )


def pending(x: float, y: float, d: float) -> Markup:
    """Not yet: a small grey dot."""
    return tag("circle", class_="ll-pend", cx=x, cy=y, r=d * 0.2)


def nothing(x: float, y: float, d: float) -> Markup:
    """Not applicable: no dot, but a spot that can be pointed at."""
    return tag("rect", class_="ll-spot", x=x - d / 2, y=y - d / 2, width=d, height=d)


def inferred(x: float, y: float, d: float) -> Markup:
    """Inferred: a hollow ring."""
    stroke = max(1.25, d * 0.15)
    return tag("circle", class_="ll-ring", cx=x, cy=y, r=d * 0.45 - stroke / 2, stroke_width=stroke)


def disputed(x: float, y: float, d: float) -> Markup:
    """Disputed: a square hatched from its lower left, black whatever the theme's accent."""
    side = d * 1.1
    left, top = x - side / 2, y - side / 2
    stroke = max(1.0, d * 0.1)
    frame = tag("rect", class_="ll-hatch", x=left, y=top, width=side, height=side, rx=side * 0.16, stroke_width=stroke)
    parts = [_slant(left, top, side, share) for share in (0.55, 0.95, 1.35, 1.6)]
    return frame + tag("path", class_="ll-hatching", d=" ".join(parts), stroke_width=stroke)


def _slant(left: float, top: float, side: float, share: float) -> str:
    """One stroke of the hatching, from the left or lower edge to the upper or right one."""
    low, high = max(0.0, share - 1), min(1.0, share)
    start = f"M{number(left + low * side)} {number(top + high * side)}"
    return f"{start}L{number(left + high * side)} {number(top + low * side)}"


def diamond(x: float, y: float, d: float) -> Markup:
    """Overdue, red: a filled diamond."""
    half = d * 0.65
    points = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    return tag("polygon", class_="ll-red", points=_points(points))


def triangle(x: float, y: float, d: float) -> Markup:
    """Overdue, orange: a filled triangle."""
    half = d * 0.625
    points = ((x, y - half * 1.05), (x + half, y + half * 0.8), (x - half, y + half * 0.8))
    return tag("polygon", class_="ll-org", points=_points(points))


def held(x: float, y: float, d: float) -> Markup:
    """Held: a grey ring with two bars."""
    stroke = max(1.0, d * 0.11)
    bars = "".join(f"M{number(x + side * d * 0.14)} {number(y - d * 0.2)}v{number(d * 0.4)}" for side in (-1, 1))
    return tag("circle", class_="ll-held", cx=x, cy=y, r=d * 0.53, stroke_width=stroke) + tag(
        "path", class_="ll-bars", d=bars, stroke_width=max(1.1, d * 0.13)
    )


def verdict(x: float, y: float, d: float) -> Markup:
    """Decided by a verdict: a disc in a wide ring."""
    stroke = max(1.2, d * 0.11)
    return tag("circle", class_="ll-ring", cx=x, cy=y, r=d * 0.725 - stroke / 2, stroke_width=stroke) + tag(
        "circle", class_="ll-fill", cx=x, cy=y, r=d * 0.4
    )


def cross(x: float, y: float, d: float) -> Markup:
    """An exit: the line ends."""
    a = d * 0.38
    wide, back = number(2 * a), number(-2 * a)
    path = f"M{number(x - a)} {number(y - a)}l{wide} {wide}m0 {back}l{back} {wide}"
    return tag("path", class_="ll-cross", d=path, stroke_width=max(1.5, d * 0.18))


def late(x: float, y: float, d: float) -> Markup:
    """Reached late: a short bar below."""
    path = f"M{number(x - d * 0.5)} {number(y + d * 0.86)}h{number(d)}"
    return tag("path", class_="ll-late", d=path, stroke_width=max(1.25, d * 0.12))


def early(x: float, y: float, d: float) -> Markup:
    """Reached early: a green chevron above."""
    a = d * 0.38
    path = f"M{number(x - a)} {number(y - d * 0.68)}l{number(a)} {number(-a)}l{number(a)} {number(a)}"
    return tag("path", class_="ll-early", d=path, stroke_width=max(1.25, d * 0.14))


def _points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{number(px)},{number(py)}" for px, py in points)


SHAPES: dict[State | Mark, Glyph] = {
    State.REACHED: disc,
    State.DUE: due,
    State.PENDING: pending,
    State.NOT_APPLICABLE: nothing,
    State.INFERRED: inferred,
    State.DISPUTED: disputed,
    Mark.RED: diamond,
    Mark.ORANGE: triangle,
    Mark.HELD: held,
    Mark.VERDICT: verdict,
    Mark.EXIT: cross,
}
MARKS: dict[Mark, Glyph] = {Mark.LATE: late, Mark.EARLY: early}

_RADII: dict[State | Mark, float] = {
    State.DUE: 0.875,
    State.PENDING: 0.2,
    State.INFERRED: 0.45,
    State.DISPUTED: 0.55,
    Mark.RED: 0.6,
    Mark.ORANGE: 0.6,
    Mark.HELD: 0.6,
    Mark.VERDICT: 0.72,
}

"""Specimens: one state or mark in all four sizes side by side, for the style guide."""

from markupsafe import Markup

from mailuo_web.lifeline.glyphs import draw_glyph
from mailuo_web.lifeline.layout import lay_out
from mailuo_web.lifeline.markup import tag
from mailuo_web.lifeline.shape import Line, Mark, State, Stop
from mailuo_web.lifeline.strokes import draw_strokes, point_of

SIZES = ((7.0, 32.0), (9.0, 36.0), (11.0, 40.0), (16.0, 56.0))
"""Each size's diameter, and the room it takes."""


def draw_specimen(state: State, marks: frozenset[Mark]) -> Markup:
    """The state or mark between a reached stop and one that is still to come, in the four sizes."""
    left, parts = 0.0, []
    for d, room in SIZES:
        parts.append(tag("g", _one(state, marks, d, room), transform=f"translate({left} 0)"))
        left += room + 8
    return tag("svg", *parts, class_="ll", width=left, height=40.0, viewBox=f"0 -20 {left} 40", aria_hidden="true")


def _one(state: State, marks: frozenset[Mark], d: float, room: float) -> Markup:
    before = State.REACHED
    after = (
        State.REACHED
        if state in (State.REACHED, State.NOT_APPLICABLE, State.INFERRED) and not marks & {Mark.EXIT, Mark.HELD}
        else State.PENDING
    )
    stops = (Stop("a", "", (), before), Stop("b", "", ("a",), state, marks), Stop("c", "", ("b",), after))
    line = Line(stops, "c", "x" if Mark.EXIT in marks else None)
    layout = lay_out(line.edges, line.end)
    points = {
        "a": point_of(stops[0], -d, 0.0, 0.0),
        "b": point_of(stops[1], room / 2, 0.0, d),
        "c": point_of(stops[2], room + d, 0.0, 0.0),
    }
    clip = tag(
        "svg",
        draw_strokes(line, layout, points, room),
        x=0.0,
        y=-20.0,
        width=room,
        height=40.0,
        viewBox=f"0 -20 {room} 40",
    )
    return clip + draw_glyph(stops[1], room / 2, 0.0, d)

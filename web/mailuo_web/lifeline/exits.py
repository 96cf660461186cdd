"""Lines that left by an exit: a cross where they ended, and nothing after it."""

from dataclasses import replace

from mailuo_web.lifeline.layout import lay_out
from mailuo_web.lifeline.shape import PASSED, Line, Mark, State, Stop


def ended(line: Line) -> Line:
    """The line as it is drawn: with an exit, the next node of the main line is the cross and the rest falls away."""
    if line.exit is None:
        return line
    places = lay_out(line.edges, line.end).places
    open_ = [stop for stop in line.stops if stop.shown and stop.state not in PASSED]
    if not open_:
        return line
    at = min(open_, key=lambda stop: (places[stop.id].slot != 0, places[stop.id].x))
    stops = tuple(_after_exit(stop, stop is at) for stop in line.stops)
    return Line(stops, line.end, line.exit)


def _after_exit(stop: Stop, here: bool) -> Stop:
    if here:
        return replace(stop, state=State.PENDING, marks=frozenset({Mark.EXIT}))
    return stop if stop.state in PASSED else replace(stop, state=State.NOT_APPLICABLE, marks=frozenset())

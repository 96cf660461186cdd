"""The designer's size: the flow itself, without a record on it."""

from markupsafe import Markup

from mailuo_web.lifeline.layout import lay_out
from mailuo_web.lifeline.markup import number, tag
from mailuo_web.lifeline.shape import Line, Stop
from mailuo_web.lifeline.strokes import Look, Point, draw_stroke

D = 16.0
PITCH = 39.5
LANE = 22.0
MARGIN = 22.0


def draw_designer(line: Line, label: str) -> Markup:
    """The flow as one SVG: a ring for each node, with a sign for what is conditional, per part, or by the clock."""
    layout = lay_out(line.edges, line.end)
    half = max(24.0, layout.reach * LANE + D)
    spots = {node: (place.x * PITCH, place.slot * LANE) for node, place in layout.places.items()}
    strokes = (
        draw_stroke(Look.AHEAD, Point(*spots[one], D / 2), Point(*spots[node], D / 2), PITCH)
        for one, node in layout.edges()
    )
    width = layout.width * PITCH + 2 * MARGIN
    return tag(
        "svg",
        *strokes,
        Markup("").join(_node(stop, *spots[stop.id]) for stop in line.stops),
        class_="ll ll-designer",
        role="img",
        aria_label=label,
        data_lifeline="",
        width=width,
        height=2 * half,
        viewBox=f"{number(-MARGIN)} {number(-half)} {number(width)} {number(2 * half)}",
    )


def _node(stop: Stop, x: float, y: float) -> Markup:
    ring = tag("circle", class_="ll-frame", cx=x, cy=y, r=D / 2 - 0.7)
    return tag("g", ring, _sign(stop, x, y), tag("title", Markup.escape(stop.title)), data_node=stop.id)


def _sign(stop: Stop, x: float, y: float) -> Markup:
    """◇ conditional, ≡ per part, hands of a clock for what is reached by itself."""
    if stop.by_clock:
        path = f"M{number(x)} {number(y - 4)}V{number(y)}L{number(x + 3)} {number(y + 2)}"
    elif stop.per_part:
        path = "".join(f"M{number(x - 3)} {number(y + dy)}h6" for dy in (-2.5, 0, 2.5))
    elif stop.conditional:
        path = f"M{number(x)} {number(y - 4)}l4 4l-4 4l-4 -4z"
    else:
        return Markup("")
    return tag("path", class_="ll-sign", d=path)

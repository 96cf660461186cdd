"""The lifeline: a flow's nodes drawn as one line, in four sizes from one shape of data.

`shape` is the data, `stages` and `layout` place it, `glyphs` and `strokes` draw it, `row`, `river`, `tall` and
`designer` are the sizes. Everything is pure: values in, markup out.
"""

from mailuo_web.lifeline.designer import draw_designer
from mailuo_web.lifeline.river import Load, River, draw_river
from mailuo_web.lifeline.row import draw_row
from mailuo_web.lifeline.shape import Line, Mark, State, Stop
from mailuo_web.lifeline.tall import Rung, rungs_of

__all__ = [
    "Line",
    "Load",
    "Mark",
    "River",
    "Rung",
    "State",
    "Stop",
    "draw_designer",
    "draw_river",
    "draw_row",
    "rungs_of",
]

"""The style guide: every token, every state, mark and size of the lifeline, every control, as they are really drawn."""

from dataclasses import dataclass

from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mailuo_web.http.asking import actor
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.lifeline import (
    Line,
    Load,
    Mark,
    River,
    State,
    Stop,
    draw_designer,
    draw_river,
    draw_row,
    rungs_of,
)
from mailuo_web.lifeline.specimen import draw_specimen
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.inputs import InputView
from mailuo_web.pages.page import page, say
from mailuo_web.pages.shell import Spot
from mailuo_web.texts import Say

TOKENS = (
    ("page", "#F6F7F7", "#0F1314"),
    ("surface", "#FFFFFF", "#171C1E"),
    ("sunk", "#F0F2F2", "#1F2628"),
    ("line", "#E2E6E7", "#2A3235"),
    ("line2", "#C5CCCF", "#465155"),
    ("pend", "#808A8E", "#6F7B80"),
    ("text", "#1A2123", "#E5EAEB"),
    ("text2", "#4F5A5E", "#AAB4B8"),
    ("text3", "#5E696E", "#8E999E"),
    ("acc", "#0E5A66", "#62B9C3"),
    ("accw", "#E4EFF0", "#14323A"),
    ("accl", "#9CC0C5", "#2F6A73"),
    ("red", "#B8261F", "#F08A82"),
    ("redw", "#FBECEB", "#391F1D"),
    ("org", "#A14B06", "#E5A25C"),
    ("orgw", "#FCF1E5", "#35271A"),
    ("grn", "#2B6E35", "#7FC389"),
    ("grnw", "#E9F3EA", "#1B2F1F"),
)
_EDGES = (
    ("a", ()),
    ("b", ("a",)),
    ("c", ("b",)),
    ("d", ("b",)),
    ("e", ("c", "d")),
    ("f", ("e",)),
    ("g", ("f",)),
    ("h", ("g",)),
    ("i", ("g",)),
    ("j", ("g",)),
    ("k", ("j",)),
    ("l", ("i",)),
)
_LETTERS = {
    "r": State.REACHED,
    "d": State.DUE,
    "p": State.PENDING,
    "n": State.NOT_APPLICABLE,
    "i": State.INFERRED,
    "x": State.DISPUTED,
}
_EXAMPLES: tuple[tuple[str, dict[str, Mark]], ...] = (
    ("rrrrrrrddddp", {"b": Mark.LATE}),
    ("rnnnrxpppppp", {"g": Mark.HELD}),
    ("rrdrpppppppp", {"c": Mark.ORANGE}),
    ("rrrrrrdppppp", {"g": Mark.RED}),
    ("rrrrrrrrrrrr", {"g": Mark.EARLY, "f": Mark.VERDICT}),
    ("rrrriirrpdpp", {}),
)
_LOADS = (12, 9, 212, 174, 318, 864, 1_986, 40, 14_820, 655, 731, 356)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One state or mark in the four sizes."""

    title: str
    drawing: Markup


@route(blueprint, "/styleguide", SIGNED_IN)
def styleguide() -> ResponseReturnValue:
    """The style guide."""
    words = say()
    values = {
        "tokens": TOKENS,
        "rows": [draw_row(_example(words, letters, marks), words("style.row")) for letters, marks in _EXAMPLES],
        "river": _river(words),
        "rungs": rungs_of(_example(words, *_EXAMPLES[1])),
        "designer": draw_designer(_plain(words), words("style.designer")),
        "states": [Specimen(words(f"state.{state}"), draw_specimen(state, frozenset())) for state in State],
        "marks": [Specimen(words(f"mark.{mark}"), draw_specimen(_under(mark), frozenset({mark}))) for mark in Mark],
        **_inputs(words),
    }
    return page("styleguide.html", actor(), Spot("styleguide"), values)


def _under(mark: Mark) -> State:
    """The state on which a mark is usually seen."""
    if mark in (Mark.RED, Mark.ORANGE):
        return State.DUE
    return State.PENDING if mark in (Mark.HELD, Mark.EXIT) else State.REACHED


def _example(words: Say, letters: str, marks: dict[str, Mark]) -> Line:
    stops = [
        Stop(node, words("style.sample.node", n=place), after, _LETTERS[letter], _marked(node, marks))
        for place, ((node, after), letter) in enumerate(zip(_EDGES, letters, strict=True), start=1)
    ]
    return Line(tuple(stops), "l")


def _marked(node: str, marks: dict[str, Mark]) -> frozenset[Mark]:
    return frozenset({marks[node]}) if node in marks else frozenset()


def _plain(words: Say) -> Line:
    stops = [
        Stop(
            node,
            words("style.sample.node", n=place),
            after,
            conditional=node in "cd",
            per_part=node == "f",
            by_clock=node == "i",
        )
        for place, (node, after) in enumerate(_EDGES, start=1)
    ]
    return Line(tuple(stops), "l")


def _river(words: Say) -> Markup:
    loads = {
        node: Load(
            count, red=7 if node == "g" else 0, orange=12 if node == "c" else 0, disputed=5 if node == "f" else 0
        )
        for (node, _), count in zip(_EDGES, _LOADS, strict=True)
    }
    return draw_river(
        River(
            _plain(words),
            loads,
            words("style.river"),
            {"b": words("river.bypass", node=words("style.sample.node", n=5))},
        )
    )


def _inputs(words: Say) -> dict[str, InputView]:
    help_ = words("style.help")
    return {
        "moment": InputView(
            "moment", "style-moment", words("style.field"), "datetime-local", "2026-01-18T10:00", help=help_
        ),
        "attachment": InputView(
            "attachment",
            "style-file",
            words("style.file"),
            "file",
            shown="confirmation.docx",
            required=True,
            problem=words("style.wrong"),
        ),
    }

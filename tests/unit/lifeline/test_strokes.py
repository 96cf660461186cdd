"""What the strokes and dots of a lifeline say: walked, skipped, inferred, ahead, cut."""

import re

import pytest

from mailuo_web.lifeline import Line, Mark, State, Stop, draw_row, rungs_of
from mailuo_web.lifeline.exits import ended
from mailuo_web.lifeline.layout import lay_out
from mailuo_web.lifeline.strokes import Look, strokes_of

EDGES = (("a", ()), ("b", ("a",)), ("c", ("b",)), ("d", ("b",)), ("e", ("c", "d")), ("f", ("e",)))
STATES = {
    "r": State.REACHED,
    "d": State.DUE,
    "p": State.PENDING,
    "n": State.NOT_APPLICABLE,
    "i": State.INFERRED,
    "x": State.DISPUTED,
}


def line(letters: str, exit_: str | None = None, **marks: Mark) -> Line:
    stops = tuple(
        Stop(node, node.upper(), after, STATES[letter], frozenset({marks[node]} if node in marks else ()))
        for (node, after), letter in zip(EDGES, letters, strict=True)
    )
    return Line(stops, "f", exit_)


def looks(drawn: Line) -> dict[str, Look]:
    return {one.start + one.end: one.look for one in strokes_of(drawn, lay_out(drawn.edges, drawn.end))}


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("rrrdpp", {"ab": "walked", "bc": "walked", "bd": "walked", "ce": "ahead", "de": "ahead", "ef": "ahead"}),
        ("rrnnrd", {"ab": "walked", "be": "skipped", "ef": "walked"}),
        ("rrnnpp", {"ab": "walked", "be": "ahead", "ef": "ahead"}),
        (
            "rirrrd",
            {"ab": "inferred", "bc": "inferred", "bd": "inferred", "ce": "walked", "de": "walked", "ef": "walked"},
        ),
        ("rxpppp", {"ab": "walked", "bc": "cut", "bd": "cut", "ce": "ahead", "de": "ahead", "ef": "ahead"}),
    ],
)
def test_a_stroke_looks_as_its_ends_say(letters: str, expected: dict[str, str]) -> None:
    assert looks(line(letters)) == expected


def test_lanes_that_do_not_apply_shrink_to_one_straight_stroke() -> None:
    assert set(looks(line("rrnnrr"))) == {"ab", "be", "ef"}


def test_an_exit_ends_the_line_with_a_cross() -> None:
    drawn = ended(line("rrdppp", "left"))
    assert [stop.id for stop in drawn.stops if Mark.EXIT in stop.marks] == ["e"]
    assert Look.AHEAD not in looks(drawn).values()


def test_the_row_keeps_the_engines_states_whatever_it_draws() -> None:
    row = str(draw_row(line("rrdppp", "left"), "sentence"))
    assert re.findall(r'data-node="(\w)" data-state="(\w+)"', row) == [
        ("a", "reached"),
        ("b", "reached"),
        ("c", "due"),
        ("d", "pending"),
        ("e", "pending"),
        ("f", "pending"),
    ]


def test_titles_are_escaped_and_no_style_is_inline() -> None:
    row = str(draw_row(line("rrrrrd"), '<b>"x"</b>'))
    assert "&lt;b&gt;" in row
    assert "style=" not in row


@pytest.mark.parametrize(
    ("letters", "marks", "class_"),
    [
        ("rrdppp", {"c": Mark.RED}, "ll-red"),
        ("rrdppp", {"c": Mark.ORANGE}, "ll-org"),
        ("rrxppp", {}, "ll-hatching"),
        ("rrpppp", {"c": Mark.HELD}, "ll-bars"),
        ("rrrrrr", {"f": Mark.EARLY}, "ll-early"),
        ("rrrrrr", {"f": Mark.LATE}, "ll-late"),
        ("rrdppp", {}, "ll-halo"),
    ],
)
def test_each_state_and_mark_has_a_shape_of_its_own(letters: str, marks: dict[str, Mark], class_: str) -> None:
    assert class_ in str(draw_row(line(letters, **marks), "x"))
    assert class_ not in str(draw_row(line("rrrrrr"), "x"))


def test_overdue_is_shown_only_on_what_is_due() -> None:
    assert "ll-red" not in str(draw_row(line("rrrrrr", c=Mark.RED), "x"))


def test_the_tall_line_has_a_rung_for_each_node_that_applies() -> None:
    assert [rung.stop.id for rung in rungs_of(line("rrnnrd"))] == ["a", "b", "e", "f"]

"""Nodes that each part of a record reaches for itself."""

import pytest

from mailuo.flow.state import State
from mailuo.flow.timeline import Ruling, Truth
from tests.unit.flow.sketch import hour, timeline, told

PACKED = ["paid 1 desk", "confirmed 2 desk", "boards 3 desk", "fittings 4 desk", "packed 5 desk"]
SHIPPED = [
    ([], "shipped due 5"),
    (["shipped/a 6 carrier"], "shipped due 5"),
    (["shipped/a 6 carrier", "shipped/b 8 carrier"], "shipped reached 8 carrier"),
    (["shipped/b 8 carrier", "shipped/a 6 carrier"], "shipped reached 8 carrier"),
    (["shipped 7 carrier"], "shipped reached 7 carrier"),  # speaks for every part
    (["shipped/a 6 carrier", "shipped 7 carrier"], "shipped reached 7 carrier"),  # and only for those it has not named
    (["shipped/a 9 carrier", "shipped 7 carrier"], "shipped reached 9 carrier"),
    (["shipped/a 6 carrier", "shipped 7 lab"], "shipped reached 7 lab"),
    (["signed/a 9 carrier"], "shipped due"),
    (["signed/a 9 carrier", "shipped/b 6 carrier"], "shipped inferred"),
]


@pytest.mark.parametrize(("words", "expected"), SHIPPED)
def test_all_parts_have_to_reach_a_node_of_all(words: list[str], expected: str) -> None:
    found = next(each for each in told(timeline([*PACKED, *words], parts="a b")) if each.startswith("shipped"))
    assert found.startswith(expected.rstrip())


MOVING = [
    (["shipped/a 6 carrier", "moving/a 7 carrier"], "moving reached 7 carrier"),
    (["moving/b 9 carrier", "moving/a 7 carrier"], "moving reached 7 carrier"),
    (["moving/a 9 carrier", "moving/a 8 carrier"], "moving reached 8 carrier"),
]


@pytest.mark.parametrize(("words", "expected"), MOVING)
def test_any_part_reaches_a_node_of_any_and_the_first_time_stays(words: list[str], expected: str) -> None:
    assert expected in told(timeline([*PACKED, *words], parts="a b"))


def test_a_node_of_all_stays_due_until_the_last_part_has_reached_it() -> None:
    one = timeline([*PACKED, "shipped/a 6 carrier"], parts="a b")
    assert (one.of("shipped").state, one.of("shipped").due_since, one.status) == (State.DUE, hour(5), "packed")
    assert [part.state.state for part in one.of("shipped").parts] == [State.REACHED, State.DUE]


def test_each_part_has_its_own_line() -> None:
    nodes = timeline([*PACKED, "shipped/a 6 carrier", "moving/a 7 carrier"], parts="a b")
    assert [part.state.state for part in nodes.of("moving").parts] == [State.REACHED, State.PENDING]
    assert [part.state.state for part in nodes.of("signed").parts] == [State.DUE, State.PENDING]


def test_a_part_added_later_takes_the_node_back_to_due() -> None:
    words = [*PACKED, "shipped/a 6 carrier", "shipped/b 8 carrier"]
    assert timeline(words, parts="a b").of("shipped").state is State.REACHED
    assert timeline(words, parts="a b c").of("shipped").state is State.DUE


def test_without_rows_words_speak_of_the_record_itself() -> None:
    assert "shipped reached 6 carrier" in told(timeline([*PACKED, "shipped 6 carrier"]))


def test_words_about_a_part_that_is_gone_do_not_count() -> None:
    assert "shipped reached 8 carrier" in told(
        timeline([*PACKED, "shipped/gone 30 carrier", "shipped/a 8 carrier"], parts="a")
    )


def test_a_record_is_disputed_when_a_part_is() -> None:
    nodes = timeline(
        [*PACKED, "shipped/a 6 carrier", "shipped/b 7 carrier", "signed/b 9 carrier"],
        parts="a b",
        rulings={("a", "shipped"): Ruling(None, disputed=True)},
    )
    assert (nodes.disputed, nodes.of("shipped").state, nodes.status) == (True, State.DISPUTED, "packed")


def test_what_comes_after_a_disputed_part_waits_even_if_another_part_would_do() -> None:
    nodes = timeline(
        [*PACKED, "shipped/a 6 carrier", "shipped/b 7 carrier", "moving/b 9 carrier"],
        parts="a b",
        rulings={("a", "shipped"): Ruling(None, disputed=True)},
    )
    moving = nodes.of("moving")
    assert (moving.state, moving.held, nodes.status) == (State.PENDING, True, "packed")
    assert [part.state.state for part in moving.parts] == [State.PENDING, State.REACHED]


def test_parts_that_do_not_apply_are_passed_over_together() -> None:
    nodes = timeline([*PACKED], parts="a b", truths={"shipped": Truth(False)})
    assert nodes.of("shipped").state is State.NOT_APPLICABLE
    assert nodes.of("moving").state is State.DUE

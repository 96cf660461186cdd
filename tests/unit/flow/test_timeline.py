"""The timeline of a record: a pure function of what was said, its values and the moment."""

from datetime import timedelta

import pytest

from mailuo.flow.claim import Claim
from mailuo.flow.state import State
from mailuo.flow.timeline import Ruling, Truth
from tests.unit.flow.sketch import BIRTH, LATER, PHOTO, hour, line, node, said, timeline, told

SEVEN_DAYS = 7 * 24
ALL_BEFORE_PACKED = ["paid 1 desk", "confirmed 2 desk", "boards 3 desk", "fittings 4 desk"]
ALL_BEFORE_SHIPPED = [*ALL_BEFORE_PACKED, "packed 5 desk"]

LANES = [
    ([], ["paid due 0"]),
    (["paid 1 desk"], ["paid reached 1 desk", "confirmed due 1"]),
    (
        ["paid 1 desk", "confirmed 2 role:x"],
        ["paid reached 1 desk", "confirmed reached 2 role:x", "boards due 2", "fittings due 2"],
    ),
    (
        ["paid 1 desk", "confirmed 2 desk", "fittings 3 desk"],
        ["paid reached 1 desk", "confirmed reached 2 desk", "boards due 2", "fittings reached 3 desk"],
    ),
    (
        ALL_BEFORE_PACKED,
        [
            "paid reached 1 desk",
            "confirmed reached 2 desk",
            "boards reached 3 desk",
            "fittings reached 4 desk",
            "packed due 4",
        ],
    ),
]


@pytest.mark.parametrize(("words", "expected"), LANES)
def test_lanes_run_side_by_side_and_meet(words: list[str], expected: list[str]) -> None:
    assert told(timeline(words)) == expected


STATUS = [
    ([], None),
    (["paid 1 desk"], "paid"),
    (["paid 1 desk", "confirmed 2 desk", "fittings 3 desk"], "fittings"),
    (["paid 1 desk", "confirmed 2 desk", "fittings 3 desk", "boards 4 desk"], "fittings"),
    (["signed 9 carrier"], "signed"),
    (["signed 9 carrier", "paid 10 desk"], "signed"),
]


@pytest.mark.parametrize(("words", "status"), STATUS)
def test_the_status_is_the_furthest_node_reached_in_declared_order(words: list[str], status: str | None) -> None:
    assert timeline(words, now=hour(100)).status == status


WORDS_THAT_STAND = [
    (["paid 2 desk", "paid 1 lab"], "paid reached 1 lab"),
    (["paid 1 lab", "paid 2 desk"], "paid reached 1 lab"),
    (["paid 1 lab", "paid 1 desk"], "paid reached 1 desk"),  # a tie: the order of `by`
    (["paid 1 role:x", "paid 1 carrier"], "paid reached 1 carrier"),
    (["paid 1 desk", "paid 1 desk"], "paid reached 1 desk"),
]


@pytest.mark.parametrize(("words", "expected"), WORDS_THAT_STAND)
def test_the_earliest_word_stands_and_on_a_tie_the_order_of_by_decides(words: list[str], expected: str) -> None:
    assert told(timeline(words))[0] == expected


def test_an_outside_word_that_leaps_leaves_what_it_leaps_over_inferred() -> None:
    nodes = told(timeline(["paid 1 desk", "packed 5 carrier"]))
    assert nodes == [
        "paid reached 1 desk",
        "confirmed inferred",
        "boards inferred",
        "fittings inferred",
        "packed reached 5 carrier",
        "shipped due 5",
    ]


def test_a_persons_word_leaps_over_nothing_but_what_may_be_skipped() -> None:
    leapt = timeline(["paid 1 desk", "packed 5 role:x"])
    assert leapt.of("boards").state is State.PENDING
    assert leapt.of("confirmed").state is State.DUE
    skipped = timeline([*ALL_BEFORE_SHIPPED, "shipped 6 carrier", "signed 7 role:x"])
    assert skipped.of("moving").state is State.INFERRED


def test_an_inferred_node_starts_nothing_because_it_has_no_time() -> None:
    nodes = timeline(["packed 5 carrier", "paid 6 desk"])
    assert nodes.of("confirmed").at is None
    assert timeline(["boards 5 carrier"]).of("fittings").due_since is None


def test_a_late_word_turns_inferred_into_reached_at_the_time_it_names() -> None:
    nodes = told(timeline(["packed 5 carrier", "boards 3 role:x"]))
    assert "boards reached 3 role:x" in nodes
    assert "fittings inferred" in nodes


def test_what_asked_for_evidence_and_was_leapt_over_is_unproved() -> None:
    of = line(node("a"), node("b", "a", evidence=PHOTO), node("c", "b"))
    assert timeline(["c 3 lab"], of).of("b").unproved
    assert not timeline(["c 3 lab"], of).of("a").unproved


def test_a_word_before_its_predecessors_time_is_kept_and_marked() -> None:
    nodes = timeline(["paid 3 desk", "confirmed 2 role:x"])
    assert nodes.of("confirmed").early
    assert not nodes.of("paid").early


# when


def test_a_node_that_does_not_apply_is_passed_over() -> None:
    nodes = told(timeline(["paid 1 desk"], truths={"confirmed": Truth(False)}))
    assert nodes == ["paid reached 1 desk", "confirmed not_applicable", "boards due 1", "fittings due 1"]


def test_due_since_follows_the_last_change_of_a_field_of_the_condition() -> None:
    changed = timeline(["paid 1 desk"], truths={"confirmed": Truth(True, hour(5))})
    assert changed.of("confirmed").due_since == hour(5)
    before = timeline(["paid 9 desk"], truths={"confirmed": Truth(True, hour(5))})
    assert before.of("confirmed").due_since == hour(9)


def test_a_node_passed_over_passes_on_when_its_condition_changed() -> None:
    nodes = timeline(["paid 1 desk"], truths={"confirmed": Truth(False, hour(5))})
    assert nodes.of("boards").due_since == hour(5)


def test_words_about_a_node_that_does_not_apply_have_no_effect_until_it_does() -> None:
    words = ["paid 1 desk", "confirmed 2 desk"]
    assert timeline(words, truths={"confirmed": Truth(False)}).of("confirmed").at is None
    assert timeline(words, truths={"confirmed": Truth(True)}).of("confirmed").at == hour(2)


# exits


def test_an_exit_ends_the_line_and_closes_the_record() -> None:
    left = timeline(["paid 1 desk", "cancelled 2 desk"])
    assert (left.status, left.status_since, left.closed) == ("cancelled", hour(2), True)
    assert left.of("confirmed").state is State.PENDING


@pytest.mark.parametrize(("at", "state"), [("1.5", State.REACHED), ("2", State.PENDING), ("3", State.PENDING)])
def test_only_words_older_than_the_exit_count(at: str, state: State) -> None:
    assert timeline(["paid 1 desk", "cancelled 2 desk", f"confirmed {at} lab"]).of("confirmed").state is state


def test_of_two_exits_the_earlier_counts_and_on_a_tie_the_first_declared() -> None:
    assert timeline(["cancelled 3 desk", "returned 2 desk"]).status == "returned"
    assert timeline(["returned 2 desk", "cancelled 2 desk"]).status == "cancelled"


# what the clock reaches


SIGNED = [*ALL_BEFORE_SHIPPED, "shipped 6 carrier", "moving 7 carrier", "signed 8 carrier"]
OVER = [
    (SEVEN_DAYS + 8 - 0.001, [], "over due 8"),
    (SEVEN_DAYS + 8, [], f"over reached {SEVEN_DAYS + 8} clock"),
    (SEVEN_DAYS + 100, [], f"over reached {SEVEN_DAYS + 8} clock"),
    (SEVEN_DAYS + 100, [f"returned {SEVEN_DAYS + 9} desk"], f"over reached {SEVEN_DAYS + 8} clock"),
    (SEVEN_DAYS + 100, [f"returned {SEVEN_DAYS + 8} desk"], None),
    (SEVEN_DAYS + 100, ["returned 100 desk"], None),
    (SEVEN_DAYS + 100, ["over 20 desk"], "over reached 20 desk"),
]


@pytest.mark.parametrize(("now", "more", "expected"), OVER)
def test_the_clock_reaches_a_node_at_exactly_start_and_wait(now: float, more: list[str], expected: str | None) -> None:
    nodes = told(timeline([*SIGNED, *more], now=hour(now)))
    assert next((each for each in nodes if each.startswith("over")), None) == expected


def test_the_record_is_closed_when_the_node_named_is_reached() -> None:
    assert not timeline(SIGNED).closed
    assert timeline([*SIGNED, "settled 500 lab"]).closed


# retraction


def retraction(of: Claim) -> Claim:
    return of._replace(id="r", received_at=LATER, retracts=of.id)


def test_a_withdrawn_word_no_longer_stands_and_all_follows() -> None:
    words = said(["paid 1 desk", "paid 2 lab", "confirmed 3 desk"])
    assert timeline([*words, retraction(words[0])]).of("paid").at == hour(2)
    assert told(timeline([*words[:1], retraction(words[0])])) == ["paid due 0"]


def test_an_exit_can_be_withdrawn() -> None:
    words = said(["paid 1 desk", "cancelled 2 desk"])
    assert timeline([*words, retraction(words[1])]).status == "paid"


def test_the_same_word_said_again_after_its_withdrawal_stands() -> None:
    words = said(["paid 1 desk", "paid 1 desk"])
    again = words[1]._replace(received_at=LATER + timedelta(hours=1))
    assert timeline([words[0], retraction(words[0]), again]).of("paid").at == hour(1)


# disputes


DISPUTED = {("", "confirmed"): Ruling(None, disputed=True)}


def test_a_disputed_node_holds_the_status_and_all_that_follows() -> None:
    held = timeline(["paid 1 desk", "confirmed 2 desk", "boards 3 desk", "packed 5 carrier"], rulings=DISPUTED)
    assert (held.status, held.disputed) == ("paid", True)
    assert held.of("confirmed").state is State.DISPUTED
    assert held.of("boards").held
    assert held.of("packed").held
    assert held.of("boards").at is None


def test_a_verdict_outranks_every_word() -> None:
    words = said(["confirmed 2 desk", "confirmed 4 verdict"])
    verdict = words[1]._replace(verdict=True)
    ended = timeline([*said(["paid 1 desk"]), words[0]._replace(id="w"), verdict], rulings=DISPUTED)
    assert (ended.of("confirmed").at, ended.of("confirmed").source) == (hour(4), "verdict")
    assert not ended.disputed


def test_a_provisional_word_reaches_the_node_for_the_time_being() -> None:
    word = said(["confirmed 2 desk"])[0]
    nodes = timeline([*said(["paid 1 desk"]), word._replace(id="w")], rulings={("", "confirmed"): Ruling(word, provisional=True)})
    assert nodes.of("confirmed").provisional
    assert nodes.status == "confirmed"


def test_a_record_of_which_nothing_was_said_waits_for_its_first_node_since_its_birth() -> None:
    assert timeline([]).of("paid").due_since == BIRTH

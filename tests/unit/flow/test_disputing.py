"""Which disputes have to be open, and why a rule lets a node stand as it does, in both languages."""

from dataclasses import replace
from datetime import UTC

import pytest

from mailuo.base.problems import Language
from mailuo.flow.arbitration import CONFLICT, Contradiction
from mailuo.flow.believing import Decided, Grounds, Spoken, believed, remark
from mailuo.flow.disputing import OpenDispute, reconcile_disputes
from mailuo.flow.state import NodeState, PartState, State
from tests.unit.flow.sketch import hour
from tests.unit.flow.test_arbitration import RULE


def planned(found: str, stored: str) -> tuple[list[str], list[str], list[str]]:
    """What is opened, goes on changed and ends; contradictions and disputes are words like `shipped/a:grace`."""
    wanted = [Contradiction(*_place(word)) for word in found.split()]
    known = [OpenDispute(f"d{number}", *_place(word)) for number, word in enumerate(stored.split())]
    plan = reconcile_disputes(wanted, known)
    moved = [f"{each.id} {each.node}/{each.part}:{each.cause}" for each in plan.moved]
    return [f"{each.node}/{each.part}" for each in plan.opened], moved, [each.id for each in plan.ended]


def _place(word: str) -> tuple[str, str, str]:
    about, _, cause = word.partition(":")
    node, _, part = about.partition("/")
    return node, part, cause or CONFLICT


@pytest.mark.parametrize(
    ("found", "stored", "opened", "moved", "ended"),
    [
        ("", "", [], [], []),
        ("shipped", "", ["shipped/"], [], []),
        ("shipped", "shipped", [], [], []),
        ("", "shipped", [], [], ["d0"]),
        ("shipped", "shipped:grace", [], ["d0 shipped/:conflict"], []),
        ("shipped/a", "shipped", [], ["d0 shipped/a:conflict"], []),
        ("shipped", "shipped/a", [], ["d0 shipped/:conflict"], []),
        ("shipped/a shipped/b", "shipped:grace", ["shipped/b"], ["d0 shipped/a:conflict"], []),
        ("shipped/b", "shipped/a", ["shipped/b"], [], ["d0"]),
        ("signed", "shipped", ["signed/"], [], ["d0"]),
        ("shipped/a", "shipped/a shipped/b", [], [], ["d1"]),
        ("shipped/a", "shipped/a shipped/a", [], [], ["d1"]),
    ],
)
def test_exactly_one_dispute_stays_open_for_each_contradiction(
    found: str, stored: str, opened: list[str], moved: list[str], ended: list[str]
) -> None:
    assert planned(found, stored) == (opened, moved, ended)


def grounds(*words: str, language: Language = "en", decided: tuple[Decided, ...] = ()) -> Grounds:
    """Words like `shop 3`, each received at its hour, as the grounds of a sentence."""
    spoken = []
    for word in words:
        who, at = word.split()
        source, _, part = who.partition("/")
        spoken.append(Spoken(source, source, hour(float(at)), hour(float(at)), part))
    return Grounds(RULE, "carrier", spoken, decided, UTC, language)


DISPUTED, REACHED = NodeState("shipped", State.DISPUTED), NodeState("shipped", State.REACHED, hour(1), "carrier")


def test_a_conflict_names_both_sides_and_only_the_words_that_lie_apart() -> None:
    told = believed(DISPUTED, grounds("shop 1", "ledger 6", "carrier 7"))
    assert told == (
        "carrier said 2026-01-15 08:00:00, but shop said 2026-01-15 02:00:00: further apart than 2h, "
        "so by the rule 'pickup' it waits for the verdict"
    )


def test_patience_that_ended_says_who_was_waited_for() -> None:
    told = believed(DISPUTED, grounds("shop 1"))
    assert told == (
        "Only shop said 2026-01-15 02:00:00; carrier did not confirm it within 12h, "
        "so by the rule 'pickup' it waits for the verdict"
    )


def test_only_the_disputed_parts_are_spoken_of() -> None:
    parts = (PartState("a", DISPUTED), PartState("b", REACHED))
    told = believed(DISPUTED._replace(parts=parts), grounds("shop/a 1", "carrier/a 5", "shop/b 2", "carrier/b 9"))
    assert told is not None
    assert ("06:00:00" in told, "10:00:00" in told) == (True, False)


def test_a_verdict_says_who_decided_and_on_whose_evidence() -> None:
    decided = (Decided(hour(3), "Li", hour(9), "Wang", "waybill.jpg"),)
    told = [believed(REACHED, grounds("shop 1", language=language, decided=decided)) for language in ("zh", "en")]
    assert told == [
        "裁决为 2026-01-15 04:00:00：Li于 2026-01-15 10:00:00 采纳了Wang的凭证（waybill.jpg）",
        "The verdict is 2026-01-15 04:00:00: Li accepted the evidence of Wang (waybill.jpg) at 2026-01-15 10:00:00",
    ]


@pytest.mark.parametrize(
    ("state", "words", "said"),
    [
        (REACHED, ["carrier 1"], ""),
        (REACHED, ["shop 2", "carrier 1"], "in place of: shop said 2026-01-15 03:00:00"),
        (REACHED, ["shop 1", "carrier 1"], "in agreement: shop said 2026-01-15 02:00:00"),
        (REACHED._replace(provisional=True), ["shop 1"], "disputed unless carrier confirms it by 2026-01-15 14:00:00"),
        (NodeState("shipped", State.DUE), [], ""),
    ],
)
def test_what_stands_by_a_rule_says_so(state: NodeState, words: list[str], said: str) -> None:
    told = remark(state, grounds(*words))
    assert said in told
    assert bool(told) is bool(said)


def test_without_a_grace_nothing_is_said_of_when_it_ends() -> None:
    patient = grounds("shop 1")
    endless = replace(patient, rule=replace(RULE, grace=None), language="zh")
    assert remark(REACHED._replace(provisional=True), endless) == "（按规则“pickup”暂定，等carrier证实）"

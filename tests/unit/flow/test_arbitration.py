"""Whom to believe: golden and auxiliary words, tolerance and grace, parts, verdicts."""

from datetime import timedelta
from itertools import permutations

import pytest

from mailuo.flow.arbitration import Contradiction, Judgement, judge
from mailuo.flow.claim import Claim
from mailuo.flow.timeline import Part
from mailuo.metadata.arbitration import Arbitration, Dispute
from tests.unit.flow.sketch import hour

RULE = Arbitration(
    id="pickup",
    title="pickup",
    on="orders",
    node="shipped",
    golden="carrier",
    auxiliary=("shop", "ledger", "manual"),
    tolerance=timedelta(hours=2),
    grace=timedelta(hours=12),
    dispute=Dispute("tickets", {}, "clerk", "photo", "seen_at", "lead"),
)
PARTS = (Part("a", "parcels"), Part("b", "parcels"))


def claims(*words: str) -> list[Claim]:
    """Claims in words: `shop 3`, `carrier/a 5`, `verdict 4`, each received an hour after its time unless `@` says when."""
    found = []
    for number, word in enumerate(words):
        who, at, *rest = word.split()
        source, _, part = who.partition("/")
        received = float(rest[0].removeprefix("@")) if rest else float(at)
        found.append(
            Claim(str(number), "shipped", source, hour(float(at)), hour(received), part, True, source == "verdict")
        )
    return found


def judged(*words: str, now: float = 5, parts: tuple[Part, ...] = ()) -> Judgement:
    """The judgement at an hour."""
    return judge([(RULE, "parcels")], claims(*words), parts, hour(now))


def stands(judgement: Judgement, part: str = "") -> str:
    """Who stands for a part, or that it is disputed."""
    ruling = judgement.rulings[part, "shipped"]
    if ruling.disputed:
        return "disputed"
    return f"{ruling.claim.source}{' provisionally' if ruling.provisional else ''}" if ruling.claim else "nobody"


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["shop 1"], "shop provisionally"),
        (["ledger 1", "shop 2"], "shop provisionally"),
        (["shop 1", "carrier 3"], "carrier"),
        (["shop 1", "carrier 2.5", "carrier 3"], "carrier"),
        (["shop 1", "carrier 3.01"], "disputed"),
        (["shop 1", "ledger 9", "manual 5"], "shop provisionally"),
        (["carrier 1"], "carrier"),
        (["desk 1"], "nobody"),
        (["shop 1", "carrier 4", "ledger 4"], "disputed"),
    ],
)
def test_whoever_stands_does_so_in_any_order(words: list[str], who: str) -> None:
    for order in permutations(words):
        assert stands(judged(*order, *order)) == who


def test_an_auxiliary_word_alone_is_believed_until_the_grace_is_over() -> None:
    assert judged("shop 1 @2", now=13.9).ends == {"shipped": hour(14)}
    assert stands(judged("shop 1 @2", now=13.9)) == "shop provisionally"
    assert judged("shop 1 @2", now=14).contradictions == [Contradiction("shipped", "", "grace")]


def test_golden_ends_a_dispute_by_grace_when_it_agrees() -> None:
    assert stands(judged("shop 1", "carrier 2", now=20)) == "carrier"
    assert judged("shop 1", "carrier 2", now=20).contradictions == []


def test_a_verdict_leaves_nothing_to_judge() -> None:
    judgement = judged("shop 1", "carrier 9", "verdict 5", now=30)
    assert (judgement.rulings, judgement.contradictions, judgement.ends) == ({}, [], {})


def test_each_part_is_judged_by_itself() -> None:
    judgement = judged("shop/a 1", "carrier/a 9", "shop/b 1", "carrier/b 2", parts=PARTS)
    assert (stands(judgement, "a"), stands(judgement, "b")) == ("disputed", "carrier")
    assert judgement.contradictions == [Contradiction("shipped", "a", "conflict")]


def test_a_word_without_part_agrees_when_it_fits_any_part() -> None:
    judgement = judged("shop 1", "carrier/a 2", "carrier/b 30", parts=PARTS, now=40)
    assert judgement.contradictions == []
    assert (stands(judgement, "a"), stands(judgement, "b")) == ("carrier", "carrier")


def test_a_word_without_part_conflicts_with_the_nearest_part() -> None:
    judgement = judged("shop 1", "carrier/a 20", "carrier/b 9", parts=PARTS, now=40)
    assert judgement.contradictions == [Contradiction("shipped", "b", "conflict")]


def test_a_word_about_a_part_waits_for_golden_to_speak_of_that_part() -> None:
    words = "shop/b 1 @2", "carrier/a 2"
    assert judged(*words, parts=PARTS, now=13).ends == {"shipped": hour(14)}
    judgement = judged(*words, parts=PARTS, now=14)
    assert judgement.contradictions == [Contradiction("shipped", "b", "grace")]
    assert (stands(judgement, "a"), stands(judgement, "b")) == ("carrier", "disputed")


def test_a_word_of_golden_about_one_part_ends_the_grace_of_a_word_without_part() -> None:
    judgement = judged("shop 1", "carrier/a 2", parts=PARTS, now=40)
    assert judgement.contradictions == []
    assert stands(judgement, "b") == "shop provisionally"


def test_a_word_without_part_that_stays_alone_is_one_dispute_for_all_parts() -> None:
    judgement = judged("shop 1", parts=PARTS, now=40)
    assert judgement.contradictions == [Contradiction("shipped", "", "grace")]
    assert (stands(judgement, "a"), stands(judgement, "b")) == ("disputed", "disputed")


def test_words_about_a_part_that_is_gone_do_not_count() -> None:
    assert judged("shop/gone 1", "carrier/a 2", parts=PARTS, now=40).contradictions == []

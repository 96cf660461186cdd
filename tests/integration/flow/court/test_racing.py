"""Many speak, prove, judge and relay at once: one dispute, one ticket, one verdict."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from mailuo.base.problems import Refusal
from mailuo.flow.disputes import Verdict
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.flow.conftest import person
from tests.integration.flow.court.conftest import Court, at

RACERS = 6


def together(deeds: list[Callable[[], object]]) -> list[object]:
    """What came of deeds that were done at once; the code of a refusal."""

    def tried(deed: Callable[[], object]) -> object:
        try:
            return deed()
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(tried, deeds))


def test_words_that_race_open_one_dispute_and_relays_that_race_make_one_ticket(court: Court) -> None:
    request = court.drawn()
    court.laboratory.move(hours=6)
    said = {"lab": (0, 1, 2), "carrier": (5, 5.5, 6), "manual": (5, 6)}
    words = [Word("shipped", at(hour), source) for source, hours in said.items() for hour in hours]
    flow = court.laboratory.flow
    together([lambda word=word: flow.claim(SYSTEM, "requests", request, word) for word in words])  # type: ignore[misc]
    together([court.laboratory.settle] * RACERS)
    assert (len(court.open()), court.tickets()) == (1, [(request, "open")])


def test_reviews_that_race_give_one_verdict(court: Court) -> None:
    request = court.contradicted()
    court.prove(3)
    dispute = court.open()[0]["id"]
    heads = [person("head") for _ in range(RACERS)]
    given = together([lambda who=who: court.disputes.review(who, dispute, Verdict("accept")) for who in heads])  # type: ignore[misc]
    assert sorted(map(str, given)).count("conflict") == RACERS - 1
    claim = system.claim
    with court.laboratory.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(claim).where(claim.c.verdict.is_(True))) == 1
    assert court.node(request)["source"] == "verdict"

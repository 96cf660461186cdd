"""Any permutation and repetition of what was said leaves the same line and the same disputes in the store."""

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from mailuo.flow.intake import Told
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.flow.court.conftest import Court, at

Spoken = tuple[str, int, int]
"""A source, an hour, and which part is meant (0: none)."""
WORDS = st.lists(
    st.tuples(st.sampled_from(["carrier", "lab", "manual"]), st.integers(0, 9), st.integers(0, 2)), min_size=1, max_size=6
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Spoken], list[int]]:
    """Words, and an order in which each of them arrives at least once."""
    words = draw(WORDS)
    order = list(range(len(words)))
    again = draw(st.lists(st.sampled_from(order), max_size=3))
    return words, draw(st.permutations(order + again))


def stands(court: Court, request: str) -> Any:
    """The line of a request, its disputes by part and cause, and how many tickets it has that are not closed."""
    node = court.node(request)
    parts = [(part["state"], part["at"]) for part in node.get("parts", ())]
    disputes = sorted((each.get("part", "")[-1:], each["cause"]) for each in court.open(record=request))
    open_tickets = [row for row in court.laboratory.rows("tickets") if (row["request"], row["state"]) == (request, "open")]
    return node["state"], node["at"], node["source"], parts, disputes, len(open_tickets)


def told(court: Court, words: Sequence[Spoken], order: Sequence[int], samples: int) -> Any:
    """How the line of a new request stands after it has heard the words in this order."""
    request = court.laboratory.request()
    tubes = [court.laboratory.tube(request, f"{request}-{place}") for place in range(samples)]
    for which in order:
        source, hour, part = words[which]
        tube = tubes[part - 1] if 0 < part <= len(tubes) else None
        word = Word("shipped", source=source, at=at(hour), part=tube)
        court.laboratory.flow.claim(SYSTEM, "requests", request, word)
    court.laboratory.settle()
    return stands(court, request)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(), samples=st.integers(0, 2))
def test_arrival_and_repetition_do_not_matter(court: Court, history: tuple[list[Spoken], list[int]], samples: int) -> None:
    words, order = history
    court.laboratory.clock.set(at(10))
    assert told(court, words, order, samples) == told(court, words, range(len(words)), samples)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(), cut=st.integers(0, 8))
def test_imports_in_any_batches_leave_the_same_disputes(court: Court, history: tuple[list[Spoken], list[int]], cut: int) -> None:
    words, order = history
    court.laboratory.clock.set(at(40))
    found = []
    for batches in ([order[:cut], order[cut:]], [range(len(words))]):
        request = court.laboratory.request()
        for batch in batches:
            lines = [Told(request, "shipped", at(hour), source, at(hour + 1)) for source, hour, _ in (words[which] for which in batch)]
            court.laboratory.flow.take_in(lines)
        court.laboratory.settle()
        found.append((stands(court, request), past(court, request)))
    assert found[0] == found[1]


def past(court: Court, request: str) -> list[tuple[Any, ...]]:
    """What is known of the node from when to when."""
    record, table = court.laboratory.records.get(SYSTEM, "requests", request).id, system.node_state
    query = select(table.c.state, table.c.at, table.c.known_from, table.c.known_to).order_by(table.c.known_from)
    with court.laboratory.store.read() as connection:
        return [tuple(row) for row in connection.execute(query.where(table.c.record == record, table.c.node == "shipped"))]


def test_no_two_disputes_about_one_thing_are_ever_open(court: Court) -> None:
    request = court.contradicted()
    for _ in range(3):
        court.shipped(request, "lab", 1)
        court.shipped(request, "carrier", 4)
    table = system.dispute
    with court.laboratory.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1

"""Any permutation and repetition of what was said leaves the same line in the store."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mailuo.flow.intake import Told
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.flow.conftest import NOW, Laboratory

_NODES = [
    ("ordered", "desk"),
    ("checked", "automation"),
    ("drawn", "lab"),
    ("shipped", "carrier"),
    ("shipped", "lab"),
    ("moving", "carrier"),
    ("received", "carrier"),
    ("billed", "lab"),
    ("cancelled", "desk"),
]
_PER = ("shipped", "moving", "received")
Spoken = tuple[tuple[str, str], int, int]
WORDS = st.lists(st.tuples(st.sampled_from(_NODES), st.integers(1, 12), st.integers(0, 2)), min_size=1, max_size=7)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Spoken], list[int]]:
    """Words, and an order in which each of them arrives at least once."""
    words = draw(WORDS)
    order = list(range(len(words)))
    again = draw(st.lists(st.sampled_from(order), max_size=3))
    return words, draw(st.permutations(order + again))


def told(laboratory: Laboratory, words: Sequence[Spoken], order: Sequence[int], samples: int) -> Any:
    """How the line of a new request stands after it has heard the words in this order."""
    request = laboratory.request()
    tubes = [laboratory.tube(request, f"{request}-{place}") for place in range(samples)]
    for which in order:
        (node, source), at, part = words[which]
        tube = tubes[part - 1] if part and node in _PER and part <= len(tubes) else None
        word = Word(node, source=source, at=NOW - timedelta(hours=20 - at), part=tube)
        laboratory.flow.claim(SYSTEM, "requests", request, word)
    timeline: Any = laboratory.flow.timeline(SYSTEM, "requests", request)
    nodes = [
        (node["id"], node["state"], node["at"], node["source"], node["due_since"], [part["state"] for part in node.get("parts", ())])
        for node in timeline["nodes"]
    ]
    row = laboratory.records.get(SYSTEM, "requests", request).json()
    shown = {name: row[name] for name in (*dict.fromkeys(node for node, _ in _NODES), "status", "status_since", "closed")}
    return nodes, timeline["status"], shown


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(), samples=st.integers(0, 2))
def test_arrival_and_repetition_do_not_matter(
    laboratory: Laboratory, history: tuple[list[Spoken], list[int]], samples: int
) -> None:
    words, order = history
    assert told(laboratory, words, order, samples) == told(laboratory, words, range(len(words)), samples)


def known(laboratory: Laboratory, words: Sequence[Spoken], batches: Sequence[Sequence[int]]) -> Any:
    """What is known of a new request from when to when, after imports that told the words in these batches."""
    request = laboratory.request()
    for batch in batches:
        told_ = [
            Told(request, node, NOW - timedelta(hours=20 - at), source, NOW - timedelta(hours=15 - part))
            for (node, source), at, part in (words[which] for which in batch)
        ]
        laboratory.flow.take_in(told_)
    id_ = laboratory.records.get(SYSTEM, "requests", request).id
    table = system.node_state
    query = select(table.c.node, table.c.state, table.c.at, table.c.source, table.c.known_from, table.c.known_to)
    with laboratory.store.read() as connection:
        rows = connection.execute(query.where(table.c.record == id_).order_by(table.c.node, table.c.known_from)).all()
    return [tuple(row) for row in rows]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=histories(), cut=st.integers(0, 10))
def test_imports_in_any_order_and_any_batches_tell_the_same_past(
    laboratory: Laboratory, history: tuple[list[Spoken], list[int]], cut: int
) -> None:
    words, order = history
    first = {(word[0], word[1]): place for place, word in reversed(list(enumerate(words)))}
    once = sorted(first.values())  # the same word is known from when it was first heard
    batches = [order[:cut], order[cut:]]
    unlike = [[which for which in batch if which in once] for batch in batches]
    assert known(laboratory, words, unlike) == known(laboratory, words, [once])

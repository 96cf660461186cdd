"""Any permutation and repetition of what was said comes to the same timeline."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mailuo.flow.claim import Claim
from tests.unit.flow.sketch import LATER, ORDER, SOURCES, hour, timeline

_NODES = [*ORDER.number, "cancelled", "returned"]
_WORDS = st.builds(
    lambda node, part, at, source: (node, part, at, source),
    st.sampled_from(_NODES),
    st.sampled_from(["", "", "a", "b"]),
    st.integers(0, 12),
    st.sampled_from([*SOURCES, "role:x"]),
)
Spoken = tuple[str, str, int, str]


def claims(words: Sequence[Spoken], order: Sequence[int]) -> list[Claim]:
    """The words in an order of arrival, each as often as the order names it; ids follow the arrival."""
    heard = []
    for place, which in enumerate(order):
        node, part, at, source = words[which]
        outside = not source.startswith("role:")
        heard.append(Claim(f"id{place:03}", node, source, hour(at), hour(100 + place), part, outside))
    return heard


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Spoken], list[int]]:
    """Words, and an order in which each of them arrives at least once."""
    words = draw(st.lists(_WORDS, min_size=1, max_size=12))
    order = list(range(len(words)))
    again = draw(st.lists(st.sampled_from(order), max_size=6))
    return words, draw(st.permutations(order + again))


def seen(words: list[Claim], parts: str) -> Any:
    """A timeline without the ids of claims, which tell in what order they came."""
    line = timeline(words, parts=parts, now=LATER)
    leaving = line.exit and (line.exit.node, line.exit.at, line.exit.source)
    nodes = [
        each._replace(claim=None, parts=tuple(part._replace(state=part.state._replace(claim=None)) for part in each.parts))
        for each in line.nodes
    ]
    return nodes, line.status, line.status_since, line.closed, line.disputed, leaving


@given(histories(), st.sampled_from(["", "a", "a b", "b a"]))
def test_arrival_and_repetition_do_not_matter(history: tuple[list[Spoken], list[int]], parts: str) -> None:
    words, order = history
    once = seen(claims(words, range(len(words))), parts)
    assert seen(claims(words, order), parts) == once
    assert seen(claims(words, order), " ".join(reversed(parts.split()))) == once

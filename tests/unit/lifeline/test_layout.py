"""Where the nodes of a flow are drawn: forward, never on top of each other, parallel where they run in parallel."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailuo_web.lifeline.layout import lay_out
from mailuo_web.lifeline.stages import Edges

LONG_LINE: Edges = (
    ("paid", ()),
    ("checked", ("paid",)),
    ("agreed", ("checked",)),
    ("started", ("agreed",)),
    ("cut", ("started",)),
    ("fitted", ("started",)),
    ("packed", ("cut", "fitted")),
    ("collected", ("packed",)),
    ("moving", ("collected",)),
    ("arrived", ("moving",)),
    ("out", ("arrived",)),
    ("signed", ("out",)),
    ("inspected", ("signed",)),
    ("booked", ("signed",)),
    ("installed", ("booked",)),
    ("window_over", ("signed",)),
    ("settled", ("window_over",)),
)
REFERRAL: Edges = (
    ("received", ()),
    ("triaged", ("received",)),
    ("seen", ("triaged",)),
    ("tested", ("triaged",)),
    ("answered", ("seen", "tested")),
)


@st.composite
def flows(draw: st.DrawFn) -> Edges:
    """Any flow without a circle, of at most forty nodes, declared in any order."""
    size = draw(st.integers(1, 40))
    nodes = [f"n{place}" for place in range(size)]
    edges = []
    for place, node in enumerate(nodes):
        before = draw(st.sets(st.sampled_from(nodes[:place]), max_size=4)) if place else set()
        edges.append((node, tuple(sorted(before))))
    return tuple(draw(st.permutations(edges)))


@given(flows())
def test_every_node_has_a_place_of_its_own(edges: Edges) -> None:
    layout = lay_out(edges)
    spots = [(round(place.x, 3), place.slot) for place in layout.places.values()]
    assert len(spots) == len(edges) == len(set(spots))


@given(flows())
def test_nodes_of_one_lane_stand_at_least_one_pitch_apart(edges: Edges) -> None:
    places = sorted(lay_out(edges).places.values(), key=lambda place: (place.slot, place.x))
    for left, right in pairwise(places):
        assert left.slot != right.slot or right.x - left.x >= 0.999


@given(flows())
def test_every_edge_goes_forward_also_in_the_list(edges: Edges) -> None:
    layout = lay_out(edges)
    row = {node: place for place, node in enumerate(layout.order)}
    for before, after in layout.edges():
        assert layout.places[before].x < layout.places[after].x
        assert row[before] < row[after]


def test_two_ways_that_meet_again_lie_above_and_below() -> None:
    places = lay_out(LONG_LINE, "settled").places
    assert (places["cut"].slot, places["fitted"].slot) == (-1, 1)
    assert places["cut"].x == places["fitted"].x == 4


def test_branches_that_end_leave_the_main_line_to_the_way_that_goes_on() -> None:
    places = lay_out(LONG_LINE, "settled").places
    assert [places[node].slot for node in ("inspected", "window_over", "booked", "installed", "settled")] == [
        -1,
        0,
        1,
        1,
        0,
    ]


def test_seventeen_nodes_fit_a_row_of_205_pixels() -> None:
    layout = lay_out(LONG_LINE, "settled")
    assert layout.width * 14 + 16 == pytest.approx(205.0)


def test_the_list_goes_lane_by_lane() -> None:
    order = lay_out(LONG_LINE, "settled").order
    assert order[-6:] == ("signed", "inspected", "window_over", "booked", "installed", "settled")


def test_a_short_flow_forks_and_joins() -> None:
    places = lay_out(REFERRAL, "answered").places
    assert {node: (place.x, place.slot) for node, place in places.items()} == {
        "received": (0, 0),
        "triaged": (1, 0),
        "seen": (2, -1),
        "tested": (2, 1),
        "answered": (3, 0),
    }


def test_a_flow_without_a_declared_end_runs_along_its_longest_way() -> None:
    places = lay_out((("a", ()), ("b", ("a",)), ("c", ("b",)), ("side", ("a",)))).places
    assert [places[node].slot for node in ("a", "b", "c")] == [0, 0, 0]
    assert places["side"].slot != 0


def test_an_empty_flow_has_no_width() -> None:
    assert lay_out(()).width == 0

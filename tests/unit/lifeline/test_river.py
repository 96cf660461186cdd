"""The river: figures, marks and water at each node, and the arch over what some pass over."""

import re

import pytest

from mailuo_web.lifeline import Line, Load, River, Stop, draw_river
from mailuo_web.lifeline.bypass import stretches
from mailuo_web.lifeline.labels import broken
from mailuo_web.lifeline.layout import lay_out
from mailuo_web.lifeline.pools import half_thickness


def flow(*conditional: str) -> Line:
    edges = (("a", ()), ("b", ("a",)), ("c", ("b",)), ("d", ("b",)), ("e", ("c", "d")))
    return Line(tuple(Stop(node, node, after, conditional=node in conditional) for node, after in edges), "e")


def test_the_water_is_the_wider_the_more_wait() -> None:
    assert [round(half_thickness(count), 1) for count in (0, 100, 14_820)] == [2.2, 4.1, 24.7]


def test_each_node_carries_its_count_and_where_it_leads() -> None:
    drawn = str(draw_river(River(flow(), {"c": Load(212, orange=12, href="/x?a=1&b=2", label="212")}, "river")))
    assert 'href="/x?a=1&amp;b=2"' in drawn
    assert 'data-count="212">212<' in drawn
    assert ">12<" in drawn


@pytest.mark.parametrize(("load", "shape"), [(Load(3, red=1, orange=1), "ll-red"), (Load(3, orange=1), "ll-org")])
def test_the_dot_takes_the_worst_level(load: Load, shape: str) -> None:
    drawn = str(draw_river(River(flow(), {"c": load}, "river")))
    node = re.search(r'<a class="ll-stop"[^>]*data-node="c".*?</a>', drawn)
    assert node
    assert re.findall(r"ll-(?:red|org)", node[0])[0] == shape


@pytest.mark.parametrize(
    ("conditional", "expected"),
    [(("b", "c", "d"), [("a", "e")]), (("c", "d"), [("b", "e")]), (("c",), []), ((), [])],
)
def test_only_a_stretch_that_can_be_passed_over_whole_is_bridged(
    conditional: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    line = flow(*conditional)
    assert list(stretches(line, lay_out(line.edges, line.end))) == expected


@pytest.mark.parametrize(
    ("title", "width", "lines"),
    [
        ("风控审核通过", 70, ("风控审核", "通过")),
        ("风控审核通过", 80, ("风控审核通过",)),
        ("收到转诊申请单", 60, ("收到转诊", "申请单")),
        ("Customer signed for it", 80, ("Customer", "signed for it")),
    ],
)
def test_a_name_breaks_by_word_and_leaves_no_character_alone(title: str, width: float, lines: tuple[str, ...]) -> None:
    assert broken(title, width) == lines

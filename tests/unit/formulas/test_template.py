"""Templates are texts with gaps for names, and nothing more."""

from typing import Any

import pytest

from mailuo.formulas import Template, parse_template

VALUES: dict[tuple[str, ...], object] = {("n",): 7, ("t",): "好", ("customer", "city"): "杭州"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{t}：{n} 件", "好：7 件"),
        ("{ customer.city }", "杭州"),
        ("{none}", ""),
        ("没有", "没有"),
        ("1 } 2", "1 } 2"),
        ("%s {t} %(x)s", "%s 好 %(x)s"),
    ],
)
def test_a_template_is_filled_in(scope: Any, text: str, shown: str) -> None:
    template = parse_template(text, scope)
    assert isinstance(template, Template)
    assert template.render(VALUES.get, str) == shown


def test_a_template_knows_what_it_reads(scope: Any) -> None:
    template = parse_template("{渠道} {customer.city}", scope)
    assert isinstance(template, Template)
    assert template.reads == {("channel",), ("customer", "city")}


def test_what_a_template_names_is_a_name_and_no_expression(scope: Any) -> None:
    problems = parse_template("{{ x.__class__ }} {n + 1}", scope)
    assert isinstance(problems, tuple)
    assert [problem.text("en") for problem in problems] == ["there is no '{ x.__class__ '", "there is no 'n + 1'"]


def test_a_value_is_never_filled_in_again(scope: Any) -> None:
    template = parse_template("{t}", scope)
    assert isinstance(template, Template)
    assert template.render(lambda path: "{n}", str) == "{n}"

"""What is wrong with a formula is said in both languages, at the column where it stands."""

import time
from typing import Any

import pytest

from mailuo.base.problems import Place
from mailuo.formulas import Formula, parse_formula
from mailuo.formulas.scope import Name
from mailuo.formulas.types import BOOLEAN, MOMENT, NUMBER

CASES = [
    ("", 1, "公式是空的", "the formula is empty"),
    ("{chanel} = 'TM'", 1, "没有“chanel”。是不是“channel”？", "there is no 'chanel'. Did you mean 'channel'?"),
    ("1 + {customer.citi}", 5, "没有“customer.citi”。是不是“customer.city”？", "there is no 'customer.citi'. Did you mean 'customer.city'?"),
    ("n > 1", 1, "名字要写在花括号里：{n}", "names stand in braces: {n}"),
    ("ROUN({n})", 1, "没有函数“ROUN”。是不是“ROUND”？", "there is no function 'ROUN'. Did you mean 'ROUND'?"),
    ("{t} * 2", 5, "“*”两边不能是文字和数字", "'*' cannot stand between a text and a number"),
    ("{n} = 'a'", 5, "“=”两边不能是数字和文字", "'=' cannot stand between a number and a text"),
    ("{day} < {at}", 7, "“<”两边不能是日期和时间", "'<' cannot stand between a date and a moment"),
    ("{channel} = '天猫猫'", 13, "“天猫猫”不是选项。是不是“天猫”？", "'天猫猫' is not an option. Did you mean '天猫'?"),
    ("{channel} = 'x'", 13, "“x”不是选项；可以写：天猫 (TM), 小程序 (MP)", "'x' is not an option; choose from 天猫 (TM), 小程序 (MP)"),
    ("{day} = '2026-02-30'", 9, "“2026-02-30”不是日期，例如 2026-01-15", "'2026-02-30' is not a date, such as 2026-01-15"),
    ("LEN({n})", 5, "LEN要用文字，这里是数字", "LEN takes a text, this is a number"),
    ("IF({yes})", 1, "IF(condition, then, otherwise?)：给了 1 个参数", "IF(condition, then, otherwise?): 1 arguments are given"),
    ("IF({yes}, 1, 'a')", 14, "IF的结果要是同一种：数字和文字不同", "the results of IF must be alike, not a number and a text"),
    ("STATE({n})", 7, "STATE要写节点：STATE({节点})", "STATE takes a node: STATE({node})"),
    ("DATEADD({day}, 1, 'hours')", 19, "日期没有“hours”；可以写：years, months, weeks, days", "a date has no 'hours'; choose from years, months, weeks, days"),
    ("TEXT({n}, {t})", 11, "TEXT的格式要直接写在引号里", "the pattern of TEXT is written in quotation marks"),
    ("({n} + 1", 9, "公式没有写完", "the formula ends too early"),
    ("{n} 1", 5, "这里不应有“1”", "'1' is not expected here"),
    ("{n} ＞ 1", 5, "“＞”是全角符号，请写“>”", "'＞' is a full-width sign; write '>'"),
    ("{n} != 1", 5, "没有“!=”，请写“<>”", "there is no '!='; write '<>'"),
    ("'abc", 1, "引号没有收尾：'abc", "the quotation mark is not closed: 'abc"),
    ("{abc", 1, "花括号没有收尾：{abc", "the brace is not closed: {abc"),
    ("1234567890123456", 1, "数字“1234567890123456”太长：小数点前最多 15 位，后最多 10 位", "the number '1234567890123456' is too long: at most 15 digits before the point and 10 after"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "zh", "en"), CASES, ids=[text for text, *_ in CASES])
def test_what_is_wrong_is_said_where_it_stands(scope: Any, text: str, column: int, zh: str, en: str) -> None:
    problems = parse_formula(text, scope, place=Place("f.yaml", 3, 11))
    assert isinstance(problems, tuple)
    assert [(problem.place, problem.text("zh"), problem.text("en")) for problem in problems] == [
        (Place("f.yaml", 3, 10 + column), zh, en)
    ]


def test_everything_unknown_is_told_at_once(scope: Any) -> None:
    problems = parse_formula("{no1} + FOO({no2}, 1) + LEN(2)", scope)
    assert isinstance(problems, tuple)
    assert [problem.code for problem in problems] == [
        "unknown_name",
        "unknown_function",
        "unknown_name",
        "formula_type",
    ]


@pytest.mark.parametrize(
    ("text", "expects", "en"),
    [
        ("{n} + 1", BOOLEAN, "yes or no is needed here, the formula gives a number"),
        ("{day}", MOMENT, "a moment is needed here, the formula gives a date"),
        ("'2026-01-15T09:00'", MOMENT, None),
        ("''", BOOLEAN, None),
    ],
)
def test_a_formula_gives_what_is_expected(scope: Any, text: str, expects: Any, en: str | None) -> None:
    result = parse_formula(text, scope, expects=expects)
    assert isinstance(result, Formula) if en is None else [problem.text("en") for problem in result] == [en]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "(" * 9_000,
        "(" * 4_999 + "1" + ")" * 4_999,
        "-" * 9_999 + "1",
        "NOT(" * 2_000 + "TRUE" + ")" * 2_000,
        "1" + "+1" * 4_999,
        "'a'" + "&'a'" * 2_000,
        "IF(TRUE," * 1_000,
        "{" * 10_000,
        '"' * 9_999,
        "MIN(" + ",".join("1" * 4_000) + ")",
        "AND" * 3_333,
    ],
)
def test_hostile_texts_are_refused_quickly(scope: Any, text: str) -> None:
    begun = time.process_time()
    result = parse_formula(text, scope)
    assert time.process_time() - begun < 1
    assert isinstance(result, (tuple, Formula))


def test_formula_fields_that_double_each_other_are_refused(scope: Any) -> None:
    formula = parse_formula("{n} + {n}", scope)

    class Doubling:
        def resolve(self, path: tuple[str, ...]) -> Name:
            assert isinstance(formula, Formula)
            return Name(path, NUMBER, "computed", formula)

        def known(self, prefix: tuple[str, ...] = ()) -> tuple[str, ...]:
            return ()

    for _ in range(20):
        assert isinstance(formula, Formula)
        formula = parse_formula("{a} + {a}", Doubling())
        if not isinstance(formula, Formula):
            break
    assert isinstance(formula, tuple)
    assert "too large" in formula[0].text("en")

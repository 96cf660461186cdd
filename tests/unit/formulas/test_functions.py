"""What each function and operator gives; the generated tests hold the stores to the same answers."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from mailuo.formulas import Formula, evaluate, parse_formula
from mailuo.formulas.functions import FUNCTIONS

from .conftest import CONTEXT

MIDNIGHT = datetime(2026, 1, 31, 16, tzinfo=UTC)

CASES: list[tuple[str, object]] = [
    # arithmetic
    ("7 / 2", Decimal("3.5")),
    ("-7 % 3", Decimal(2)),
    ("7 % -3", Decimal(-2)),
    ("{n} % 0", None),
    ("1 / 0", None),
    ("2 + 3 * 4 - -1", Decimal(15)),
    ("(2 + 3) * 4", Decimal(20)),
    ("0.1 + 0.2", Decimal("0.3")),
    ("1 / 3 * 3", Decimal("0.9999999999")),
    ("2 / 3", Decimal("0.6666666667")),
    ("-2 / 3", Decimal("-0.6666666667")),
    ("999999999999999 + 1", None),
    ("999999999999999 * 10 / 10", None),
    ("{none} + 1", None),
    ("+{n}", Decimal("7.5")),
    ("-{n}", Decimal("-7.5")),
    ("ABS(-2.5)", Decimal("2.5")),
    ("ROUND(2.5)", Decimal(3)),
    ("ROUND(-2.5)", Decimal(-3)),
    ("ROUND(1.005, 2)", Decimal("1.01")),
    ("ROUND(1250, -2)", Decimal(1300)),
    ("ROUND(0.3, -20) / 0.0000001 & ''", "0"),
    ("MIN(3, {none}, 2)", Decimal(2)),
    ("MAX({day}, '2024-03-01')", date(2024, 3, 1)),
    ("MIN({none})", None),
    ("NUMBER(' -12.50 ')", Decimal("-12.5")),
    ("NUMBER('1e5')", None),
    ("NUMBER({yes}) + NUMBER({n})", Decimal("8.5")),
    # conditions and blanks
    ("{none} = 1", False),
    ("{none} <> 1", False),
    ("NOT({none} = 1)", True),
    ("{t} = ''", False),
    ("ISBLANK({empty})", True),
    ("ISBLANK({rows})", True),
    ("NOT({unsure})", True),
    ("AND({yes}, {n} > 7, TRUE)", True),
    ("OR({unsure}, FALSE())", False),
    ("TRUE()", True),
    ("'a' < 'B'", False),
    ("'é' > 'z'", True),
    ("{channel} = '天猫'", True),
    ("{渠道} = 'TM'", True),
    ("IN({channel}, 'MP', '天猫')", True),
    ("IN({none}, 1, 2)", False),
    ("HAS({tags}, 'VIP')", True),
    ("HAS({tags}, '')", False),
    ('IF({n} > 1000, "大单", "小单")', "小单"),
    ("IF({unsure}, 1)", None),
    ("IFS({n} < 1, 'a', {yes}, 'b')", "b"),
    ("SWITCH({channel}, '小程序', 1, '天猫', 2, 3)", Decimal(2)),
    ("SWITCH({none}, 1, 'a', 'z')", "z"),
    ("COALESCE({none}, {n})", Decimal("7.5")),
    # texts
    ("{t} & {empty} & {n} & {yes}", "Ab好7.5TRUE"),
    ("{empty} & ''", None),
    ("LEN({t})", Decimal(3)),
    ("LEFT({t}, 2)", "Ab"),
    ("LEFT({t}, -1)", None),
    ("RIGHT({t}, 1.9)", "好"),
    ("MID({t}, 2, 5)", "b好"),
    ("CONTAINS({t}, 'B')", False),
    ("STARTSWITH({t}, 'Ab')", True),
    ("LOWER('ÀB')", "Àb"),
    ("UPPER('éb')", "éB"),
    ("TRIM(' \t好 　')", "好"),
    ('\'it\'\'s\' & "a ""b"""', 'it\'sa "b"'),
    ("TEXT(-1234.565, '#,##0.00')", "-1,234.57"),
    ("TEXT(0.125, '0%')", "13%"),
    ("TEXT(-0.001, '0.0')", "0.0"),
    ("TEXT({at}, 'yyyy年MM月dd日 HH:mm:ss')", "2026年01月31日 23:30:59"),
    ("TEXT({day}, 'yyyy/MM/dd')", "2024/02/29"),
    ("TEXT({long})", "1d2h5m"),
    ("TEXT({at})", "2026-01-31 23:30"),
    # moments
    ("NOW()", datetime(2026, 1, 15, 1, tzinfo=UTC)),
    ("TODAY()", date(2026, 1, 15)),
    ("DATE({at})", date(2026, 1, 31)),
    ("DATE('2026-01-31')", date(2026, 1, 31)),
    ("DATETIME('2026-02-01')", MIDNIGHT),
    ("{at} < '2026-01-31T23:31'", True),
    ("{at} = '2026-01-31T15:30:59Z'", True),
    ("DATEADD({at}, 1, 'months')", datetime(2026, 2, 28, 15, 30, 59, tzinfo=UTC)),
    ("DATEADD({day}, 1, 'year')", date(2025, 2, 28)),
    ("DATEADD({day}, -2.9, 'weeks')", date(2024, 2, 15)),
    ("DATEADD({at}, 1.5, 'hours')", datetime(2026, 1, 31, 17, 0, 59, tzinfo=UTC)),
    ("DATEADD({day}, 99999999, 'years')", None),
    ("YEAR({at}) * 100 + MONTH({at})", Decimal(202601)),
    ("DAY({day})", Decimal(29)),
    ("WEEKDAY({day})", Decimal(4)),
    ("HOUR({at}) & ':' & MINUTE({at})", "23:30"),
    ("HOURS({paid}, {at})", Decimal("0.5163888889")),
    ("DAYS({at}, {paid})", Decimal("-0.0215162037")),
    ("DAYS({day}, '2024-03-01')", Decimal(1)),
    ("WORKHOURS({paid}, {at})", Decimal("0.2581944444")),
    ("WORKHOURS({paid}, {at}, 'half')", Decimal("0.2581944444")),
    ("WORKHOURS({paid}, '2099-01-01')", None),
    ("{at} - {paid}", timedelta(minutes=30, seconds=59)),
    ("{paid} + {long} * 2", datetime(2026, 2, 2, 19, 10, tzinfo=UTC)),
    ("{long} / {long}", Decimal(1)),
    ("{long} > '1d2h'", True),
    # the lifeline and who asks
    ("STATE({paid}) = 'reached'", True),
    ("SOURCE({paid})", "tmall"),
    ("DUE({paid})", datetime(2026, 1, 30, tzinfo=UTC)),
    ("ME()", "陈工"),
    ("{customer.city}", "杭州"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_formula_gives(value: Callable[[str], object], text: str, expected: object) -> None:
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_case(name: str) -> None:
    assert any(re.search(rf"\b{name}\b", text) for text, _ in CASES)


def test_what_is_named_twice_is_asked_for_once(scope: Any) -> None:
    formula = parse_formula("{n} * {n} + {n}", scope)
    assert isinstance(formula, Formula)
    asked: list[object] = []

    def answer(path: object) -> Decimal:
        asked.append(path)
        return Decimal(2)

    assert evaluate(formula, answer, CONTEXT) == 6
    assert asked == [("n",)]

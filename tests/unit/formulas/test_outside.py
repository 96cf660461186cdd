"""Values from outside: members of bodies, and what formulas make of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from mailuo.formulas import Context, Formula, evaluate, parse_formula
from mailuo.formulas.outside import member, moment_of, text_of, truth_of
from mailuo.formulas.scope import Name
from mailuo.formulas.types import BOOLEAN, NUMBER, OUTSIDE

SHANGHAI = ZoneInfo("Asia/Shanghai")
BODY: Mapping[str, object] = {
    "Success": True,
    "Failed": "false",
    "code": 10000,
    "id": 4781320682406083640,
    "empty": "",
    "nothing": None,
    "Traces": [
        {"AcceptTime": "2026-01-15 18:29:58", "Action": "1"},
        {"AcceptTime": "2026-01-16 08:00:00", "Action": "3"},
    ],
    "data": '{"p_id": 7, "rate": 0.10}',
    "seconds": 1768464000,
    "milliseconds": "1768464000000",
}


class Outside:
    """A scope of one body, a status and nothing else."""

    def resolve(self, path: tuple[str, ...]) -> Name | None:
        if path == ("status",):
            return Name(path, NUMBER)
        return Name(path, OUTSIDE) if path[0] == "body" else None

    def known(self, prefix: tuple[str, ...] = ()) -> tuple[str, ...]:
        return ("status", "body")


def value(text: str) -> object:
    formula = parse_formula(text, Outside())
    assert isinstance(formula, Formula), [problem.text("en") for problem in formula]
    return evaluate(
        formula,
        lambda path: Decimal(200) if path == ("status",) else member(BODY, path[1:]),
        Context(datetime(2026, 1, 15, tzinfo=UTC), SHANGHAI),
    )


VALUES = [
    ("{body.code}", "10000"),
    ("{body.id}", "4781320682406083640"),
    ("{body.Success}", "true"),
    ("{body.Success} = true", True),
    ("{body.success} = TRUE", True),
    ("false = {body.Failed}", True),
    ("{body.Failed} <> true", True),
    ("{body.code} = true", False),
    ("{body.missing} = true", False),
    ("NOT({body.missing} = false)", True),
    ("{body.code} = '10000'", True),
    ("NUMBER({body.code}) > 9999", True),
    ("NUMBER({body.Traces})", None),
    ("IN({body.code}, '1', '10000')", True),
    ("ISBLANK({body.empty})", True),
    ("ISBLANK({body.nothing.deeper.still})", True),
    ("{body.Traces.0.AcceptTime}", "2026-01-15 18:29:58"),
    ("{body.Traces.-1.Action}", "3"),
    ("{body.Traces.7.Action}", None),
    ("CONTAINS({body.Traces}, '18:29')", True),
    ("{body.data.p_id}", "7"),
    ("DATETIME({body.Traces.0.AcceptTime})", datetime(2026, 1, 15, 10, 29, 58, tzinfo=UTC)),
    ("DATETIME({body.seconds})", datetime(2026, 1, 15, 8, tzinfo=UTC)),
    ("DATETIME({body.milliseconds}) = DATETIME({body.seconds})", True),
    ("DATETIME({body.missing})", None),
    ("DATETIME({body.code})", None),
    ("COALESCE({body.missing}, {body.code})", "10000"),
    ("IF({body.Success} = true, LEFT({body.code}, 2), 'x')", "10"),
    ("{status} = 200", True),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_a_value_from_outside_is_text_unless_the_formula_says_otherwise(text: str, expected: object) -> None:
    assert value(text) == expected


def test_a_truth_stands_where_one_is_expected() -> None:
    formula = parse_formula("{body.Success}", Outside(), expects=BOOLEAN)
    assert isinstance(formula, Formula)
    assert formula.type == BOOLEAN


@pytest.mark.parametrize(
    "text", ["{body.code} = 10000", "{body.code} + 1", "AND({body.Success}, TRUE)", "{body.a} < NOW()"]
)
def test_a_value_from_outside_is_nothing_else_by_itself(text: str) -> None:
    assert not isinstance(parse_formula(text, Outside()), Formula)


def test_a_member_is_found_as_it_is_written_first() -> None:
    body = {"Callback": "b", "CallBack": "a"}
    assert member(body, ["Callback"]) == "b"
    assert member(body, ["callback"]) is None
    assert member({"CallBack": "a"}, ["Callback"]) == "a"


def test_what_is_no_json_has_no_members() -> None:
    assert member('{"a": ', ["a"]) is None
    assert member("plain", ["a"]) is None
    assert member(5, ["a"]) is None


def test_texts_keep_numbers_as_they_were_written() -> None:
    assert text_of(Decimal("0.10")) == "0.10"
    assert text_of(["一", 1]) == '["一",1]'
    assert text_of([]) is None
    assert text_of(False) == "false"


def test_only_true_and_false_are_truths() -> None:
    assert [truth_of(each) for each in (True, "TRUE", " false ", 1, "yes", None)] == [
        True,
        True,
        False,
        None,
        None,
        None,
    ]


def test_a_naked_time_is_in_the_zone_and_another_is_not() -> None:
    assert moment_of("2026-01-15 08:00:00", SHANGHAI) == datetime(2026, 1, 15, tzinfo=UTC)
    assert moment_of("2026-01-15T08:00:00+00:00", SHANGHAI) == datetime(2026, 1, 15, 8, tzinfo=UTC)
    assert moment_of("yesterday", SHANGHAI) is None

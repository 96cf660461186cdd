"""Measures over groups, against what plain Python makes of the same rows."""

import statistics
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import Actor
from tests.integration.analytics.conftest import Asked
from tests.integration.exchange.conftest import person

CLINICS = ("N", "N", "N", "S", "S", "W", None)
FEES = ("0.10", "0.20", "12.35", "7.00", None, None, "3.00")
WEEKS = (1, 2.5, 4, 10, 3, 0.5, 7)
AT = tuple(
    f"2026-01-{day:02}T{hour:02}:30:00+08:00"
    for day, hour in ((5, 0), (5, 9), (11, 23), (12, 9), (31, 9), (4, 9), (15, 9))
)


@pytest.fixture
def visited(clinic: Asked) -> Asked:
    """Seven visits."""
    for number, (where, fee, weeks, at) in enumerate(zip(CLINICS, FEES, WEEKS, AT, strict=True)):
        values = {"clinic": where or "N", "seen_at": at, "fee": fee, "weeks": weeks, "urgent": number % 2 == 0}
        clinic.make("referrals", values)
    return clinic


def fees(*clinics: str) -> list[Decimal]:
    """The fees at these clinics that are not blank."""
    return [Decimal(fee) for where, fee in zip(CLINICS, FEES, strict=True) if fee and (where or "N") in clinics]


def percentile(values: Sequence[float], share: Fraction) -> float:
    """The value so far along, between two by the straight line."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(Fraction(ordered[low]) + (Fraction(ordered[high]) - Fraction(ordered[low])) * (place - low))


def test_counts_are_in_the_order_in_which_choices_were_declared(visited: Asked) -> None:
    assert visited.rows("referrals", "count", ["clinic"]) == [["N", 4, 4], ["S", 2, 2], ["W", 1, 1]]
    assert visited.rows("referrals") == [[7, 7]]


def test_money_is_exact_text_and_blank_is_no_value(visited: Asked) -> None:
    answer = visited.answer("referrals", {"sum": "{fee}"}, ["clinic"])
    assert answer["rows"] == [["N", f"{sum(fees('N'))}", 4], ["S", "7.00", 1]]
    assert answer["total"] == "22.65"
    assert visited.rows("referrals", {"avg": "fee"}) == [["4.53", 5]]


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("sum", sum),
        ("avg", statistics.fmean),
        ("median", statistics.median),
        ("p90", lambda values: percentile(values, Fraction(9, 10))),
        ("min", min),
        ("max", max),
        ("distinct", lambda values: len(set(values))),
    ],
)
def test_numbers_are_measured_as_plain_python_does(visited: Asked, name: str, model: Callable[..., float]) -> None:
    rows = visited.rows("referrals", {name: "{weeks}"}, ["clinic"])
    for where, found, count in rows:
        values = [week for week, clinic in zip(WEEKS, CLINICS, strict=True) if (clinic or "N") == where]
        assert (found, count) == (pytest.approx(model(values), abs=1e-9), len(values))
    assert visited.rows("referrals", {name: "{weeks}"})[0][0] == pytest.approx(model(list(WEEKS)), abs=1e-9)


def test_a_rate_is_true_of_those_whose_condition_is_not_blank(visited: Asked) -> None:
    assert visited.rows("referrals", {"rate": "{urgent}"}, ["clinic"]) == [["N", 0.75, 4], ["S", 0.5, 2], ["W", 0, 1]]
    assert visited.rows("referrals", {"rate": "{fee} > 5"}) == [[pytest.approx(2 / 7), 7]]


def test_a_formula_may_be_measured_and_grouped_by(visited: Asked) -> None:
    rows = visited.rows("referrals", {"sum": "{weeks} * 2"}, ["IF({weeks} > 3, '长', '短')"])
    assert rows == [["短", 14, 4], ["长", 42, 3]]


def test_two_dimensions_and_a_filter(visited: Asked) -> None:
    rows = visited.rows("referrals", "count", ["clinic", "urgent"], filter="{weeks} >= 1")
    assert rows == [["N", False, 1, 1], ["N", True, 3, 3], ["S", False, 1, 1], ["S", True, 1, 1]]


@pytest.mark.parametrize(
    ("grain", "rows"),
    [
        ("hour_of_day", [[0, 1, 1], [9, 5, 5], [23, 1, 1]]),
        ("weekday", [[1, 3, 3], [4, 1, 1], [6, 1, 1], [7, 2, 2]]),
        (
            "day",
            [
                ["2026-01-04", 1, 1],
                ["2026-01-05", 2, 2],
                ["2026-01-11", 1, 1],
                ["2026-01-12", 1, 1],
                ["2026-01-15", 1, 1],
                ["2026-01-31", 1, 1],
            ],
        ),
        ("week", [["2025-12-29", 1, 1], ["2026-01-05", 3, 3], ["2026-01-12", 2, 2], ["2026-01-26", 1, 1]]),
        ("month", [["2026-01-01", 7, 7]]),
        ("quarter", [["2026-01-01", 7, 7]]),
    ],
)
def test_times_are_told_apart_in_the_zone_of_the_workspace(visited: Asked, grain: str, rows: object) -> None:
    assert visited.rows("referrals", "count", [{"field": "seen_at", "grain": grain}]) == rows


def test_a_blank_group_is_null_and_comes_last(visited: Asked) -> None:
    visited.make("patients", {"patient_no": "P1", "name": "张三", "city": "杭州"}, {"patient_no": "P2", "name": "李四"})
    assert visited.rows("patients", "count", ["city"]) == [["杭州", 1, 1], [None, 1, 1]]


def test_a_path_through_a_link_is_a_dimension(visited: Asked) -> None:
    visited.make("patients", {"patient_no": "P1", "name": "张三", "city": "杭州"})
    visited.make("referrals", {"clinic": "N", "seen_at": AT[0], "patient": "P1"})
    answer = visited.answer("referrals", "count", ["patient.city"])
    assert answer["rows"] == [["杭州", 1, 1], [None, 7, 7]]
    assert answer["columns"][0]["title"] == "病人 · 城市"


def test_a_span_between_moments_is_exact(laboratory: Asked) -> None:
    hours = (1, 2.5, 30, 100.123456)
    for number, length in enumerate(hours):
        laboratory.make("requests", {"clinic": "NS"[number % 2], "asked_at": "2026-01-05T09:00:00+08:00"})
        key = f"{'NS'[number % 2]}20260105-{number // 2 + 1:03}"
        laboratory.say(key, "ordered", "desk", "2026-01-05T09:00:00+08:00")
        at = datetime.fromisoformat("2026-01-05T09:00:00+08:00").timestamp() + length * 3600
        laboratory.say(key, "drawn", "lab", datetime.fromtimestamp(at).astimezone().isoformat())
    for name, model in (("avg", statistics.fmean), ("median", statistics.median), ("max", max), ("sum", sum)):
        assert laboratory.rows("requests", {name: "HOURS({ordered}, {drawn})"}) == [
            [pytest.approx(model(hours), abs=1e-9), 4]
        ]
    assert laboratory.rows("requests", {"min": "DAYS({ordered}, {drawn})"})[0][0] == pytest.approx(1 / 24, abs=1e-9)


def test_a_limit_keeps_the_first_groups_and_the_total_is_of_all(visited: Asked) -> None:
    answer = visited.answer("referrals", {"median": "{weeks}"}, ["clinic"], limit=1)
    assert (len(answer["rows"]), answer["total"]) == (1, 3)


def test_the_answer_names_its_columns_and_how_to_drill_down(visited: Asked) -> None:
    answer = visited.answer("referrals", {"sum": "{fee}"}, ["clinic"], filter="{weeks} > 1")
    assert [(column["id"], column["type"]) for column in answer["columns"]] == [
        ("clinic", "choice"),
        ("sum", "money"),
        ("n", "number"),
    ]
    assert answer["columns"][0]["options"] == {"N": "北院", "S": "南院", "W": "西院"}
    assert answer["drill"] == {"filter": "{weeks} > 1", "by": ["{clinic}"]}


DESK, AUDITOR = person("desk"), person("auditor")


def test_only_what_the_actor_sees_is_counted(visited: Asked) -> None:
    assert visited.rows("referrals", "count", ["clinic"], who=DESK) == [["N", 4, 4], ["S", 2, 2]]
    assert visited.rows("referrals", who=AUDITOR) == [[4, 4]]


@pytest.mark.parametrize(
    ("who", "body"),
    [
        (DESK, {"measure": {"sum": "{cost}"}}),
        (DESK, {"measure": {"sum": "cost"}}),
        (DESK, {"by": ["cost"]}),
        (DESK, {"by": ["margin"]}),
        (DESK, {"filter": "{cost} > 1"}),
        (DESK, {"by": ["patient.phone"]}),
    ],
)
def test_what_is_hidden_or_masked_is_as_unknown_as_what_is_not_there(
    visited: Asked, who: Actor, body: dict[str, object]
) -> None:
    with pytest.raises(Refusal) as hidden:
        visited.analytics.query(who, {"of": "referrals", **body})
    absent = {key: _renamed(value) for key, value in body.items()}
    with pytest.raises(Refusal) as unknown:
        visited.analytics.query(who, {"of": "referrals", **absent})
    assert [problem.code for problem in hidden.value.problems] == [problem.code for problem in unknown.value.problems]


def _renamed(value: object) -> object:
    """The same question about a field that does not exist."""
    if isinstance(value, dict):
        return {key: _renamed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    return str(value).replace("cost", "zzzz").replace("margin", "zzzzzz").replace("phone", "zzzzz")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"measure": "sum"}, "measure"),
        ({"measure": {"mean": "{fee}"}}, "measure"),
        ({"measure": {"sum": "{clinic}"}}, "measure"),
        ({"measure": {"rate": "{fee}"}}, "measure"),
        ({"by": ["clinic", "urgent", "doctor"]}, "by"),
        ({"by": [{"field": "seen_at", "grain": "decade"}]}, "by"),
        ({"by": [{"field": "clinic", "grain": "month"}]}, "by"),
        ({"by": ["labels"]}, "by"),
        ({"by": [7]}, "by"),
        ({"filter": "{fee} >"}, "filter"),
        ({"filter": ["x"]}, "filter"),
        ({"as_of": "yesterday"}, "as_of"),
        ({"limit": 0}, "limit"),
        ({"limit": True}, "limit"),
        ({"fliter": "x"}, "fliter"),
    ],
)
def test_a_question_that_cannot_be_asked_says_which_member_is_wrong(
    visited: Asked, body: dict[str, object], field: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        visited.analytics.query(person("admin"), {"of": "referrals", **body})
    assert {problem.field for problem in refusal.value.problems} == {field}


def test_a_table_that_is_not_there_is_not_found(visited: Asked) -> None:
    with pytest.raises(Refusal) as refusal:
        visited.answer("refferals")
    assert refusal.value.code == "not_found"

"""What each field type reads, writes and shows."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mailuo.base.problems import Problem
from mailuo.fields import FIELD_TYPES, Computed, FieldType

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPTIONS = {"S": "小", "M": {"title": "中", "color": "teal"}}


def type_of(name: str, **options: object) -> FieldType:
    if name in ("choice", "choices"):
        options.setdefault("options", OPTIONS)
    return FIELD_TYPES[name].of(options)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


READ = [
    ("text", "  两端的空格留着 ", "  两端的空格留着 "),
    ("text", "\u202e\u2066txt", "\u202e\u2066txt"),
    ("text", 13800138000, "13800138000"),
    ("text", "", None),
    ("long_text", "第一行\n第二行", "第一行\n第二行"),
    ("long_text", "<script>1</script>", "<script>1</script>"),
    ("number", "1,234.5", Decimal("1234.5000")),
    ("number", 7, Decimal("7.0000")),
    ("number", 0.1, Decimal("0.1000")),
    ("money", "19.90", Decimal("19.90")),
    ("money", Decimal("-0.0"), Decimal("0.00")),
    ("money", "-3", Decimal("-3.00")),
    ("boolean", "是", True),
    ("boolean", False, False),
    ("boolean", "0", False),
    ("date", "2026-01-15", date(2026, 1, 15)),
    ("date", "2026/1/5", date(2026, 1, 5)),
    ("date", "2026年1月5日", date(2026, 1, 5)),
    ("datetime", "2026-01-15T10:00:00", moment("2026-01-15T10:00:00+08:00")),
    ("datetime", "2026-01-15T10:00:00Z", moment("2026-01-15T10:00:00+00:00")),
    ("datetime", "2026-01-15T10:00:00.123456789Z", moment("2026-01-15T10:00:00.123456+00:00")),
    ("datetime", "2026/1/5 9:30", moment("2026-01-05T09:30:00+08:00")),
    ("duration", "2h30m", timedelta(hours=2, minutes=30)),
    ("choice", "S", "S"),
    ("choice", "中", "M"),
    ("choices", ["中", "S", "M"], ("M", "S")),
    ("choices", "小、中", ("S", "M")),
    ("tags", "加急, 易碎,加急", ("加急", "易碎")),
    ("tags", [], None),
    ("link", " P-1 ", "P-1"),
    ("file", {"id": "0190f0a0-0000-7000-8000-000000000001"}, "0190f0a0-0000-7000-8000-000000000001"),
    ("phone", "13812345678", "13812345678"),
    ("phone", "+86 571-8888 6666", "+86 571-8888 6666"),
    ("email", "zhang.san@example.com", "zhang.san@example.com"),
    ("url", "https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
    ("geo", "30.27,120.15", {"lat": 30.27, "lng": 120.15}),
    ("geo", {"lat": Decimal("30.27"), "lng": 120}, {"lat": 30.27, "lng": 120.0}),
    ("rating", "5", 5),
    ("score", Decimal(0), 0),
    ("user", "陈工", "陈工"),
    ("json", '{"a": [1, 2.5]}', {"a": [1, 2.5]}),
    ("json", {"a": Decimal("2.50")}, {"a": 2.5}),
]


@pytest.mark.parametrize(("name", "raw", "value"), READ)
def test_a_type_reads_what_people_and_programs_write(name: str, raw: object, value: object) -> None:
    read = type_of(name).parse(raw, SHANGHAI)
    assert read == value
    assert type(read) is type(value)


REFUSED = [
    ("text", "a\x00b"),
    ("text", "a\x1bb"),
    ("text", "\ud83d"),
    ("text", True),
    ("text", ["a"]),
    ("text", "x" * 10_001),
    ("number", "1e5"),
    ("number", "NaN"),
    ("number", "Infinity"),
    ("number", Decimal("NaN")),
    ("number", Decimal("1e400")),
    ("number", Decimal("1e999999")),
    ("number", float("inf")),
    ("number", float("nan")),
    ("number", "1234567890123456"),
    ("number", 10**400),
    ("number", "0.00001"),
    ("number", "1,23"),
    ("number", "６３"),
    ("number", True),
    ("number", "9" * 100_000),
    ("money", "19.999"),
    ("money", "一百"),
    ("boolean", "也许"),
    ("boolean", 2),
    ("date", "2026-02-30"),
    ("date", "0000-00-00"),
    ("date", "2026-01-15T10:00:00"),
    ("date", 20260115),
    ("datetime", "2026-02-30"),
    ("datetime", "0000-00-00"),
    ("datetime", "10000-01-01T00:00:00Z"),
    ("datetime", "infinity"),
    ("datetime", "2026-01-15T25:00:00"),
    ("datetime", "2026-01-15"),
    ("datetime", "2026-01-15T10:00:00+99:00"),
    ("datetime", "1969-12-31T23:59:60Z"),
    ("datetime", 1768442400),
    ("duration", "2:30"),
    ("duration", 150),
    ("choice", "大"),
    ("choice", True),
    ("choices", ["S", "大"]),
    ("choices", {"S": 1}),
    ("tags", [1]),
    ("tags", [str(number) for number in range(101)]),
    ("link", "a\x00"),
    ("file", "../../etc/passwd"),
    ("file", 7),
    ("phone", "a phone"),
    ("email", "a@b"),
    ("url", "javascript:alert(1)"),
    ("url", "https://user@example.com"),
    ("url", "http://good.example\\@127.0.0.1/"),
    ("geo", "91,0"),
    ("geo", {"lat": 1}),
    ("rating", 6),
    ("rating", "2.5"),
    ("score", 11),
    ("score", Decimal("1e400")),
    ("user", 7),
    ("json", float("nan")),
    ("json", '{"a": "\\u0000"}'),
    ("json", "[" * 100 + "]" * 100),
    ("json", "[" * 40_000 + "]" * 40_000),
    ("links", ["a"]),
    ("lookup", "a"),
    ("rollup", 1),
    ("formula", 1),
]


@pytest.mark.parametrize(("name", "raw"), REFUSED)
def test_a_type_refuses_with_a_sentence_in_both_languages(name: str, raw: object) -> None:
    read = type_of(name).parse(raw, SHANGHAI)
    assert isinstance(read, Problem)
    assert read.code == ("read_only" if issubclass(FIELD_TYPES[name], Computed) else "invalid")
    assert read.text("zh")
    assert len(read.text("en")) < 400
    assert read.text("en").isprintable()


LIMITS = [
    ("number", {"min": Decimal(0)}, "-1"),
    ("money", {"max": Decimal(100)}, "100.01"),
    ("number", {"places": 0}, "1.5"),
    ("score", {"min": 1, "max": 5}, 0),
    ("rating", {"max": 3}, 4),
    ("text", {"max_length": 2}, "三个字"),
    ("text", {"pattern": "[A-Z]{2}"}, "AB1"),
]


@pytest.mark.parametrize(("name", "options", "raw"), LIMITS)
def test_declared_limits_hold(name: str, options: dict[str, object], raw: object) -> None:
    assert isinstance(type_of(name, **options).parse(raw, SHANGHAI), Problem)


def test_a_pattern_that_would_take_for_ever_elsewhere_answers_at_once() -> None:
    slow_elsewhere = type_of("text", pattern="(a+)+$")
    assert isinstance(slow_elsewhere.parse("a" * 5_000 + "!", SHANGHAI), Problem)


def test_a_wrong_option_is_answered_with_the_near_one() -> None:
    problem = type_of("choice", options={"standard": "标准", "custom": "定制"}).parse("custum", SHANGHAI)
    assert isinstance(problem, Problem)
    assert "custom" in problem.text("zh")


JSON = [
    ("money", Decimal("24980.00"), "24980.00"),
    ("number", Decimal("7.0000"), 7),
    ("number", Decimal("0.1250"), 0.125),
    ("datetime", moment("2026-01-15T02:00:00+00:00"), "2026-01-15T10:00:00+08:00"),
    ("date", date(2026, 1, 15), "2026-01-15"),
    ("duration", timedelta(minutes=150), "2h30m"),
    ("tags", ("加急",), ["加急"]),
    ("choice", "S", "S"),
    ("boolean", True, True),
    ("text", None, None),
]


@pytest.mark.parametrize(("name", "value", "written"), JSON)
def test_values_are_written_as_the_contract_says(name: str, value: object, written: object) -> None:
    assert type_of(name).to_json(value, SHANGHAI) == written


SHOWN = [
    ("money", Decimal("24980.00"), "¥24,980.00", "¥24,980.00"),
    ("money", Decimal("-3.50"), "-¥3.50", "-¥3.50"),
    ("number", Decimal("1234.5000"), "1,234.5", "1,234.5"),
    ("number", Decimal("100.0000"), "100", "100"),
    ("boolean", True, "是", "Yes"),
    ("datetime", moment("2026-01-15T02:00:00+00:00"), "2026-01-15 10:00", "2026-01-15 10:00"),
    ("duration", timedelta(hours=26, minutes=5), "1 天 2 小时 5 分", "1 d 2 h 5 min"),
    ("choice", "M", "中", "中"),
    ("choices", ("S", "M"), "小、中", "小, 中"),
    ("text", None, "", ""),
]


@pytest.mark.parametrize(("name", "value", "zh", "en"), SHOWN)
def test_values_are_shown_in_the_readers_words(name: str, value: object, zh: str, en: str) -> None:
    type_ = type_of(name, currency="CNY") if name == "money" else type_of(name)
    assert (type_.show(value, "zh", SHANGHAI), type_.show(value, "en", SHANGHAI)) == (zh, en)


MASKED = [
    ("phone", "13812345678", "138****5678"),
    ("phone", "12345", "****45"),
    ("text", "张三", "张*"),
    ("user", "陈小工", "陈*"),
    ("address", "浙江省杭州市西湖区文三路 1 号", "浙江省杭州市西湖区****"),
    ("address", "文三路 1 号", "****"),
    ("email", "zhang.san@example.com", "z****@example.com"),
    ("money", Decimal("1.00"), "****"),
    ("phone", None, None),
]


@pytest.mark.parametrize(("name", "value", "masked"), MASKED)
def test_a_mask_leaves_what_is_needed_to_recognise_and_no_more(name: str, value: object, masked: str | None) -> None:
    assert type_of(name).mask(value) == masked


@pytest.mark.parametrize("name", [name for name, type_ in FIELD_TYPES.items() if not issubclass(type_, Computed)])
@given(
    raw=some.one_of(
        some.text(), some.integers(), some.floats(), some.booleans(), some.decimals(), some.lists(some.text(max_size=3))
    )
)
def test_whatever_is_given_is_either_refused_or_comes_back_the_same(name: str, raw: object) -> None:
    type_ = type_of(name)
    value = type_.parse(raw, SHANGHAI)
    if value is None or isinstance(value, Problem):
        return
    written = json.loads(json.dumps(type_.to_json(value, SHANGHAI), allow_nan=False))
    assert type_.parse(written, SHANGHAI) == value
    assert isinstance(type_.show(value, "zh", SHANGHAI), str)


@given(raw=some.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_is_never_rounded_in_silence(raw: Decimal) -> None:
    value = type_of("number").parse(raw, SHANGHAI)
    assert isinstance(value, Problem) or value == raw


@pytest.mark.parametrize(
    ("name", "raw", "quoted"),
    [
        ("number", True, "true"),
        ("money", {"amount": ["一"]}, '{"amount": ["一"]}'),
        ("file", {"id": "x"}, '{"id": "x"}'),
        ("date", [None, False], "[null, false]"),
    ],
)
def test_what_was_sent_is_quoted_as_it_was_sent(name: str, raw: object, quoted: str) -> None:
    problem = type_of(name).read(raw, SHANGHAI)
    assert isinstance(problem, Problem)
    assert f"'{quoted}'" in problem.text("en")

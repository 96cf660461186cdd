"""Key patterns are taken apart, rendered, and read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mailuo.metadata.key_pattern import BadPattern, KeyPattern, parse_pattern

DAY = date(2026, 1, 15)


def pattern(text: str) -> KeyPattern:
    parsed = parse_pattern(text)
    assert isinstance(parsed, KeyPattern)
    return parsed


RENDERED = [
    ("{ward}{asked_at:%Y%m%d}-{seq:05}", 892, "TM20260115-00892"),
    ("{ward}{asked_at:%Y%m%d}-{seq:05}", 123456, "TM20260115-123456"),
    ("{ward}-{seq}", 7, "TM-7"),
    ("R/{asked_at:%y%j}/{seq:03}", 7, "R/26015/007"),
    ("{ward}{seq:02}", 1, "TM01"),
]


@pytest.mark.parametrize(("text", "number", "key"), RENDERED)
def test_a_pattern_makes_a_key_and_finds_its_number_again(text: str, number: int, key: str) -> None:
    parsed = pattern(text)
    assert parsed.render({"ward": "TM"}, {"asked_at": DAY}, number) == key
    assert parsed.number_in(key, {"ward": "TM"}, {"asked_at": DAY}) == number


@pytest.mark.parametrize("key", ["TM20260116-00892", "DY20260115-00892", "TM20260115-892", "TM20260115-", "x"])
def test_a_key_of_other_values_has_no_number(key: str) -> None:
    assert pattern("{ward}{asked_at:%Y%m%d}-{seq:05}").number_in(key, {"ward": "TM"}, {"asked_at": DAY}) is None


def test_a_pattern_knows_its_fields_and_its_day() -> None:
    parsed = pattern("{ward}{asked_at:%Y%m%d}-{ward}{seq:05}")
    assert (parsed.fields, parsed.date_field, parsed.counts) == (("ward", "asked_at"), "asked_at", True)
    assert not pattern("{ward}").counts


@pytest.mark.parametrize(
    "text", ["", "plain", "{a", "a}", "{seq}{seq}", "{seq:x}", "{seq:0}", "{d:%Q}", "{d:%}", "{{a}}"]
)
def test_a_wrong_pattern_says_why(text: str) -> None:
    bad = parse_pattern(text)
    assert isinstance(bad, BadPattern)
    assert bad.zh
    assert bad.en


@given(text=some.text(alphabet="{}:%abYmdseq05-", max_size=30))
def test_any_text_is_a_pattern_or_a_reason(text: str) -> None:
    parsed = parse_pattern(text)
    if isinstance(parsed, KeyPattern):
        key = parsed.render(dict.fromkeys(parsed.fields, "x"), dict.fromkeys(parsed.fields, DAY), 12)
        assert parsed.number_in(key, dict.fromkeys(parsed.fields, "x"), dict.fromkeys(parsed.fields, DAY)) in (12, None)

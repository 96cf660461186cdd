"""Bodies: exact numbers in, everything doubtful refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailuo.base.problems import Refusal
from mailuo_web.http.bodies import parse_json


def test_numbers_stay_exact() -> None:
    assert parse_json(b'{"a": 0.10, "b": 1e3, "c": 7}') == {"a": Decimal("0.10"), "b": Decimal("1e3"), "c": 7}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a": 1, "a": 2}', "body_key_twice"),
        (b'{"a": {"b": 1, "b": 1}}', "body_key_twice"),
        (b"NaN", "body_not_json"),
        (b"-Infinity", "body_not_json"),
        (b'"\xff"', "body_not_json"),
        (b'"\\ud83d"', "body_not_json"),
        (b"[" * 65 + b"]" * 65, "body_deep"),
        (b"1" * 401, "body_deep"),
        (b"", "body_not_json"),
    ],
)
def test_what_is_doubtful_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_json(raw)
    assert refused.value.code == code


def test_whole_characters_may_be_written_in_halves() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "😀"


def test_brackets_within_texts_are_no_nesting() -> None:
    assert parse_json(b'["' + b"[" * 200 + b'"]') == ["[" * 200]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_refusal(raw: bytes) -> None:
    try:
        parse_json(raw)
    except Refusal as refusal:
        assert refusal.problems

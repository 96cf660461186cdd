"""Mappings of columns, as people write them."""

import pytest

from mailuo.base.problems import Refusal
from mailuo.exchange import read_mapping


def test_names_stay_as_they_are_written() -> None:
    text = "no: channel_order_no\non: ordered_at\n1.10: amount\n备注: ~\n多余:\n"
    expected = {"no": "channel_order_no", "on": "ordered_at", "1.10": "amount", "备注": None, "多余": None}
    assert read_mapping(text) == expected


def test_json_is_a_map_too() -> None:
    assert read_mapping('{"no": "channel_order_no", "x": null}') == {"no": "channel_order_no", "x": None}


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [b]\n", "a: {b: c}\n", "a: b\na: c\n", "!!python/name:os a: b", "[" * 1_000])
def test_what_is_no_map_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        read_mapping(text)

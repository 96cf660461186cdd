"""Cells of a CSV: what a spreadsheet would run, round or trim goes out armoured and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mailuo.exchange.armour import armoured, bare

FORMULAS = ("=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0")


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_run_as_a_formula_has_an_apostrophe_before_it(text: str) -> None:
    assert armoured(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "00892", "北欧胡桃木餐桌", "a=b", "5-3", "O'Neill"])
def test_an_ordinary_text_stays_as_it_is(text: str) -> None:
    assert armoured(text) == text


@given(some.text())
def test_every_text_comes_back_as_it_went_out(text: str) -> None:
    assert bare(armoured(text)) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="2678910007919023757"', "2678910007919023757"),
        ("\t6978910007919023757", "6978910007919023757"),
        ("No:DPK33000000000000\t", "No:DPK33000000000000"),
        ("'10000000000", "10000000000"),
        ("北欧胡桃木餐桌\u3000", "北欧胡桃木餐桌"),
        ('="a"&"b"', '="a"&"b"'),
        ("   ", ""),
    ],
)
def test_the_armour_of_shop_platforms_is_taken_off(cell: str, text: str) -> None:
    assert bare(cell) == text

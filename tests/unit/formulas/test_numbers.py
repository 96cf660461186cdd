"""Numbers as SQLite keeps them sort as numbers do, and come back as they were."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from mailuo.formulas.numbers import LIMIT, of_sortable, plain, rounded, sortable, trimmed

NUMBERS = st.decimals(min_value=-LIMIT + 1, max_value=LIMIT - 1, places=10, allow_nan=False)


@given(NUMBERS)
def test_a_number_comes_back(number: Decimal) -> None:
    assert of_sortable(sortable(number)) == number


@given(NUMBERS, NUMBERS)
def test_texts_sort_as_numbers(one: Decimal, other: Decimal) -> None:
    assert (sortable(one) < sortable(other)) == (one < other)
    assert (sortable(one) == sortable(other)) == (one == other)


@given(NUMBERS)
def test_a_number_is_written_plainly(number: Decimal) -> None:
    assert Decimal(plain(number)) == number == trimmed(number)
    assert "E" not in plain(number)


def test_what_is_out_of_range_is_blank() -> None:
    assert rounded(LIMIT) is None
    assert rounded(Decimal("999999999999999.99999999994")) == Decimal("999999999999999.9999999999")
    assert rounded(Decimal("999999999999999.99999999995")) is None
    assert rounded(Decimal("1e999999")) is None

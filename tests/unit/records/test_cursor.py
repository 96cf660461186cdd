"""A cursor brings back exactly what was put in, and nothing else opens."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailuo.records.cursor import Cursor, opened
from mailuo.records.messages import BadQuestion

NOW = datetime(2026, 1, 15, 1, 2, 3, 4, tzinfo=UTC)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15),
    st.dates(min_value=date(1900, 1, 1)),
    st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(min_value=timedelta(days=-9), max_value=timedelta(days=9)),
    st.lists(st.text(), max_size=3).map(tuple),
)


@given(st.lists(VALUES, max_size=4))
def test_what_was_sealed_is_what_is_opened(values: list[object]) -> None:
    cursor = Cursor(tuple(values), NOW)
    assert opened(cursor.sealed(b"secret", "question"), b"secret", "question") == cursor


@pytest.mark.parametrize(("secret", "question"), [(b"other", "question"), (b"secret", "another"), (b"secret", "")])
def test_a_cursor_opens_for_its_own_question_only(secret: bytes, question: str) -> None:
    sealed = Cursor((Decimal("1.50"), "id"), NOW).sealed(b"secret", "question")
    with pytest.raises(BadQuestion):
        opened(sealed, secret, question)


@given(st.text(max_size=60))
def test_no_text_that_somebody_makes_up_opens(text: str) -> None:
    with pytest.raises(BadQuestion):
        opened(text, b"secret", "question")


@given(st.integers(0, 40), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(place: int, change: int) -> None:
    sealed = Cursor((7, "id"), NOW).sealed(b"secret", "question")
    place %= len(sealed)
    forged = sealed[:place] + chr(ord(sealed[place]) ^ change) + sealed[place + 1 :]
    with pytest.raises(BadQuestion):
        opened(forged, b"secret", "question")

"""A lifeline's text brings back what was written."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mailuo.records.projection import LETTERS, Mark, read, written

MOMENTS = st.none() | st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC))
MARKS = st.builds(Mark, st.sampled_from(sorted(LETTERS)), MOMENTS, st.none() | st.text(min_size=1), MOMENTS)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), MARKS, max_size=5))
def test_a_lifeline_is_read_as_it_was_written(lifeline: dict[str, Mark]) -> None:
    assert read(written(lifeline)) == lifeline


def test_no_lifeline_is_no_text() -> None:
    assert (written({}), read(None)) == (None, {})


def test_nodes_stand_in_quotes_and_blanks_at_the_end_are_left_out() -> None:
    at = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    lifeline = {"booked": Mark("reached", at, "desk"), "seen": Mark("due", None, None, at), "paid": Mark("pending")}
    assert written(lifeline) == '{"booked":["r",1000000,"desk"],"seen":["d",null,null,1000000],"paid":["p"]}'

"""No stretch of time sees more calls than its limit says."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from mailuo.connectors.limits import Allowed, Counts, Scope, allowed, together
from mailuo.metadata.connector import Rate

START = datetime(2026, 1, 15, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@given(some.integers(1, 20), some.lists(some.integers(0, 30_000), min_size=1, max_size=120))
def test_in_no_window_are_there_more_than_the_limit(count: int, gaps: list[int]) -> None:
    rates, now = (Rate(count, MINUTE),), START
    counts: Counts = {}
    went: list[datetime] = []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        found = allowed(rates, counts, now)
        if found.again_at is None:
            went.append(now)
            counts = found.counts
    for at in went:
        assert sum(at - MINUTE < each <= at for each in went) <= count


@given(some.integers(1, 20))
def test_who_comes_back_when_told_goes_out_and_hardly_slower_than_the_limit(count: int) -> None:
    rates, now = (Rate(count, MINUTE),), START
    counts: Counts = {}
    for _ in range(count * 5):
        found = allowed(rates, counts, now)
        if found.again_at is not None:
            now = found.again_at
            found = allowed(rates, counts, now)
        assert found.again_at is None
        counts = found.counts
    assert now - START <= MINUTE * 5 * 1.1


def test_a_call_under_several_scopes_is_counted_in_all_or_in_none() -> None:
    wide, narrow = Scope("a", (Rate(10, MINUTE),)), Scope("a:zhang", (Rate(1, MINUTE), Rate(5, timedelta(hours=1))))
    first = together((wide, narrow), {}, START)
    assert not isinstance(first, Allowed)
    second = together((wide, narrow), first, START)
    assert isinstance(second, Allowed)
    assert second.again_at is not None
    assert not isinstance(together((wide,), first, START), Allowed)


def test_the_longest_wait_counts() -> None:
    rates = (Rate(1, timedelta(seconds=1)), Rate(1, timedelta(hours=1)))
    again = allowed(rates, allowed(rates, {}, START).counts, START).again_at
    assert again is not None
    assert again >= START + timedelta(hours=1)

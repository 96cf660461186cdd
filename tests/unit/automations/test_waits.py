"""What failed is tried again after longer and longer waits."""

from datetime import UTC, datetime, timedelta

import pytest

from mailuo.automations.waits import MOST_ASKED, Waits, asked_for, exactly

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)
LENGTHS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(hours=10))


@pytest.mark.parametrize(("attempts", "place"), [(1, 0), (2, 1), (3, 2), (4, 2), (50, 2)])
def test_the_last_wait_goes_on_for_ever(attempts: int, place: int) -> None:
    assert Waits(LENGTHS, exactly).after(attempts) == LENGTHS[place]


def test_chance_makes_a_wait_longer_by_a_fifth_at_most_and_never_shorter() -> None:
    waits = {Waits(LENGTHS).after(1) for _ in range(100)}
    assert len(waits) > 10
    assert all(LENGTHS[0] <= wait <= LENGTHS[0] * 1.2 for wait in waits)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("Thu, 15 Jan 2026 01:00:30 GMT", 30), ("Thu, 15 Jan 2026 00:00:00 GMT", 0), ("soon", None), (None, None), ("-5", None), ("Thu, 15 Jan 2026 01:00:30 +99999999999999", None)],
)
def test_retry_after_is_read_as_seconds_or_a_date(said: str | None, seconds: int | None) -> None:
    assert asked_for(said, NOW) == (None if seconds is None else timedelta(seconds=seconds))


def test_what_the_other_side_asks_for_counts_within_limits() -> None:
    waits = Waits(LENGTHS, exactly)
    assert waits.next(NOW, 1, timedelta(seconds=3)) == NOW + LENGTHS[0]
    assert waits.next(NOW, 1, timedelta(minutes=5)) == NOW + timedelta(minutes=5)
    assert waits.next(NOW, 1, timedelta(days=9)) == NOW + MOST_ASKED

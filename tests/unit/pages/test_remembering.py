"""What was dear to count is remembered for a while, what was cheap is not."""

from datetime import UTC, datetime, timedelta

from mailuo_web.pages.remembering import Memory

NOW = datetime(2026, 1, 17, 2, 24, tzinfo=UTC)


class Counting:
    """A clock, and something that takes time to count and counts how often it did."""

    def __init__(self, took: timedelta) -> None:
        self.at, self.took, self.times = NOW, took, 0

    def now(self) -> datetime:
        return self.at

    def count(self) -> int:
        self.at += self.took
        self.times += 1
        return self.times


def asked(counting: Counting, memory: Memory[int], *waits: float) -> list[int]:
    """The answers after so many seconds each."""
    answers = []
    for wait in waits:
        counting.at += timedelta(seconds=wait)
        answers.append(memory.of("orders", counting.count))
    return answers


def test_what_took_half_a_second_is_kept_for_ten() -> None:
    counting = Counting(timedelta(seconds=0.5))
    assert asked(counting, Memory(counting.now), 0, 4, 5, 2) == [1, 1, 1, 2]


def test_what_took_no_time_is_counted_each_time() -> None:
    counting = Counting(timedelta(0))
    assert asked(counting, Memory(counting.now), 0, 0, 0) == [1, 2, 3]


def test_nothing_is_kept_for_longer_than_half_a_minute() -> None:
    counting = Counting(timedelta(minutes=1))
    assert asked(counting, Memory(counting.now), 0, 29, 2) == [1, 1, 2]


def test_each_key_is_remembered_by_itself() -> None:
    counting = Counting(timedelta(seconds=1))
    memory: Memory[int] = Memory(counting.now)
    assert [memory.of(key, counting.count) for key in ("a", "b", "a")] == [1, 2, 1]

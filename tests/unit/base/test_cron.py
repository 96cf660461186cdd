"""Schedules by the clock on the wall."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mailuo.base.cron import parse_cron

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def following(text: str, after: str, zone: ZoneInfo = SHANGHAI) -> str:
    cron = parse_cron(text)
    assert cron is not None
    found = cron.next_after(datetime.fromisoformat(after), zone)
    assert found is not None
    return found.astimezone(zone).isoformat(timespec="minutes")


NEXT = [
    ("0 20 * * *", "2026-01-15T19:59+08:00", "2026-01-15T20:00+08:00"),
    ("0 20 * * *", "2026-01-15T20:00+08:00", "2026-01-16T20:00+08:00"),
    ("*/15 9-17 * * mon-fri", "2026-01-16T17:45+08:00", "2026-01-19T09:00+08:00"),
    ("30 2 29 2 *", "2026-01-15T00:00+08:00", "2028-02-29T02:30+08:00"),
    ("0 9 1 * 1", "2026-01-15T12:00+08:00", "2026-01-19T09:00+08:00"),
    ("0 9 * * 7", "2026-01-15T12:00+08:00", "2026-01-18T09:00+08:00"),
    ("0 9 * jan,mar sun", "2026-01-26T12:00+08:00", "2026-03-01T09:00+08:00"),
    ("5/20 8 * * *", "2026-01-15T08:05+08:00", "2026-01-15T08:25+08:00"),
]


@pytest.mark.parametrize(("text", "after", "expected"), NEXT)
def test_the_next_moment_is_the_first_one_after(text: str, after: str, expected: str) -> None:
    assert following(text, after) == expected


def test_a_time_that_the_clocks_skip_comes_when_they_have_skipped_it() -> None:
    assert following("30 2 * * *", "2026-03-29T00:00+01:00", BERLIN) == "2026-03-29T03:30+02:00"


def test_a_time_that_the_clocks_run_through_twice_comes_once() -> None:
    first = following("30 2 * * *", "2026-10-25T00:00+02:00", BERLIN)
    assert first == "2026-10-25T02:30+02:00"
    assert following("30 2 * * *", first, BERLIN) == "2026-10-26T02:30+01:00"


def test_a_day_that_never_comes_gives_nothing() -> None:
    cron = parse_cron("0 0 31 2 *")
    assert cron is not None
    assert cron.next_after(datetime(2026, 1, 1, tzinfo=UTC), SHANGHAI) is None


WRONG = [
    "",
    "0 9 * *",
    "0 9 * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 8",
    "5-1 * * * *",
    "*/0 * * * *",
    "a * * * *",
    "1,,2 * * * *",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_schedule_is_none(text: str) -> None:
    assert parse_cron(text) is None

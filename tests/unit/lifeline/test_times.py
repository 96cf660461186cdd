"""Times as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailuo.base.problems import Language
from mailuo_web.texts import times

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 17, 2, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "zh", "en"),
    [
        (timedelta(seconds=20), "不到1分", "<1m"),
        (timedelta(minutes=36), "36分", "36m"),
        (timedelta(hours=2), "2时00分", "2h 00m"),
        (timedelta(hours=12, minutes=44), "12时44分", "12h 44m"),
        (timedelta(hours=41, minutes=4), "41时04分", "41h 04m"),
        (timedelta(days=3, hours=7), "3天7时", "3d 7h"),
        (timedelta(days=5), "5天", "5d"),
    ],
)
def test_an_age_is_said_in_two_units(time: timedelta, zh: str, en: str) -> None:
    assert (times.age(time, "zh"), times.age(time, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("at", "language", "text"),
    [
        (datetime(2026, 1, 17, 1, 30, tzinfo=UTC), "zh", "今日 09:30"),
        (datetime(2026, 1, 16, 11, 38, tzinfo=UTC), "zh", "1-16 19:38"),
        (datetime(2026, 1, 16, 11, 38, tzinfo=UTC), "en", "Jan 16 19:38"),
        (datetime(2025, 12, 31, 1, 0, tzinfo=UTC), "zh", "2025-12-31 09:00"),
    ],
)
def test_a_time_in_a_list_is_short(at: datetime, language: Language, text: str) -> None:
    assert times.short(at, NOW, ZONE, language) == text


def test_the_head_of_the_page_says_the_day() -> None:
    assert times.day_line(NOW, ZONE, "zh") == "1月17日 周六 10:24"
    assert times.day_line(NOW, ZONE, "en") == "Sat 17 Jan 10:24"

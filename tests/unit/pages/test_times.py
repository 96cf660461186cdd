"""Times as people read them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mailuo.base.problems import Language
from mailuo_web.texts.times import clock, shortened, since

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 17, 2, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "zh", "en"),
    [
        (timedelta(seconds=-3), "0 秒前", "0s ago"),
        (timedelta(seconds=59), "59 秒前", "59s ago"),
        (timedelta(seconds=61), "1 分前", "1m ago"),
        (timedelta(hours=2, minutes=59), "2 时前", "2h ago"),
        (timedelta(days=9, hours=5), "9 天前", "9d ago"),
    ],
)
def test_what_passed_is_told_in_its_largest_unit(passed: timedelta, zh: str, en: str) -> None:
    assert (since(passed, "zh"), since(passed, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "天猫说 1-16 16:02，快递鸟说 今日 03:47"), ("en", "天猫说 Jan 16 16:02，快递鸟说 Today 03:47")],
)
def test_the_engines_exact_times_are_told_as_in_lists(language: Language, told: str) -> None:
    assert shortened("天猫说 2026-01-16 16:02:31，快递鸟说 2026-01-17 03:47:00", NOW, ZONE, language) == told


def test_a_clock_names_the_day_only_where_it_is_another_one() -> None:
    said = datetime(2026, 1, 16, 8, 2, tzinfo=UTC)
    assert clock(said + timedelta(hours=1), said, ZONE) == "17:02"
    assert clock(said + timedelta(hours=9), said, ZONE) == "1-17 01:02"

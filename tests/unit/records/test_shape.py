"""Moments are written from the stores' numbers as they are from datetimes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailuo.base.moments import format_moment, micros
from mailuo.records.shape import moment_writer


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])
@given(st.datetimes(datetime(1900, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC)))
def test_both_ways_of_writing_a_moment_agree(zone: str, moment: datetime) -> None:
    assert moment_writer(ZoneInfo(zone))(micros(moment)) == format_moment(moment, ZoneInfo(zone))

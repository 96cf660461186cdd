"""What is written from the stores' values is what their types write of Python values."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.engine import Dialect

from mailuo.base.moments import format_moment, micros
from mailuo.fields import FieldType, Money, Number
from mailuo.formulas.columns import ColumnKind, column_type
from mailuo.records.writers import moment_writer, writer
from mailuo.storage.prepared import to_driver

ZONE = ZoneInfo("Asia/Shanghai")
SQLITE = create_engine("sqlite://").dialect
POSTGRESQL = create_engine("postgresql+psycopg://").dialect


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"])
@given(st.datetimes(datetime(1900, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC)))
def test_both_ways_of_writing_a_moment_agree(zone: str, moment: datetime) -> None:
    assert moment_writer(ZoneInfo(zone))(micros(moment)) == format_moment(moment, ZoneInfo(zone))


@given(st.decimals(-(10**14), 10**14, places=6))
def test_a_number_is_written_from_its_stored_text_as_from_its_decimal(value: Decimal) -> None:
    written = _written(Number(digits=6), value, SQLITE)
    assert (written, type(written)) == (expected := Number(digits=6).to_json(value, ZONE), type(expected))


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_stays_whole(value: int) -> None:
    assert repr(_written(Number(digits=6), Decimal(value), SQLITE)) == str(value)


@pytest.mark.parametrize("places", [0, 2, 3])
@given(units=st.integers(-(10**12), 10**12))
def test_an_amount_is_written_from_its_units_as_from_its_decimal(places: int, units: int) -> None:
    amount, value = Money(digits=places), Decimal(units).scaleb(-places)
    assert _written(amount, value, SQLITE) == amount.to_json(value, ZONE)


def test_a_number_of_postgresql_is_written_without_its_stored_zeros() -> None:
    write = writer(column_type(ColumnKind.DECIMAL), Number(digits=6), POSTGRESQL, ZONE)
    assert write is not None
    assert [write(Decimal("3.500000")), repr(write(Decimal("7.000000")))] == [3.5, "7"]


def _written(type_: FieldType, value: Decimal, dialect: Dialect) -> object:
    assert type_.column is not None
    column = column_type(type_.column, type_.places)
    store, write = to_driver(column, dialect), writer(column, type_, dialect, ZONE)
    assert store is not None
    assert write is not None
    return write(store(value))

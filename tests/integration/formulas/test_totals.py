"""Totals are exact and the same on either store: the sum of nothing is 0, all else of nothing is blank."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select

from mailuo.base.moments import MICROSECOND
from mailuo.formulas.numbers import EXACT, rounded
from mailuo.formulas.sql import aggregate

from .expressions import COLUMNS, row
from .test_one_answer import TABLE, stores_of

ROWS = [row(Random(seed)) for seed in range(50)]
NUMBERS = ("n", "wide", "fee", "fine", "score")


@pytest.fixture(scope="module")
def stores(postgres_server: str) -> Iterator[dict[str, Connection]]:
    """Either store with fifty rows."""
    yield from stores_of(postgres_server, ROWS)


def told(stores: Mapping[str, Connection], dialect: str, function: str, name: str, most: int = 50) -> object:
    """What a store says of the rows below a number."""
    element: Any = aggregate(function, TABLE.c[name], COLUMNS[name][0], dialect)
    return stores[dialect].scalar(select(element.label("x")).select_from(TABLE).where(TABLE.c.id < most))


def values(name: str) -> Sequence[Any]:
    """The values that are there."""
    return [each[name] for each in ROWS if each[name] is not None]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_totalled_exactly(stores: dict[str, Connection], dialect: str, name: str) -> None:
    total = sum((Decimal(each) for each in values(name)), Decimal(0))
    assert told(stores, dialect, "sum", name) == rounded(total)
    assert told(stores, dialect, "avg", name) == rounded(EXACT.divide(total, Decimal(len(values(name)))))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_durations_are_totalled_in_whole_microseconds(stores: dict[str, Connection], dialect: str) -> None:
    total = sum(values("long"), timedelta(0))
    mean = (Decimal(total // MICROSECOND) / len(values("long"))).to_integral_value(ROUND_HALF_UP)
    assert told(stores, dialect, "sum", "long") == total
    assert told(stores, dialect, "avg", "long") == timedelta(microseconds=int(mean))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", [name for name in COLUMNS if name != "tags"])
def test_the_least_and_the_greatest(stores: dict[str, Connection], dialect: str, name: str) -> None:
    assert told(stores, dialect, "min", name) == min(values(name))
    assert told(stores, dialect, "max", name) == max(values(name))
    assert told(stores, dialect, "count", name) == len(values(name))


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize("name", [*NUMBERS, "long"])
def test_the_sum_of_nothing_is_zero_and_all_else_blank(stores: dict[str, Connection], dialect: str, name: str) -> None:
    nothing = timedelta(0) if name == "long" else 0
    assert told(stores, dialect, "sum", name, most=0) == nothing
    assert [told(stores, dialect, function, name, most=0) for function in ("avg", "min", "max")] == [None] * 3
    assert told(stores, dialect, "count", name, most=0) == 0

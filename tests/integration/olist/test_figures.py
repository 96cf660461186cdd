"""Real orders: every figure that the product gives is the one that plain Python makes of the same files."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from bench.olist.figures import AS_KNOWN, HOURS, PLACES, figures
from bench.olist.prepare import prepare, rows
from bench.olist.proof import WORKSPACE, loaded
from bench.subject import opened
from mailuo.records.actor import SYSTEM
from tests.surroundings import shared_data

PAID, PICKED, SIGNED = "order_approved_at", "order_delivered_carrier_date", "order_delivered_customer_date"
PROMISED = "order_estimated_delivery_date"
Row = Mapping[str, str]


@pytest.fixture(scope="session")
def orders() -> Path:
    """The folder of two thousand of the orders."""
    folder = shared_data("olist_mini")
    if folder is None:
        pytest.skip("this test needs a part of Olist's orders: in ../shared/data, or where MAILUO_TEST_DATA says")
    return folder


def test_every_figure_is_the_one_that_plain_python_finds(orders: Path, database_url: str, tmp_path: Path) -> None:
    wanted = by_hand(orders)
    with opened(database_url, tmp_path / "home", WORKSPACE) as subject:
        loaded(subject, prepare(orders, tmp_path))
        found = {figure.name: figure.found for figure in figures(lambda body: subject.analytics.query(SYSTEM, body))}
    assert {name: found.get(name) for name in wanted} == wanted


def by_hand(folder: Path) -> Mapping[str, object]:
    """The figures by name, by nothing of the product."""
    every = list(rows(folder / "olist_orders_dataset.csv.gz"))
    states = {row["customer_id"]: row["customer_state"] for row in rows(folder / "olist_customers_dataset.csv.gz")}
    signed = [row for row in every if row[SIGNED]]
    late = sum(row[SIGNED] > row[PROMISED] for row in signed)
    found: dict[str, object] = {"orders": len(every), "signed": len(signed), "late": late}
    found["late, percent"] = round(late / len(signed) * 100, PLACES)
    found |= _spans("raw", every) | _spans("clean", every, lambda hours: hours >= 0)
    for state in ("SP", "RJ", "MG"):
        found |= _spans(state, [row for row in every if states[row["customer_id"]] == state])
    at = datetime.fromisoformat(AS_KNOWN)
    for least in HOURS:
        stuck = [row for row in every if _stuck(row, at, timedelta(hours=least))]
        live = [row for row in stuck if row["order_status"] not in ("canceled", "unavailable")]
        found |= {f"stuck over {least} h, all": len(stuck), f"stuck over {least} h, live": len(live)}
    return found


def _spans(name: str, some: Sequence[Row], counts: Callable[[float], bool] = lambda hours: True) -> dict[str, object]:
    hours = [(_at(row, PICKED) - _at(row, PAID)) / timedelta(hours=1) for row in some if row[PAID] and row[PICKED]]
    hours = sorted(each for each in hours if counts(each))
    values = {"n": len(hours), "mean": statistics.fmean(hours), "median": statistics.median(hours), "p90": _p90(hours)}
    return {f"paid to picked up, {name}, {key}": round(value, PLACES) for key, value in values.items()}


def _p90(ordered: Sequence[float]) -> float:
    place = Fraction(9, 10) * (len(ordered) - 1)
    low = int(place)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * float(place - low)


def _stuck(row: Row, at: datetime, longer_than: timedelta) -> bool:
    if not row[PAID] or _at(row, PAID) > at or at - _at(row, PAID) <= longer_than:
        return False
    return not row[PICKED] or _at(row, PICKED) > at


def _at(row: Row, column: str) -> datetime:
    return datetime.fromisoformat(row[column])

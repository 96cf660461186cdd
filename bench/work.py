"""Work: what is measured: rows and claims taken in, and what people ask and say all day."""

import csv
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select

from bench.floor import Driver, Recorder, replayed, stored_bare
from bench.places import Place
from bench.subject import Subject, opened
from mailuo.flow.saying import Word
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.query import Query
from mailuo.storage import system

WORKSPACE = Path(__file__).parent / "speed"
SERVICE = Actor("bench", "bench", ("service",))
START = datetime(2026, 1, 1, tzinfo=UTC)
_CITIES = ("Hangzhou", "Shanghai", "Suzhou", "Foshan", "Jiaxing")
_NODES = (
    ("paid", "shop"),
    ("checked", "automation"),
    ("packed", "erp"),
    ("picked_up", "carrier"),
    ("signed", "carrier"),
)
_STUCK = "AND(NOT(ISBLANK({packed})), ISBLANK({picked_up}), HOURS({packed}, NOW()) > 24)"


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement: how many a second the product does, and the driver alone."""

    work: str
    place: str
    ours: float
    floor: float

    @property
    def ratio(self) -> float:
        """The product's share of what the driver alone reaches."""
        return self.ours / self.floor if self.floor else 0.0


def measured(place: Place, rows: int, operations: int) -> Iterator[Result]:
    """Every measurement on one place."""
    orders, claims, keys = prepared_files(place.home, rows)
    with opened(place.url, place.home, WORKSPACE) as subject:
        yield _taken(place, subject, "import rows", lambda: subject.imports.run(SYSTEM, "orders", orders), rows)
        said = rows * 4
        yield _taken(place, subject, "import claims", lambda: subject.claims.run(SYSTEM, claims), said)
        subject.store.analyze()
    place.split()
    with opened(place.url, place.home, WORKSPACE) as subject:
        for name, writes, deed in _deeds(subject, keys):
            yield _compared(place, name, deed, operations, writes=writes)


def _taken(place: Place, subject: Subject, name: str, run: Callable[[], Any], count: int) -> Result:
    start = time.perf_counter()
    outcome = run()
    seconds = time.perf_counter() - start
    if outcome.written != count:
        raise RuntimeError(f"{name}: {outcome.written} of {count}: {outcome.rejects[:3]}")
    table = subject.in_force.current.tables["orders"].table if name == "import rows" else system.claim
    with subject.store.read(seconds=600) as connection:
        stored = [tuple(row) for row in connection.exec_driver_sql(str(select(table).compile(connection))).all()]
    return Result(name, place.name, count / seconds, len(stored) / stored_bare(place.connect, stored))


def _compared(place: Place, name: str, deed: Callable[[int], object], operations: int, *, writes: bool) -> Result:
    """The deed done so many times by the product; then so many again, heard, and done by the driver alone."""
    for number in range(10):
        deed(number)
    start = time.perf_counter()
    for number in range(10, 10 + operations):
        deed(number)
    ours = (time.perf_counter() - start) / operations
    recorder = Recorder()
    with recorder.listening():
        for number in range(10 + operations, 10 + 2 * operations):
            recorder.next()
            deed(number)
    with place.driver(writes) as driver:
        floor = _floor(driver, recorder, writes=writes)
    return Result(name, place.name, 1 / ours, 1 / floor)


def _floor(driver: Driver, recorder: Recorder, *, writes: bool) -> float:
    """Seconds an operation; reads are warm, as the product's are."""
    if not writes:
        replayed(driver, recorder.operations)
    return replayed(driver, recorder.operations)


def _deeds(subject: Subject, keys: Sequence[str]) -> Iterator[tuple[str, bool, Callable[[int], object]]]:
    """What is done, whether it writes, and one doing of it."""
    page = Query(filter="{kind} = 'custom'", sort="-ordered_at", limit=50)
    stuck = {"of": "orders", "measure": "count", "by": ["warehouse"], "filter": _STUCK}
    span = {"of": "orders", "measure": {"avg": "HOURS({paid}, {picked_up})"}, "by": ["channel"]}

    def listed(number: int) -> object:
        found = subject.records.page(SERVICE, "orders", page)
        return orjson.dumps([record.json() for record in found.records])

    def one(number: int) -> object:
        return orjson.dumps(subject.records.get(SYSTEM, "orders", keys[number * 7 % len(keys)]).json())

    def created(number: int) -> object:
        return subject.records.create(SERVICE, "orders", new_order(number))

    def claimed(number: int) -> object:
        return subject.flow.claim(SYSTEM, "orders", keys[number], Word("signed", source="carrier"))

    yield "W1 list of 50", False, listed
    yield "W2 one record", False, one
    yield "W3 create", True, created
    yield "W4 claim", True, claimed
    yield "stuck over 24 h", False, lambda number: subject.analytics.query(SYSTEM, stuck)
    yield "W6 mean by channel", False, lambda number: subject.analytics.query(SYSTEM, span)


def prepared_files(folder: Path, rows: int) -> tuple[Path, Path, list[str]]:
    """The orders and the claims to import, and the orders' keys."""
    orders, claims = folder / "orders.csv", folder / "claims.csv"
    fields = list(_order(0))
    keys = []
    with orders.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_no", *fields])
        for number in range(rows):
            order = _order(number)
            key = f"{order['channel']}{START + timedelta(hours=8, minutes=number):%Y%m%d}-{number + 1:05}"
            keys.append(key)
            writer.writerow([key, *order.values()])
    with claims.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["record", "node", "at", "source", "received_at"])
        for place, (node, source) in enumerate(_NODES[:4]):
            for number, key in enumerate(keys):
                at = (START + timedelta(minutes=number, hours=3 * place + number % 40)).isoformat()
                writer.writerow([key, node, at, source, at])
    return orders, claims, keys


def new_order(number: int) -> dict[str, object]:
    """An order that no import has brought."""
    return {**_order(number), "outside_no": f"N{number:012}"}


def _order(number: int) -> dict[str, object]:
    chance = random.Random(number)
    at = START + timedelta(minutes=number)
    return {
        "channel": ("TM", "MP", "DY", "WK")[number % 4],
        "kind": "custom" if number % 5 == 0 else "standard",
        "receiver": f"Receiver {number}",
        "phone": f"138{number:08}",
        "province": "Zhejiang",
        "city": chance.choice(_CITIES),
        "address": f"{number} Some Road, Block {number % 30}",
        "amount": f"{chance.randrange(1, 3_000_000) / 100:.2f}",
        "ordered_at": at.isoformat(),
        "promised_at": (at + timedelta(days=7)).isoformat(),
        "warehouse": ("HZ", "JX", "FS")[number % 3],
        "outside_no": f"O{number:012}",
        "weight": f"{number % 97}.5",
        "pieces": number % 7 + 1,
        "labels": "fragile,heavy" if number % 3 == 0 else "",
        "remark": "" if number % 4 else "call before delivery",
    }

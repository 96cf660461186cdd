"""The product as people meet it, served over HTTP, beside the bare application on the same store and the same server.

Sign-in by token, policy, validation, keys, history, timelines and clocks are in force. SQLite is served by one process,
PostgreSQL by two; each work runs over eight connections on the one server and the other by turns.
"""

import csv
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, cycle
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import orjson

from bench.http_floor import fill, opened
from bench.http_load import Call, Load, answer, loaded
from bench.places import Place
from bench.subject import opened as opened_subject
from bench.work import WORKSPACE, new_order, prepared_files
from mailuo.app import Application
from mailuo.base.settings import Settings
from mailuo.records.actor import SYSTEM

PROCESSES = {"SQLite": 1, "PostgreSQL": 2}
_READY_SECONDS = 90
_SLICES = 5
"""The two take turns, so that what else the machine does meets both."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One work, done by the product and by the bare application."""

    work: str
    place: str
    ours: Load
    floor: Load

    @property
    def ratio(self) -> float:
        """The product's share of the requests a second that the bare application answers."""
        return self.ours.rate / self.floor.rate

    @property
    def cheapness(self) -> float:
        """The bare application's processor time for a request, as a share of the product's."""
        return self.floor.milliseconds / self.ours.milliseconds


@dataclass(frozen=True, slots=True)
class _Server:
    port: int
    process: int
    token: str = ""


def compared(place: Place, rows: int, seconds: float) -> Iterator[Compared]:
    """Every work on one place, with so many orders."""
    orders, claims, keys = prepared_files(place.home, rows)
    floor_url = place.floor
    with opened_subject(place.url, place.home, WORKSPACE) as subject:
        subject.imports.run(SYSTEM, "orders", orders)
        subject.claims.run(SYSTEM, claims)
        subject.store.analyze()
    fill(opened(floor_url), _orders(orders))
    with _product(place) as ours, _floor(place, floor_url) as floor:
        for work, here, there in _works(_seen(keys)):
            slices = [(_run(ours, here, seconds / _SLICES), _run(floor, there, seconds / _SLICES)) for _ in range(_SLICES)]
            mine, bare = zip(*slices, strict=True)
            yield Compared(work, place.name, _middle(mine), _middle(bare))


def _middle(loads: Sequence[Load]) -> Load:
    """What is neither the best nor the worst of several slices: on a busy machine single ones say little."""
    return Load(median(each.rate for each in loads), median(each.milliseconds for each in loads))


def _run(server: _Server, calls: Iterator[Call], seconds: float) -> Load:
    answer(server.port, next(calls), server.token)
    return loaded(server.port, server.process, calls, server.token, seconds)


def _works(keys: list[str]) -> Iterator[tuple[str, Iterator[Call], Iterator[Call]]]:
    """What is done: its name, the product's calls and the bare application's."""
    asked = urlencode({"filter": "{kind} = 'custom'", "sort": "-ordered_at", "limit": 50})
    path, signed = "/api/v1/tables/orders/records", orjson.dumps({"node": "signed", "source": "carrier"})
    made = [orjson.dumps(new_order(number)) for number in range(20_000)]
    yield (
        "W1 list of 50",
        cycle([Call("GET", f"{path}?{asked}")]),
        cycle([Call("GET", "/orders?kind=custom")]),
    )
    yield "W2 one record", _each(keys, "GET", path), _each(keys, "GET", "/orders")
    yield (
        "W3 create",
        (Call("POST", path, body) for body in _bodies(made)),
        (Call("POST", "/orders", body) for body in _bodies(made)),
    )
    yield (
        "W4 claim",
        chain((Call("POST", f"{path}/{key}/claims", signed) for key in keys), _no_more()),
        cycle([Call("POST", f"/orders/{key}/status", signed) for key in keys]),
    )


def _bodies(made: Sequence[bytes]) -> Iterator[bytes]:
    """Bodies of new orders without end: those that are made, then others."""
    yield from made
    yield from (orjson.dumps(new_order(number)) for number in count(len(made)))


def _no_more() -> Iterator[Call]:
    """The end of what can be done once only."""
    raise ValueError("every order is signed: more --served-rows or fewer --seconds are needed")
    yield


def _each(keys: list[str], method: str, path: str) -> Iterator[Call]:
    return (Call(method, f"{path}/{keys[number * 7 % len(keys)]}") for number in count())


def _seen(keys: list[str]) -> list[str]:
    """The keys of the orders that the asking role may see."""
    return [key for number, key in enumerate(keys) if number % 3 != 2]


def _orders(file: Path) -> list[Mapping[str, object]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [{**row, "labels": row["labels"].split(",")} for row in csv.DictReader(lines)]


# The servers


@contextmanager
def _product(place: Place) -> Iterator[_Server]:
    """The product, with a token that may what a member of the service may, and speak for the carrier."""
    environment = {"MAILUO_HOME": str(place.home), "MAILUO_DATABASE_URL": place.url}
    application = Application.open(Settings.from_environment(environment))
    try:
        application.recomputation.run()
        token = application.accounts.add_token("bench", ["service"], ["carrier"], SYSTEM)
    finally:
        application.close()
    port = _free_port()
    command = ["-m", "mailuo", "serve", "--port", str(port), "--processes", str(PROCESSES[place.name])]
    with _serving(command, {**os.environ, **environment}, port) as process:
        yield _Server(port, process, token)


@contextmanager
def _floor(place: Place, url: str) -> Iterator[_Server]:
    port = _free_port()
    command = ["-m", "bench.http_floor", url, str(port), str(PROCESSES[place.name])]
    with _serving(command, dict(os.environ), port) as process:
        yield _Server(port, process)


@contextmanager
def _serving(command: list[str], environment: Mapping[str, str], port: int) -> Iterator[int]:
    """The process of a server that answers at a port."""
    with subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _await(lambda: _listens(port))
            yield process.pid
        finally:
            process.terminate()


def _await(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + _READY_SECONDS
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError("the server does not answer")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Killed anywhere: whatever is broken off at the n-th write, for n = 1, 2, 3 … until all goes through, ends the same."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from mailuo.records.actor import SYSTEM
from mailuo.storage.engine import Store
from tests.databases import PostgresDatabases
from tests.integration.automations.conftest import Garage, opened

T = TypeVar("T")


class Killed(BaseException):
    """The process is gone; nothing in it can catch this."""


class Failing:
    """Lets the n-th write of a store fail: before anything of it is done, or after it is durable."""

    def __init__(self, store: Store, number: int, *, durable: bool) -> None:
        self._store, self._write = store, store.write
        self._left, self._durable = number, durable
        self.failed = False

    def __enter__(self) -> "Failing":
        self._store.write = self._counted  # type: ignore[method-assign]
        return self

    def __exit__(self, *error: object) -> None:
        self._store.write = self._write  # type: ignore[method-assign]

    def _counted(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T:
        self._left -= 1
        if self._left:
            return self._write(work, ahead=ahead)
        self.failed = True
        if self._durable:
            self._write(work, ahead=ahead)
        raise Killed


def happen(garage: Garage) -> None:
    """What people do: a car that waits for its rules, and one whose recipe is to be made."""
    garage.records.create(SYSTEM, "cars", {"plate": "B2", "urgent": True, "owner": "王"})
    car = str(garage.records.create(SYSTEM, "cars", {"plate": "A1"})["car_no"])
    garage.fault(car, "刹车", 2)
    garage.fault(car, "轮胎", 1)
    garage.say_only(car, "checked", "automation")
    garage.records.update(SYSTEM, "cars", car, {"owner": "李"})


def ended(garage: Garage) -> Mapping[str, Any]:
    """Everything that came of it, but what happens to be different each time."""
    cars = [{name: car[name] for name in ("plate", "note", "tags", "count", "status")} for car in garage.rows("cars")]
    works = sorted((work["work_no"], work["fault"], work["spec"]) for work in garage.rows("works"))
    steps = sorted((run["automation"], run["state"], len(run["steps"])) for run in garage.runs())
    todos = [line["text"] for line in garage.engine.todos.open(SYSTEM)]
    return {"cars": sorted(cars, key=str), "works": works, "runs": steps, "todos": todos, "told": garage.messages()}


def after_a_kill(store: Store, number: int, *, durable: bool) -> tuple[bool, Mapping[str, Any]]:
    """Whether anything failed, and how it ended once another process had taken over."""
    garage = opened(store, fresh=False)
    happen(garage)
    failing = Failing(store, number, durable=durable)
    with failing, suppress(Killed):
        garage.engine.settle()
    garage.engine.close()
    other = opened(store, fresh=False)
    other.clock.set(garage.clock.now())
    other.move(minutes=1)  # until the lease of the dead has run out
    found = ended(other)
    other.engine.close()
    return failing.failed, found


def prove(store: Store, anew: Callable[[], None], *, durable: bool) -> int:
    """How many places there were to fail at; each must have ended as the run without a fault did."""
    _, expected = after_a_kill(store, 10_000, durable=durable)
    assert len(expected["works"]) == 2
    number, failed = 0, True
    while failed:
        anew()
        number += 1
        failed, found = after_a_kill(store, number, durable=durable)
        assert found == expected, number
    return number - 1


@pytest.mark.parametrize("durable", [False, True], ids=["before", "after"])
def test_whatever_write_fails_on_sqlite_the_end_is_the_same(durable: bool) -> None:
    store = Store.memory()
    opened(store).engine.close()
    anew = store.snapshot()
    assert prove(store, anew, durable=durable) > 20
    store.close()


def test_whatever_write_fails_on_postgresql_the_end_is_the_same(
    postgres_databases: PostgresDatabases, tmp_path: Path
) -> None:
    expected = None
    for number in (10_000, 1, 2, 5, 9, 14, 20, 25):
        with postgres_databases.one() as url:
            store = Store.open(url, tmp_path / "home")
            opened(store).engine.close()
            _, found = after_a_kill(store, number, durable=bool(number % 2))
            store.close()
        expected = expected or found
        assert found == expected, number


def test_two_engines_work_off_what_either_has_begun(garage: Garage) -> None:
    other = opened(garage.store, fresh=False)
    for number in range(5):
        garage.records.create(SYSTEM, "cars", {"plate": f"P{number}", "urgent": True})
        garage.engine.relay.run(garage.clock.now())
        other.engine.settle()
    garage.engine.settle()
    assert garage.states() == [("born", "done")] * 5
    other.engine.close()

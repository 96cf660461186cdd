"""A garage with rules of every kind, published in a store, its clock, and the engine that works the rules off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from mailuo.automations.bell import Silent
from mailuo.automations.endings import Endings
from mailuo.automations.engine import Engine
from mailuo.automations.forms import Forms
from mailuo.automations.run_log import RunLog, Sought
from mailuo.automations.runs import answered
from mailuo.automations.waits import Waits, exactly
from mailuo.base.clock import SetClock
from mailuo.flow.changes import FlowChanges
from mailuo.flow.door import Flow
from mailuo.flow.saying import Word
from mailuo.flow.sweep import Sweep
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.query import Query
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.publishing import publish

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
FOLDER = Path(__file__).parent / "garage"
WAITS = Waits((timedelta(seconds=10), timedelta(minutes=1)), exactly)
FILES = {
    f"{'automations' if path.stem in ('alerts', 'automations') else 'tables'}/{path.name}": path.read_text("utf-8")
    for path in sorted(FOLDER.glob("*.yaml"))
}


@dataclass
class Garage:
    """Everything that a running server has, with a clock that stands still until it is moved."""

    store: Store
    in_force: InForce
    records: Records
    flow: Flow
    sweep: Sweep
    engine: Engine
    forms: Forms
    log: RunLog
    clock: SetClock
    files: Mapping[str, str]

    def car(self, plate: str = "A1", **values: object) -> str:
        """The number of a new car, after what follows."""
        made = str(self.records.create(SYSTEM, "cars", {"plate": plate, **values})["car_no"])
        self.engine.settle()
        return made

    def change(self, car: str, **values: object) -> None:
        """Changes a car, and lets follow what does."""
        self.records.update(SYSTEM, "cars", car, values)
        self.engine.settle()

    def fault(self, car: str, what: str, hours: int = 1) -> str:
        """The id of a new fault of a car."""
        return str(self.records.create(SYSTEM, "faults", {"car": car, "what": what, "hours": hours})["id"])

    def say(self, car: str, node: str, source: str = "desk") -> None:
        """A word of the desk, and what follows."""
        self.flow.claim(SYSTEM, "cars", car, Word(node, source=source))
        self.engine.settle()

    def say_only(self, car: str, node: str, source: str) -> None:
        """A word of which nothing has followed yet."""
        self.flow.claim(SYSTEM, "cars", car, Word(node, source=source))

    def of(self, car: str) -> dict[str, Any]:
        """The car as the system sees it."""
        return self.records.get(SYSTEM, "cars", car).json()

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The records of a table."""
        return [record.json() for record in self.records.stream(SYSTEM, table, Query())]

    def runs(self, automation: str | None = None) -> list[dict[str, Any]]:
        """The runs, oldest first."""
        return self.log.page(SYSTEM, Sought(automation), limit=500)[0][::-1]

    def states(self) -> list[tuple[str, str]]:
        """The (automation, state) of every run, oldest first."""
        return [(run["automation"], run["state"]) for run in self.runs()]

    def move(self, **by: float) -> None:
        """Lets time pass; everything that falls due on the way happens at its own moment."""
        until = self.clock.now() + timedelta(**by)
        while (due := self._next_due()) is not None and due <= until:
            self.clock.set(max(due, self.clock.now()))
            self.settle()
        self.clock.set(until)
        self.settle()

    def settle(self) -> None:
        """What the server's own threads do by now."""
        self.sweep.fire_due(self.clock.now())
        self.engine.settle()

    def publish(self, **files: str) -> None:
        """Publishes changed files as the next revision."""
        self.files = {**self.files, **{f"automations/{name}.yaml": text for name, text in files.items()}}
        base = self.in_force.current.number
        publish(self.store, self.files, manifest(self.files), by="甲", message="", base=base, now=self.clock.now())
        self.in_force.renew()

    def messages(self) -> list[tuple[str, str, str]]:
        """Whom messages told of what by what way."""
        table = system.message
        with self.store.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.id)).all()
        return [(row.via, row.role or row.user or "", row.text) for row in rows]

    def answer(self, state: str, answer: object = None, error: str | None = None) -> None:
        """Ends every call that waits, as those who make them would."""
        table = system.call
        waits = table.c.state.in_(("waiting", "retrying"))
        with self.store.read() as connection:
            calls = list(connection.scalars(select(table.c.id).where(waits)))
        for call in calls:
            self.store.write(partial(self._ended, call=call, state=state, answer=answer, error=error))
        self.engine.settle()

    def _ended(self, connection: Any, call: str, state: str, answer: object, error: str | None) -> None:
        values = {"state": state, "answer": answer, "error": error}
        connection.execute(update(system.call).where(system.call.c.id == call).values(values))
        answered(connection, call, self.clock.now())

    def _next_due(self) -> datetime | None:
        moments = (self.sweep.next_due(), self.engine.next_due())
        return min((at for at in moments if at is not None), default=None)


def manifest(files: Mapping[str, str]) -> Manifest:
    """The checked whole of some files."""
    loaded = load(files)
    assert isinstance(loaded, Manifest), [problem.line("en") for problem in loaded]
    return loaded


def person(*roles: str) -> Actor:
    """Somebody with these roles."""
    return Actor(f"id-of-{roles[0]}", roles[0], roles)


def opened(store: Store, files: Mapping[str, str] = FILES, *, fresh: bool = True) -> Garage:
    """The garage on a store, published there first if it is fresh."""
    clock = SetClock(NOW)
    if fresh:
        publish(store, files, manifest(files), by="甲", message="", base=None, now=NOW)
    in_force = InForce(store, calendars_of, watcher=Endings())
    records = Records(store, in_force, clock, FlowChanges(), b"secret")
    forms = Forms(store, in_force, clock, records, b"secret", "http://here")
    engine = Engine(store, in_force, clock, records, WAITS, forms)
    flow, sweep = Flow(store, in_force, clock, records), Sweep(store, in_force, "http://here")
    log = RunLog(store, in_force, clock, records, Silent)
    return Garage(store, in_force, records, flow, sweep, engine, forms, log, clock, files)


@pytest.fixture
def garage(store: Store) -> Iterator[Garage]:
    """The garage, empty, at nine in the morning."""
    made = opened(store)
    yield made
    made.engine.close()

"""A laboratory's requests, published in a store: its doors, its clock, and what people say at them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from mailuo.automations.engine import Engine
from mailuo.automations.forms import Forms
from mailuo.automations.waits import Waits, exactly
from mailuo.base.clock import SetClock
from mailuo.base.ids import new_id
from mailuo.flow.changes import FlowChanges
from mailuo.flow.door import Flow
from mailuo.flow.recompute import Recomputing
from mailuo.flow.saying import Word
from mailuo.flow.sweep import Sweep
from mailuo.flow.wall import Wall, Wanted
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
WAITS = Waits((timedelta(seconds=10), timedelta(minutes=1)), exactly)
FOLDER = Path(__file__).parent / "laboratory"
REQUEST = {"clinic": "N", "asked_at": "2026-01-15T09:00+08:00"}


@dataclass
class Laboratory:
    """Everything that a running server has, with a clock that stands still until it is moved."""

    store: Store
    in_force: InForce
    records: Records
    flow: Flow
    wall: Wall
    sweep: Sweep
    engine: Engine
    recompute: Recomputing
    clock: SetClock
    files: Mapping[str, str]

    def request(self, **values: object) -> str:
        """The number of a new request."""
        return str(self.records.create(SYSTEM, "requests", REQUEST | values)["request_no"])

    def tube(self, request: str, number: str) -> str:
        """The number of a new sample of a request."""
        return str(self.records.create(SYSTEM, "samples", {"tube_no": number, "request": request})["tube_no"])

    def say(self, request: str, node: str, source: str, **more: Any) -> dict[str, Any]:
        """The timeline after a word: of a person with a role when the source is `role:x`, else of the system."""
        kind, _, role = source.partition(":")
        actor = person(role) if kind == "role" else SYSTEM
        return dict(self.flow.claim(actor, "requests", request, Word(node, source=source, **more)))

    def states(self, request: str, as_of: datetime | None = None) -> dict[str, str]:
        """How each node stands."""
        nodes: Any = self.flow.timeline(SYSTEM, "requests", request, as_of)["nodes"]
        return {node["id"]: node["state"] for node in nodes}

    def move(self, **by: float) -> None:
        """Lets time pass; everything that falls due on the way happens at its own moment."""
        self.move_to(self.clock.now() + timedelta(**by))

    def move_to(self, until: datetime) -> None:
        """Lets time pass until a moment."""
        while (due := self.sweep.next_due()) is not None and due <= until:
            self.clock.set(max(due, self.clock.now()))
            self.settle()
        self.clock.set(until)
        self.settle()

    def settle(self) -> None:
        """What the server's own threads do by now."""
        self.sweep.fire_due(self.clock.now())
        self.engine.settle()

    def alerts(self, state: str = "open") -> list[tuple[object, object]]:
        """The (rule, record) of the alerts in a state."""
        return [(alert["rule"], alert["record"]) for alert in self.wall.page(SYSTEM, Wanted(state=state))[0]]

    def sent(self) -> list[tuple[str, str, str]]:
        """Whom messages told of what by what way, oldest first."""
        table = system.message
        query = select(table.c.via, table.c.role, table.c.user, table.c.text).where(table.c.state == "intended")
        with self.store.read() as connection:
            rows = connection.execute(query.order_by(table.c.at, table.c.id)).all()
        return [(row.via, row.role or row.user or "", row.text) for row in rows]

    def told(self) -> list[tuple[str, str]]:
        """Whom messages told by what way."""
        return [(via, whom) for via, whom, _ in self.sent()]

    def publish(self, **files: str) -> None:
        """Puts changed declarations in force."""
        old = self.in_force.current
        self.files = {**self.files, **{f"tables/{name}.yaml": text for name, text in files.items()}}
        publish(self.store, self.files, _manifest(self.files), by="甲", message="", base=old.number, now=self.clock.now())
        self.in_force.renew()
        self.recompute.after(old.manifest)

    def file(self, name: str, type_: str, by: str = "nurse") -> str:
        """The id of a file that somebody has just uploaded."""
        row = {
            "id": new_id(), "name": name, "size": 1, "sha256": "0", "type": type_, "key": name,
            "uploaded_by": f"id-of-{by}", "uploaded_at": self.clock.now(),
        }  # fmt: skip
        self.store.write(lambda connection: connection.execute(insert(system.file), row).close())
        return str(row["id"])

    def rows(self, table: str) -> Sequence[Mapping[str, Any]]:
        """The records of a table as the system sees them."""
        return [record.json() for record in self.records.stream(SYSTEM, table, Query())]


def person(*roles: str) -> Actor:
    """Somebody with these roles."""
    return Actor(f"id-of-{roles[0]}", roles[0], roles)


def opened(store: Store, files: Mapping[str, str]) -> Laboratory:
    """The doors to a workspace of these files."""
    clock = SetClock(NOW)
    publish(store, files, _manifest(files), by="甲", message="", base=None, now=NOW)
    in_force = InForce(store, calendars_of)
    records = Records(store, in_force, clock, FlowChanges(), b"secret")
    return Laboratory(
        store,
        in_force,
        records,
        Flow(store, in_force, clock, records),
        Wall(store, in_force, clock),
        Sweep(store, in_force, "http://here"),
        Engine(store, in_force, clock, records, WAITS, Forms(store, in_force, clock, records, b"secret", "http://here")),
        Recomputing(store, in_force, clock),
        clock,
        files,
    )


@pytest.fixture
def laboratory(store: Store) -> Laboratory:
    """The laboratory, empty, at nine in the morning."""
    return opened(store, {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))})


def _manifest(files: Mapping[str, str]) -> Manifest:
    manifest = load(files)
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    return manifest

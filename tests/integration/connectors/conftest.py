"""An office that dispatches packets, published in a store with everything that talks to the outside."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from mailuo.automations.bell import Bell, Silent
from mailuo.automations.outside import Outside, World
from mailuo.automations.waits import Waits, exactly
from mailuo.automations.workshop import Workshop
from mailuo.base.clock import SetClock
from mailuo.base.ids import new_id
from mailuo.connectors.environment import Environment
from mailuo.flow.changes import FlowChanges
from mailuo.flow.door import Flow
from mailuo.flow.saying import Word
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.publishing import publish
from tests.integration.connectors.vendor import Vendor, running_vendor

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
FOLDER = Path(__file__).parent / "dispatch"
WAITS = Waits(tuple(timedelta(seconds=each) for each in (10, 60, 300, 1800)), exactly)


@dataclass
class Office:
    """Everything that a running server has for the outside, with a clock that stands still until it is moved."""

    store: Store
    environment: dict[str, str]
    files: Mapping[str, str]
    clock: SetClock = field(default_factory=lambda: SetClock(NOW))
    rests_after: int = 5
    audit: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Publishes the workspace and opens its doors."""
        publish(self.store, self.files, self._manifest(), by="甲", message="", base=None, now=NOW)
        self.in_force = InForce(self.store, calendars_of)
        self.records = Records(self.store, self.in_force, self.clock, FlowChanges(), b"secret")
        self.flow = Flow(self.store, self.in_force, self.clock, self.records)
        self.open()

    def open(self) -> None:
        """Builds what talks to the outside, as a new process does."""
        world = World(Environment(self.environment), b"secret", WAITS, sleep=self._sleep, rests_after=self.rests_after)
        bell: Callable[[], Bell] = Silent
        self.outside = Outside(self.store, self.in_force, self.clock, self.records, world, bell, self._note)
        self.workshop = Workshop(self.store, self.clock, self.outside.works, WAITS)

    def publish(self, **files: str) -> None:
        """Puts changed declarations in force."""
        self.files = {**self.files, **{f"automations/{name}.yaml": text for name, text in files.items()}}
        base = self.in_force.current.number
        publish(self.store, self.files, self._manifest(), by="甲", message="", base=base, now=self.clock.now())
        self.in_force.renew()
        self.open()

    def job(self, number: str, *waybills: str) -> None:
        """A job that is paid, with packets."""
        self.records.create(SYSTEM, "jobs", {"job_no": number})
        self.flow.claim(SYSTEM, "jobs", number, Word("paid", NOW, "shop"))
        for waybill in waybills:
            self.records.create(SYSTEM, "packets", {"waybill_no": waybill, "carrier": "YTO", "job": number})

    def call(self, operation: str, connector: str = "swift", **values: object) -> str:
        """The id of a new call."""
        row = {
            "id": new_id(), "connector": connector, "operation": operation, "values": values, "state": "waiting",
            "at": self.clock.now(), "due_at": self.clock.now(),
        }  # fmt: skip
        self.store.write(lambda connection: connection.execute(insert(system.call), row).close())
        return str(row["id"])

    def work(self, **by: float) -> None:
        """Lets time pass, then does everything that is due."""
        self.clock.advance(timedelta(**by))
        self.outside.look(self.clock.now())
        self.workshop.drain()

    def rows(self, table: Table, **where: object) -> list[Any]:
        """Rows of a system table."""
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with self.store.read() as connection:
            return list(connection.execute(query))

    def node(self, job: str, node: str) -> dict[str, Any]:
        """How a node of a job stands."""
        nodes: Any = self.flow.timeline(SYSTEM, "jobs", job)["nodes"]
        return dict(next(each for each in nodes if each["id"] == node))

    def _note(self, connection: object, actor: Actor, action: str, **about: Any) -> None:
        self.audit.append(action)

    def _sleep(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def _manifest(self) -> Manifest:
        manifest = load(self.files)
        assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
        return manifest


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that says that everything is fine."""
    with running_vendor() as vendor:
        vendor.answers = lambda heard: (200, {"Success": True, "LogisticCode": "YT1"})
        yield vendor


@pytest.fixture
def open_office(store: Store) -> Callable[..., Office]:
    """Opens the office with these variables in its environment, and more declarations."""

    def office(environment: dict[str, str], **more: str) -> Office:
        files = {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
        connectors = {f"automations/connectors/{name}.yaml": text for name, text in more.items()}
        swift = files.pop("tables/swift.yaml")
        for name in more:
            files["tables/workspace.yaml"] = re.sub(rf", {name}: \w+", "", files["tables/workspace.yaml"])
        return Office(store, environment, {**files, "automations/connectors/swift.yaml": swift, **connectors})

    return office


@pytest.fixture
def office(open_office: Callable[..., Office], vendor: Vendor) -> Office:
    """The office, connected to a carrier."""
    return open_office({"SWIFT_URL": vendor.url, "SWIFT_ID": "1234567", "SWIFT_KEY": "the key"})

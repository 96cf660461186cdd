"""A clinic's referrals, published in a store, and the door to its records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailuo.base.clock import SetClock
from mailuo.base.problems import Refusal
from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.change import Births, Change, NoFlow, Unfollowed
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.query import Query
from mailuo.records.running import Running
from mailuo.storage.engine import Store
from mailuo.storage.files import Files
from mailuo.storage.folder import Folder
from mailuo.storage.publishing import publish

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
FOLDER = Path(__file__).parent / "clinic"
PATIENT = {"patient_no": "P1", "name": "张三", "phone": "13812345678", "city": "杭州"}
VISIT = {"clinic": "N", "seen_at": "2026-01-15T09:00+08:00"}


@dataclass
class Clinic:
    """The door, and what people say at it."""

    store: Store
    records: Records
    clock: SetClock
    changes: list[Change] = field(default_factory=list)

    def patient(self, **values: object) -> Mapping[str, object]:
        """A new patient."""
        return self.records.create(SYSTEM, "patients", PATIENT | values)

    def visit(self, actor: Actor = SYSTEM, **values: object) -> Mapping[str, object]:
        """A new referral at the north clinic, unless something else is said."""
        return self.records.create(actor, "referrals", VISIT | values)

    def numbers(self, actor: Actor = SYSTEM, **query: object) -> list[str]:
        """The numbers of the referrals that answer a query."""
        return [record.key for record in self.records.page(actor, "referrals", Query(**query)).records]  # type: ignore[arg-type]


class Watching(NoFlow):
    """A floor of flows that only notes what it is told."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def births(self, connection: object, running: Running, changes: Sequence[Change]) -> Births:
        """Notes the births."""
        self.changes += changes
        return Unfollowed()

    def records_changed(self, connection: object, running: Running, changes: Sequence[Change]) -> None:
        """Notes the changes."""
        self.changes += changes


@pytest.fixture
def clinic(store: Store) -> Clinic:
    """The clinic's workspace, published and empty."""
    files = {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
    manifest = load(files)
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    clock, flow = SetClock(NOW), Watching()
    publish(store, files, manifest, by="甲", message="", base=None, now=NOW)
    in_force = InForce(store, lambda manifest: {})
    return Clinic(store, Records(store, in_force, clock, flow, b"secret"), clock, flow.changes)


@pytest.fixture
def files(clinic: Clinic, tmp_path: Path) -> Files:
    """The folder of files beside the store."""
    return Files(clinic.store, Folder(tmp_path / "files"))


def person(name: str, *roles: str) -> Actor:
    """Somebody with these roles."""
    return Actor(f"id-of-{name}", name, roles)


def wrong(refusal: pytest.ExceptionInfo[Refusal]) -> list[tuple[str | None, str]]:
    """The (field, code) of everything that was refused."""
    return [(problem.field, problem.code) for problem in refusal.value.problems]

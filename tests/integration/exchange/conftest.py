"""A clinic whose people drop files in and take them out, on either store."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mailuo.base.clock import SetClock
from mailuo.exchange import REJECTS_ENDING, ClaimsImport, Exports, Imported, Imports, Progress, Wish
from mailuo.flow.changes import FlowChanges
from mailuo.flow.door import Flow
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.query import Query
from mailuo.storage.engine import Store
from mailuo.storage.publishing import publish

NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)  # 09:00 in Shanghai
CLINIC = Path(__file__).parents[1] / "records" / "clinic"
LABORATORY = Path(__file__).parents[1] / "flow" / "laboratory"


@dataclass
class House:
    """The doors, and what is dropped at them."""

    store: Store
    in_force: InForce
    records: Records
    flow: Flow
    imports: Imports
    claims: ClaimsImport
    exports: Exports
    clock: SetClock
    folder: Path
    steps: list[Progress] = field(default_factory=list)

    def file(self, content: str | bytes, name: str = "file.csv") -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def drop(
        self, table: str, content: str | bytes, name: str = "file.csv", by: Actor = SYSTEM, **wish: Any
    ) -> Imported:
        """What becomes of a file with this content."""
        path = self.file(content, name)
        wish.setdefault("rejects", path.with_name(name + REJECTS_ENDING))
        return self.imports.run(by, table, path, Wish(**wish), self.steps.append)

    def say(self, content: str, name: str = "claims.csv", by: Actor = SYSTEM, **wish: Any) -> Imported:
        """What becomes of a file of claims."""
        path = self.file(content, name)
        wish.setdefault("rejects", path.with_name(name + REJECTS_ENDING))
        return self.claims.run(by, path, Wish(**wish), self.steps.append)

    def rows(self, table: str, *fields: str) -> list[tuple[object, ...]]:
        """These members of all records, in the order of the first."""
        found = [record.json() for record in self.records.stream(SYSTEM, table, Query(sort=fields[0]))]
        return [tuple(row[name] for name in fields) for row in found]

    def taken_out(self, table: str, format_: str = "csv", by: Actor = SYSTEM, **query: Any) -> bytes:
        """The whole file of an export."""
        return b"".join(self.exports.stream(by, table, Query(**query), format_))

    def returned(self, name: str = "file.csv") -> list[Mapping[str, str]]:
        """The rows of a rejects file."""
        text = (self.folder / (name + REJECTS_ENDING)).read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))


def house(store: Store, folder: Path, tmp_path: Path) -> House:
    """The doors to a store with the workspace of a folder in force."""
    files = {f"tables/{path.name}": path.read_text("utf-8") for path in sorted(folder.glob("*.yaml"))}
    manifest = load(files)
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    clock = SetClock(NOW)
    publish(store, files, manifest, by="甲", message="", base=None, now=NOW)
    in_force = InForce(store, calendars_of)
    records = Records(store, in_force, clock, FlowChanges(), b"secret")
    imports, claims = Imports(store, in_force, records, clock), ClaimsImport(store, in_force, clock)
    return House(
        store,
        in_force,
        records,
        Flow(store, in_force, clock, records),
        imports,
        claims,
        Exports(records),
        clock,
        tmp_path,
    )


@pytest.fixture
def clinic(store: Store, tmp_path: Path) -> House:
    """The clinic, empty."""
    return house(store, CLINIC, tmp_path)


@pytest.fixture
def laboratory(store: Store, tmp_path: Path) -> House:
    """The laboratory, empty."""
    return house(store, LABORATORY, tmp_path)


def person(*roles: str, rights: Sequence[str] = ("import", "export")) -> Actor:
    """Somebody with these roles, who may import and export."""
    return Actor(f"id-of-{roles[0]}", roles[0], roles, rights=frozenset(rights))


def told(outcome: Imported) -> list[tuple[int, str, str]]:
    """The (row, column, code) of everything that was wrong."""
    return [(reject.row, reject.column, reject.problem.code) for reject in outcome.rejects]

"""A workspace of one small table in a store: publishing it, filling it, reading it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from mailuo.metadata import load
from mailuo.metadata.model import Manifest
from mailuo.storage import revisions
from mailuo.storage.declared import DeclaredTable, physical
from mailuo.storage.engine import Store
from mailuo.storage.publishing import publish
from mailuo.storage.revisions import Revision

NOW = datetime(2026, 1, 15, tzinfo=UTC)
STAMP = {"created_at": NOW, "created_by": "甲", "updated_at": NOW, "updated_by": "甲"}


class Workspace:
    """A store seen through the declarations that serve in it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def publish(self, *texts: str, now: datetime = NOW, **options: int | None) -> Revision:
        """Publishes these files on top of what is running, or of the `base` given."""
        files = {f"tables/t{number}.yaml": text for number, text in enumerate(texts)}
        base = options.get("base", self.running)
        return publish(self.store, files, _read(files), by="甲", message="", base=base, now=now)

    @property
    def running(self) -> int | None:
        """The number of the revision that is serving."""
        running = revisions.running(self.store)
        return running.number if running else None

    def table(self, name: str) -> DeclaredTable:
        """A table of the revision that is serving."""
        files = revisions.files_of(self.store, self.running or 0)
        with self.store.read() as connection:
            return physical(_read(files), revisions.identities(connection))[name]

    def add(self, name: str, *rows: Mapping[str, object], **system: object) -> None:
        """Adds records r0, r1, … with these values by declared field, and these system values."""
        table = self.table(name)
        physical_rows = [
            {"id": f"r{number}", **STAMP, **system, **{table.fields[field].name: value for field, value in row.items()}}
            for number, row in enumerate(rows)
        ]
        self.store.write(lambda connection: connection.execute(insert(table.table), physical_rows))

    def values(self, name: str, *columns: str) -> list[tuple[object, ...]]:
        """The values of these fields or system columns of every record, in order of id."""
        table = self.table(name)
        wanted = [table.fields[column] if column in table.fields else table.table.c[column] for column in columns]
        with self.store.read() as connection:
            return [tuple(row) for row in connection.execute(select(*wanted).order_by(table.id))]


def _read(files: Mapping[str, str]) -> Manifest:
    manifest = load(files)
    assert isinstance(manifest, Manifest), [problem.line("en") for problem in manifest]
    return manifest


@pytest.fixture
def workspace(store: Store) -> Workspace:
    """An empty store, to publish in."""
    return Workspace(store)


@pytest.fixture
def open_workspace() -> Callable[[str, Path], AbstractContextManager[Workspace]]:
    """Opens a database, as a process does that starts, and closes it as if it had died."""

    @contextmanager
    def run(url: str, home: Path) -> Iterator[Workspace]:
        store = Store.open(url, home)
        yield Workspace(store)
        store.close()

    return run

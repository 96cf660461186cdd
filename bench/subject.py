"""The subject: the product's doors on one database, opened as a server opens them but without HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mailuo.analytics import Analytics
from mailuo.base.clock import Clock, SystemClock
from mailuo.exchange import ClaimsImport, Imports
from mailuo.flow.changes import FlowChanges
from mailuo.flow.door import Flow
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import load, read_folder
from mailuo.metadata.model import Manifest
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.storage.engine import Store
from mailuo.storage.publishing import publish
from mailuo.storage.revisions import running


@dataclass(frozen=True)
class Subject:
    """A store with a workspace in force."""

    store: Store
    in_force: InForce
    records: Records
    flow: Flow
    imports: Imports
    claims: ClaimsImport
    analytics: Analytics


@contextmanager
def opened(url: str, home: Path, workspace: Path, clock: Clock | None = None) -> Iterator[Subject]:
    """The doors to a store, with the workspace of a folder published in it if nothing is."""
    clock = clock or SystemClock()
    store = Store.open(url, home, serving=True)
    try:
        if running(store) is None:
            _publish(store, workspace)
        in_force = InForce(store, calendars_of)
        records = Records(store, in_force, clock, FlowChanges(), b"bench")
        flow = Flow(store, in_force, clock, records)
        imports, claims = Imports(store, in_force, records, clock), ClaimsImport(store, in_force, clock)
        yield Subject(store, in_force, records, flow, imports, claims, Analytics(store, in_force, clock))
    finally:
        store.close()


def _publish(store: Store, workspace: Path) -> None:
    files = read_folder(workspace)
    manifest = load(files)
    if not isinstance(manifest, Manifest):
        raise TypeError("\n".join(problem.line("en") for problem in manifest))
    publish(store, files, manifest, by="bench", message="", base=None, now=datetime.now(UTC))

"""Publishing: from the running revision to the next, so that a crash at any statement leaves one of the two.

A publication is begun (a revision `preparing`, its new identities), worked off step by step, each in a transaction that
also notes how far it got, and put in force by one flip. What was interrupted is completed by `resume`; what the database
does not take is put aside (`refused`), so that it stands in nobody's way.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable, DropIndex, DropTable

from mailuo.base.logs import fault
from mailuo.base.problems import Refusal
from mailuo.metadata import load_published
from mailuo.metadata.compare import compare
from mailuo.metadata.model import Manifest
from mailuo.storage import altering, revisions, system
from mailuo.storage.engine import BeingPublished, Store
from mailuo.storage.faults import is_duplicate, is_retryable
from mailuo.storage.filling import fill_batch, fill_rest
from mailuo.storage.identities import Identities
from mailuo.storage.messages import DUPLICATES, NOT_TAKEN, OTHER_BASE
from mailuo.storage.migration import (
    AddColumn,
    AddIndex,
    AddTable,
    Fill,
    Migration,
    Step,
    plan,
)
from mailuo.storage.renames import rename
from mailuo.storage.revisions import FLIPPING, Revision

_LOG = logging.getLogger("mailuo.publishing")
_REVISION = system.revision
_IDENTITY = system.identity


class PutAside(Refusal):
    """The database did not take a publication: nothing of it is left, and the running revision goes on."""


@dataclass(frozen=True)
class _Publication:
    """A publication under way."""

    number: int
    manifest: Manifest
    migration: Migration

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's zone."""
        return ZoneInfo(self.manifest.workspace.timezone)


def publish(
    store: Store,
    files: Mapping[str, str],
    manifest: Manifest,
    *,
    by: str,
    message: str,
    base: int | None,
    now: datetime,
    returns_to: int | None = None,
) -> Revision:
    """The new revision, in force. Refuses when `base` is not the running one, and what could lose data silently."""
    with store.publishing():
        _complete(store)
        old = _manifest_of(store, base)
        if returns_to is None:
            _check(old, manifest)
        values = {"files": dict(files), "by": by, "message": message, "base": base, "at": now, "returns_to": returns_to}
        _work_off(store, store.write(partial(_begin, manifest=manifest, old=old, values=values)))
    running = revisions.running(store)
    assert running is not None
    return running


def rollback(store: Store, number: int, *, by: str, message: str, now: datetime) -> Revision:
    """A new revision with the files of an earlier one; what it declares comes back from the trash with its data."""
    files = revisions.files_of(store, number)
    running = revisions.running(store)
    manifest = _loaded(files)
    base = running.number if running else None
    return publish(store, files, manifest, by=by, message=message, base=base, now=now, returns_to=number)


def resume(store: Store) -> None:
    """Completes a publication that a crash interrupted, or puts it aside if the database does not take it.

    Does nothing while somebody is publishing.
    """
    with store.read() as connection:
        interrupted = connection.scalar(select(_REVISION.c.number).where(_REVISION.c.state == "preparing"))
    if interrupted is not None:
        with suppress(BeingPublished), store.publishing():
            _complete(store)


def _complete(store: Store) -> None:
    with store.read() as connection:
        row = connection.execute(select(_REVISION).where(_REVISION.c.state == "preparing")).first()
        before = revisions.identities(connection)
        then = revisions.names_of(connection, row.returns_to if row else None)
    if row is None:
        return
    manifest = _loaded(row.files)
    migration = plan(before, _manifest_of(store, row.base), manifest, row.at, then)
    if isinstance(migration, Migration):
        try:
            _work_off(store, _Publication(row.number, manifest, migration))
        except PutAside as reason:
            _LOG.warning("revision %s was put aside: %s", row.number, reason)


def _check(old: Manifest | None, new: Manifest) -> None:
    refused = [change.sentence for change in compare(old, new) if change.risk == "refused"]
    if refused:
        raise Refusal(*refused)


def _loaded(files: Mapping[str, str]) -> Manifest:
    manifest = load_published(files)
    if isinstance(manifest, Manifest):
        return manifest
    raise Refusal(*manifest)


def _manifest_of(store: Store, number: int | None) -> Manifest | None:
    return None if number is None else _loaded(revisions.files_of(store, number))


def _begin(
    connection: Connection, *, manifest: Manifest, old: Manifest | None, values: Mapping[str, Any]
) -> _Publication:
    serving = revisions.running_number(connection)
    if serving != values["base"]:
        raise Refusal(OTHER_BASE(base=values["base"] or "–", running=serving or "–"))
    before = revisions.identities(connection)
    then = revisions.names_of(connection, values["returns_to"])
    migration = plan(before, old, manifest, values["at"], then)
    if not isinstance(migration, Migration):
        raise Refusal(*migration)
    number = (connection.scalar(select(func.max(_REVISION.c.number))) or 0) + 1
    connection.execute(insert(_REVISION).values(number=number, state="preparing", **values))
    _keep_new(connection, before, migration.after)
    return _Publication(number, manifest, migration)


def _keep_new(connection: Connection, before: Identities, after: Identities) -> None:
    known = {row.number for row in before.rows}
    added = [asdict(row) | {"state": "new"} for row in after.rows if row.number not in known]
    if added:
        connection.execute(insert(_IDENTITY), added)


def _work_off(store: Store, publication: _Publication) -> None:
    with store.read() as connection:
        done = connection.scalar(select(_REVISION.c.steps).where(_REVISION.c.number == publication.number))
    for position, step in list(enumerate(publication.migration.steps))[done:]:
        with _taken_back(store, publication, position, step):
            while not store.write(partial(_advance, publication=publication, position=position, step=step)):
                continue
    with _taken_back(store, publication, len(publication.migration.steps)):
        store.write(partial(_flip, publication=publication))


@contextmanager
def _taken_back(store: Store, publication: _Publication, reached: int, step: Step | None = None) -> Iterator[None]:
    """Raises PutAside where the database does not take what is done, once that much of the publication is taken back."""
    try:
        yield
    except DBAPIError as error:
        if is_retryable(error):
            raise
        store.write(partial(_abandon, publication=publication, reached=reached))
        if step is not None and is_duplicate(error):
            raise PutAside(DUPLICATES(path=step.path if isinstance(step, AddIndex) else "")) from error
        raise PutAside(NOT_TAKEN(trace=fault(_LOG, f"revision {publication.number}", error))) from error


def _advance(connection: Connection, *, publication: _Publication, position: int, step: Step) -> bool:
    """Does a step, or the next batch of it, and notes it; whether the step is done."""
    mine = _REVISION.c.number == publication.number
    cursor = None
    if isinstance(step, Fill):
        after = connection.scalar(select(_REVISION.c.cursor).where(mine)) or ""
        cursor = fill_batch(connection, step, after, publication.zone)
    else:
        _make(connection, step)
    done = position + (cursor is None)
    connection.execute(update(_REVISION).where(mine).values(steps=done, cursor=cursor))
    return cursor is None


def _make(connection: Connection, step: AddTable | AddColumn | AddIndex) -> None:
    match step:
        case AddTable(table):
            connection.execute(CreateTable(table))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                connection.execute(CreateIndex(index))
        case AddColumn(table, column):
            connection.execute(altering.AddColumn(table.name, column))
        case AddIndex(index):
            connection.execute(CreateIndex(index, if_not_exists=True))


def _unmake(connection: Connection, step: Step) -> None:
    match step:
        case AddTable(table):
            connection.execute(DropTable(table))
        case AddColumn(table, column):
            connection.execute(altering.DropColumn(table.name, column))
        case AddIndex(index):
            connection.execute(DropIndex(index, if_exists=True))


def _abandon(connection: Connection, *, publication: _Publication, reached: int) -> None:
    """Takes back what was made; filled values stay, they were blank before."""
    for step in reversed(publication.migration.steps[:reached]):
        _unmake(connection, step)
    connection.execute(delete(_IDENTITY).where(_IDENTITY.c.state == "new", _IDENTITY.c.kind != "table"))
    connection.execute(delete(_IDENTITY).where(_IDENTITY.c.state == "new"))
    mine = _REVISION.c.number == publication.number
    connection.execute(update(_REVISION).where(mine).values(state="refused"))


def _flip(connection: Connection, *, publication: _Publication) -> None:
    """Puts the publication in force: everything that the old revision would notice, in one transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(FLIPPING)))
    migration = publication.migration
    for fill in migration.fills:
        fill_rest(connection, fill, publication.zone)
    for change in migration.renames:
        rename(connection, change, migration.tables)
    for index in migration.obsolete:
        connection.execute(DropIndex(index, if_exists=True))
    _put_in_force(connection, migration.after)
    serving = _REVISION.c.state == "serving"
    connection.execute(update(_REVISION).where(serving).values(state="former"))
    mine = _REVISION.c.number == publication.number
    names = [[number, *path] for path, number in migration.after.names().items()]
    connection.execute(update(_REVISION).where(mine).values(state="serving", names=names))


def _put_in_force(connection: Connection, after: Identities) -> None:
    known = {row.number: row for row in revisions.identities(connection).rows}
    changed = [
        {"id": row.number, "to_name": row.name, "to_form": row.form, "to_state": row.state, "to_since": row.since}
        for row in after.rows
        if known.get(row.number) != row
    ]
    if changed:
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in ("name", "form", "state", "since")}
        connection.execute(update(_IDENTITY).where(_IDENTITY.c.number == bindparam("id")).values(**values), changed)

"""Backups: the whole system in one file, and its return into an empty home.

A backup is a zip of what the database holds at one moment, of the same kind of database, and of the files that it knows;
wherever their bytes lie, they come back to where they are to lie then.
"""

import json
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import LiteralString
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from psycopg import Cursor, sql
from sqlalchemy import Connection, Table, delete, func, make_url, select, text
from sqlalchemy.schema import CreateIndex, CreateTable

from mailuo.base.problems import Refusal
from mailuo.metadata import load_published
from mailuo.metadata.model import Manifest
from mailuo.storage import files, revisions, system
from mailuo.storage.declared import physical, whole
from mailuo.storage.depot import Depot
from mailuo.storage.engine import Store
from mailuo.storage.messages import BAD_BACKUP, NOT_EMPTY, OTHER_DATABASE

_ABOUT = "about.json"
_DATABASE = "mailuo.db"
_FILE = re.compile(r"files/[0-9a-f]{2}/([0-9a-f]{32})")
_SERIAL = {table.name for table in system.metadata.tables.values() if any(c.identity for c in table.columns)}
_CHUNK = 1024 * 1024
_SECONDS = 24 * 3600.0


def save(store: Store, depot: Depot, target: Path) -> None:
    """Writes a backup of the store and of its files; the target is whole or not there, and its owner's alone."""
    half = target.with_name(f"{target.name}.part")
    half.touch(0o600)
    with ZipFile(half, "w", ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, json.dumps({"dialect": store.dialect, "schema": system.SCHEMA_VERSION}))
        if store.dialect == "sqlite":
            _save_sqlite(store, archive, half.with_suffix(".db"))
        else:
            _save_postgres(store, archive)
        _save_files(store, archive, depot)
    half.replace(target)


def restore(url: str, home: Path, depot: Depot, source: Path) -> None:
    """Brings a backup into an empty home and database; refuses where there is something already, and no place for files."""
    if wrong := depot.trouble():
        raise Refusal(wrong)
    try:
        with ZipFile(source) as archive:
            dialect = json.loads(archive.read(_ABOUT))["dialect"]
            if dialect != make_url(url).get_backend_name():
                raise Refusal(OTHER_DATABASE(found=dialect))
            if dialect == "sqlite":
                _restore_sqlite(url, home, archive)
            else:
                _restore_postgres(url, home, archive)
            _restore_files(archive, depot)
    except (BadZipFile, KeyError, ValueError):
        raise Refusal(BAD_BACKUP(file=source.name)) from None


def _save_sqlite(store: Store, archive: ZipFile, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    try:
        with store.read(_SECONDS) as connection:
            connection.execute(text("VACUUM INTO :copy"), {"copy": str(copy)})
        archive.write(copy, _DATABASE)
    finally:
        copy.unlink(missing_ok=True)


def _restore_sqlite(url: str, home: Path, archive: ZipFile) -> None:
    database = Path(make_url(url).database or "")
    if database.exists():
        raise Refusal(NOT_EMPTY())
    home.mkdir(0o700, parents=True, exist_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    half = database.with_name(f"{database.name}.part")
    _extract(archive, _DATABASE, half)
    half.replace(database)


def _save_postgres(store: Store, archive: ZipFile) -> None:
    """Copies table after table as they are at one moment."""
    with store.read(_SECONDS) as connection:
        connection.execute(text("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        try:
            for table in (*system.metadata.sorted_tables, *whole(revisions.identities(connection))):
                with archive.open(f"tables/{table.name}", "w", force_zip64=True) as target:
                    for chunk in _copied(connection, table):
                        target.write(chunk)
        finally:
            connection.execute(text("COMMIT"))


def _copied(connection: Connection, table: Table) -> Iterator[bytes]:
    cursor = connection.connection.cursor()
    assert isinstance(cursor, Cursor)
    with cursor, cursor.copy(_copy("COPY {} ({}) TO STDOUT", table)) as copy:
        yield from map(bytes, copy)


def _copy(statement: LiteralString, table: Table, many: int | None = None) -> sql.Composed:
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in list(table.columns)[:many])
    return sql.SQL(statement).format(sql.Identifier(table.name), columns)


def _restore_postgres(url: str, home: Path, archive: ZipFile) -> None:
    store = Store.open(url, home)
    try:
        store.write(lambda connection: _fill(connection, archive))
    finally:
        store.close()


def _fill(connection: Connection, archive: ZipFile) -> None:
    if connection.scalar(select(func.count()).select_from(system.revision)):
        raise Refusal(NOT_EMPTY())
    connection.execute(delete(system.fact))
    for table in system.metadata.sorted_tables:
        _fill_table(connection, table, archive)
    identities = revisions.identities(connection)
    for table in whole(identities):
        connection.execute(CreateTable(table))
        _fill_table(connection, table, archive)
    serving = system.revision.c.state == "serving"
    manifest = load_published(connection.scalar(select(system.revision.c.files).where(serving)) or {})
    assert isinstance(manifest, Manifest)
    for declared in physical(manifest, identities).values():
        for index in declared.table.indexes:
            connection.execute(CreateIndex(index))


def _fill_table(connection: Connection, table: Table, archive: ZipFile) -> None:
    """Brings the rows of a table back; columns that came after the backup, which are the last ones, stay blank."""
    cursor = connection.connection.cursor()
    assert isinstance(cursor, Cursor)
    with cursor, archive.open(f"tables/{table.name}") as source:
        first = source.readline()
        with cursor.copy(_copy("COPY {} ({}) FROM STDIN", table, first.count(b"\t") + 1)) as copy:
            copy.write(first)
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
    if table.name in _SERIAL:
        last = select(func.max(table.c.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))


def _save_files(store: Store, archive: ZipFile, depot: Depot) -> None:
    """Copies the bytes as they are, for most are packed already; those that a sweep has removed meanwhile are let out."""
    with store.read(_SECONDS) as connection:
        found = files.keys(connection)
    for key in found:
        try:
            source = depot.open(key)
        except FileNotFoundError:
            continue
        with source, archive.open(ZipInfo(f"files/{key[:2]}/{key}"), "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, _CHUNK)


def _restore_files(archive: ZipFile, depot: Depot) -> None:
    for name in archive.namelist():
        if match := _FILE.fullmatch(name):
            with archive.open(name) as source:
                depot.put(match[1], iter(partial(source.read, _CHUNK), b""))


def _extract(archive: ZipFile, name: str, target: Path) -> None:
    with archive.open(name) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, _CHUNK)

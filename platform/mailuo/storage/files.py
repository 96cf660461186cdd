"""Files: the bytes in a folder under random names, and what is known of them in rows.

The name that a user gave is only ever data. A file belongs to nobody until a record or a claim holds it; one that
nobody holds is removed after a day.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from sqlalchemy import Connection, delete, insert, select, update

from mailuo.base.ids import new_id
from mailuo.storage.engine import Store
from mailuo.storage.kinds import HEAD_BYTES, kind_of
from mailuo.storage.system import file, file_use

UNATTACHED_FOR = timedelta(hours=24)
_CHUNK = 256 * 1024


class TooLarge(Exception):
    """More bytes came than are allowed; none are kept."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file; `type` follows from its content."""

    id: str
    name: str
    size: int
    sha256: str
    type: str
    key: str
    uploaded_by: str
    uploaded_at: datetime
    attached: bool = False


class Files:
    """The folder of files beside a store."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def add(self, name: str, content: BinaryIO, *, by: str, now: datetime, most: int) -> StoredFile:
        """Keeps a file that nobody holds yet; raises TooLarge beyond `most` bytes."""
        key = token_hex(16)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size, head = _write(content, path, most)
        stored = StoredFile(new_id(), name, size, digest, kind_of(head, name), key, by, now)
        self._store.write(partial(_insert, stored=stored))
        return stored

    def open(self, stored: StoredFile) -> BinaryIO:
        """The bytes of a file, to be closed by the caller."""
        return self._path(stored.key).open("rb")

    def path(self, stored: StoredFile) -> Path:
        """Where the bytes of a file lie."""
        return self._path(stored.key)

    def sweep(self, now: datetime) -> int:
        """Removes what nobody held for a day; how many files went."""
        keys = self._store.write(partial(_forget, before=now - UNATTACHED_FOR))
        for key in keys:
            self._path(key).unlink(missing_ok=True)
        return len(keys)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key


def find(connection: Connection, ids: Iterable[str]) -> Mapping[str, StoredFile]:
    """What is known of these files, by id; unknown ones are missing."""
    rows = connection.execute(select(file).where(file.c.id.in_(list(ids))))
    return {row.id: StoredFile(*row) for row in rows}


def attach(connection: Connection, file_id: str, table: str, record: str, place: str) -> None:
    """Notes that a place of a record (`field:ID`, `claim:ID`, `dispute:ID`) holds a file."""
    found = (file_use.c.file == file_id) & (file_use.c.record == record) & (file_use.c.place == place)
    if connection.scalar(select(file_use.c.file).where(found)) is None:
        connection.execute(insert(file_use).values(file=file_id, table=table, record=record, place=place))
        connection.execute(update(file).where(file.c.id == file_id).values(attached=True))


def detach(connection: Connection, file_id: str, record: str, place: str) -> None:
    """Notes that a place of a record no longer holds a file; the file stays for the history's sake."""
    found = (file_use.c.file == file_id) & (file_use.c.record == record) & (file_use.c.place == place)
    connection.execute(delete(file_use).where(found))


def uses(connection: Connection, file_id: str) -> tuple[tuple[str, str, str], ...]:
    """Where a file hangs: (table, record, place)."""
    query = select(file_use.c.table, file_use.c.record, file_use.c.place).where(file_use.c.file == file_id)
    return tuple((row.table, row.record, row.place) for row in connection.execute(query))


def _insert(connection: Connection, stored: StoredFile) -> None:
    values = {name: getattr(stored, name) for name in StoredFile.__slots__}
    connection.execute(insert(file).values(values))


def _forget(connection: Connection, before: datetime) -> list[str]:
    alone = (file.c.attached.is_(False)) & (file.c.uploaded_at < before)
    return list(connection.scalars(delete(file).where(alone).returning(file.c.key)))


def _write(content: BinaryIO, path: Path, most: int) -> tuple[str, int, bytes]:
    """Writes the content where it is durable; its digest, its size and how it begins."""
    digest, size, head = hashlib.sha256(), 0, b""
    half = path.with_suffix(".part")
    try:
        with half.open("xb") as target:
            while chunk := content.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooLarge
                head = head or chunk[:HEAD_BYTES]
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    return digest.hexdigest(), size, head

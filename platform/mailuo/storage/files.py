"""Files: the bytes in a depot under random names, and what is known of them in rows.

The name that a user gave is only ever data. A file belongs to nobody until a record or a claim holds it; one that
nobody holds is removed after a day.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from sqlalchemy import Connection, delete, insert, or_, select, update

from mailuo.base.ids import new_id
from mailuo.storage.depot import Depot
from mailuo.storage.engine import Store
from mailuo.storage.kinds import HEAD_BYTES, kind_of
from mailuo.storage.system import file, file_use

UNATTACHED_FOR = timedelta(hours=24)
_CHUNK = 256 * 1024
_PORTION = 500

_NOBODY = ""
"""Who brought a file that is on its way out."""


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
    """The files of a store, whose bytes lie in a depot."""

    def __init__(self, store: Store, depot: Depot) -> None:
        self._store = store
        self._depot = depot

    def add(self, name: str, content: BinaryIO, *, by: str, now: datetime, most: int) -> StoredFile:
        """Keeps a file that nobody holds yet; raises TooLarge beyond `most` bytes, and FilesAway."""
        key, measured = token_hex(16), _Measured(content, most)
        self._depot.put(key, measured)
        digest, size, kind = measured.digest.hexdigest(), measured.size, kind_of(measured.head, name)
        stored = StoredFile(new_id(), name, size, digest, kind, key, by, now)
        self._store.write(partial(_insert, stored=stored))
        return stored

    def open(self, stored: StoredFile, start: int = 0) -> BinaryIO:
        """The bytes of a file, standing at `start`, to be closed by the caller; raises FilesAway."""
        return self._depot.open(stored.key, start)

    def local(self, stored: StoredFile) -> AbstractContextManager[Path]:
        """A file of this machine that holds the bytes, while the block lasts; raises FilesAway."""
        return self._depot.local(stored.key)

    def sweep(self, now: datetime) -> int:
        """Removes what nobody held for a day; how many files went.

        First they are made nobody's, so that nothing takes hold of them any more; their rows go after their bytes, so that
        the next sweep takes up what this one could not end. Raises FilesAway.
        """
        keys, went = self._store.write(partial(_give_up, before=now - UNATTACHED_FOR)), 0
        for first in range(0, len(keys), _PORTION):
            portion = keys[first : first + _PORTION]
            for key in portion:
                self._depot.remove(key)
            went += self._store.write(partial(_forget, keys=portion))
        return went


class _Measured:
    """Content that is measured while it passes, once; raises TooLarge."""

    def __init__(self, content: BinaryIO, most: int) -> None:
        self._content, self._most = content, most
        self.digest, self.size, self.head = hashlib.sha256(), 0, b""

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._content.read(_CHUNK):
            self.size += len(chunk)
            if self.size > self._most:
                raise TooLarge
            self.head = self.head or chunk[:HEAD_BYTES]
            self.digest.update(chunk)
            yield chunk


def find(connection: Connection, ids: Iterable[str]) -> Mapping[str, StoredFile]:
    """What is known of these files, by id; unknown ones are missing, and those on their way out."""
    there = or_(file.c.attached, file.c.uploaded_by != _NOBODY)
    rows = connection.execute(select(file).where(file.c.id.in_(list(ids)), there))
    return {row.id: StoredFile(*row) for row in rows}


def keys(connection: Connection) -> list[str]:
    """Under which keys bytes lie in the depot."""
    return list(connection.scalars(select(file.c.key).order_by(file.c.key)))


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


def _give_up(connection: Connection, before: datetime) -> list[str]:
    alone = (file.c.attached.is_(False)) & (file.c.uploaded_at < before)
    nobodys = update(file).where(alone).values(uploaded_by=_NOBODY)
    return list(connection.scalars(nobodys.returning(file.c.key)))


def _forget(connection: Connection, keys: list[str]) -> int:
    gone = file.c.key.in_(keys) & file.c.attached.is_(False)
    return connection.execute(delete(file).where(gone)).rowcount

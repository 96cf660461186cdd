"""Uploads: files that people bring, kept under random names and known by their content."""

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from mailuo.app.messages import UPLOAD_NAME, UPLOAD_TOO_LARGE
from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.storage.engine import Store
from mailuo.storage.files import UNATTACHED_FOR, Files, StoredFile, TooLarge

MOST_BYTES = 200 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_LONGEST_NAME = 200


class Uploads:
    """The files of a store; who may see one is asked of the door to records."""

    def __init__(self, store: Store, folder: Path, records: Records, clock: Clock) -> None:
        self._files = Files(store, folder)
        self._records = records
        self._clock = clock

    def store(self, actor: Actor, stream: BinaryIO, name: str, *, most: int = MOST_BYTES) -> StoredFile:
        """The file, which nobody but its uploader sees until a record or a claim holds it; goes after a day if none does."""
        kept = _written(name)
        try:
            return self._files.add(kept, stream, by=actor.id, now=self._clock.now(), most=most)
        except TooLarge:
            raise Refusal(UPLOAD_TOO_LARGE(field="file", most=most // _MEGABYTE)) from None

    def find(self, actor: Actor, file_id: str) -> StoredFile:
        """What is known of a file that the actor may see; refuses another as unknown."""
        return self._records.file(actor, file_id)

    def open(self, stored: StoredFile) -> BinaryIO:
        """The bytes of a file, to be closed by the caller."""
        return self._files.open(stored)

    def path(self, stored: StoredFile) -> Path:
        """Where the bytes of a file lie."""
        return self._files.path(stored)

    def kept_until(self, stored: StoredFile) -> datetime | None:
        """When a file that nobody holds goes; None for one that is held."""
        return None if stored.attached else stored.uploaded_at + UNATTACHED_FOR

    def sweep(self) -> int:
        """How many files went that nobody held for a day."""
        return self._files.sweep(self._clock.now())


def _written(name: str) -> str:
    """The name as it is kept: the last part of a path, without what cannot be seen, bounded but with its ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(character for character in last if character.isprintable()).strip().strip(".")
    if not seen:
        raise Refusal(UPLOAD_NAME(field="file"))
    if len(seen) <= _LONGEST_NAME:
        return seen
    ending = Path(seen).suffix[:20]
    return seen[: _LONGEST_NAME - len(ending)] + ending

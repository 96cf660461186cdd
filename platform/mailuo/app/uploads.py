"""Uploads: files that people bring, kept under random names and known by their content."""

import unicodedata
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from mailuo.app.messages import UPLOAD_NAME, UPLOAD_TOO_LARGE
from mailuo.base.clock import Clock
from mailuo.base.problems import Problem, Refusal
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.storage.depot import Depot
from mailuo.storage.engine import Store
from mailuo.storage.files import UNATTACHED_FOR, Files, StoredFile, TooLarge

MOST_BYTES = 200 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_LONGEST_NAME = 200


class Uploads:
    """The files of a store; who may see one is asked of the door to records."""

    def __init__(self, store: Store, depot: Depot, records: Records, clock: Clock) -> None:
        self._depot = depot
        self._files = Files(store, depot)
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

    def open(self, stored: StoredFile, start: int = 0) -> BinaryIO:
        """The bytes of a file, standing at `start`, to be closed by the caller."""
        return self._files.open(stored, start)

    def local(self, stored: StoredFile) -> AbstractContextManager[Path]:
        """A file of this machine that holds the bytes, while the block lasts."""
        return self._files.local(stored)

    def require(self) -> None:
        """Refuses when files cannot be kept; tries it out."""
        if wrong := self.trouble():
            raise Refusal(wrong)

    def trouble(self) -> Problem | None:
        """Why files cannot be kept; tries it out."""
        return self._depot.trouble()

    def answers(self) -> bool:
        """Whether files can be kept, as far as a quick look tells."""
        return self._depot.answers()

    def close(self) -> None:
        """Lets go of where the bytes lie."""
        self._depot.close()

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

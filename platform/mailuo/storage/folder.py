"""The folder of files: a depot on a file system, which the processes of a deployment share."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mailuo.base.problems import Problem
from mailuo.storage.messages import FOLDER_AWAY


class Folder:
    """A folder in which each key is a file below its first two letters."""

    def __init__(self, path: Path) -> None:
        self._folder = path

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Writes the bytes where they are durable, under their name once they are whole."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        try:
            with half.open("xb") as target:
                target.writelines(chunks)
                target.flush()
                os.fsync(target.fileno())
            half.rename(path)
        finally:
            half.unlink(missing_ok=True)

    def open(self, key: str, start: int = 0) -> BinaryIO:
        """The file, standing at `start`."""
        found = self._path(key).open("rb")
        found.seek(start)
        return found

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """The file itself."""
        yield self._path(key)

    def remove(self, key: str) -> None:
        """Removes the file."""
        self._path(key).unlink(missing_ok=True)

    def trouble(self) -> Problem | None:
        """Whether something else than a folder stands in the way."""
        return None if self.answers() else FOLDER_AWAY(folder=self._folder)

    def answers(self) -> bool:
        """Whether the folder is there, or can be made."""
        folder = self._folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return folder.is_dir()

    def close(self) -> None:
        """Nothing: a folder is not connected to."""

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key

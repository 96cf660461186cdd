"""Locks between processes on one home: the operating system frees them when their holder dies."""

import fcntl
import os
from pathlib import Path


class HomeLock:
    """A lock file below the home; held until `free`, or until the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        """Whether this process now holds the lock; never waits."""
        self._path.parent.mkdir(0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def free(self) -> None:
        """Lets others take the lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

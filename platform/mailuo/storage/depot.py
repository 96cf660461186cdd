"""Depots: where the bytes of files lie, by key. One folder, or one bucket of an S3 service."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from mailuo.base.problems import Problem
from mailuo.base.s3_address import S3Address
from mailuo.storage.folder import Folder

_BUCKETS = "mailuo.storage.bucket"
"""Loaded where a bucket is named: its library is not needed otherwise."""


class Depot(Protocol):
    """Keeps bytes by key. Whatever asks it raises FilesAway while it cannot be reached."""

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keeps the bytes: all of them, or none when they break off with an exception."""
        ...

    def open(self, key: str, start: int = 0) -> BinaryIO:
        """The bytes, standing at `start` and seekable, to be closed by the caller; raises FileNotFoundError."""
        ...

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A file of this machine that holds the bytes, while the block lasts; it is only read."""
        ...

    def remove(self, key: str) -> None:
        """Forgets the bytes, if they are there."""
        ...

    def trouble(self) -> Problem | None:
        """Why files cannot be kept here; tries it out."""
        ...

    def answers(self) -> bool:
        """Whether files can be kept here, as far as a quick look tells."""
        ...

    def close(self) -> None:
        """Lets go of connections."""
        ...


class _Buckets(Protocol):
    """What the module of buckets offers."""

    def Bucket(self, address: S3Address) -> Depot: ...  # noqa: N802 - a class, seen from outside


def depot_of(place: Path | S3Address) -> Depot:
    """The depot at a place."""
    if isinstance(place, Path):
        return Folder(place)
    return cast(_Buckets, import_module(_BUCKETS)).Bucket(place)

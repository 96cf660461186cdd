"""Reading an object of S3: a raw stream that fetches from where it stands, once somebody reads."""

import io
from collections.abc import Iterator
from typing import Any

import httpcore

from mailuo.storage.s3_wire import Wire


class Reading(io.RawIOBase):
    """The bytes of an object from a position on; raises NoObject and FilesAway, the first time when it is made."""

    def __init__(self, wire: Wire, key: str, start: int) -> None:
        super().__init__()
        self._wire, self._key, self._at = wire, key, start
        self._response: httpcore.Response | None = None
        self._chunks: Iterator[bytes] = iter(())
        self._left = memoryview(b"")
        self._size = self._fetch()

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many bytes lie before the next one."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes elsewhere; what was on its way is let go of."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError(offset)
        if base + offset != self._at:
            self._let_go()
            self._at = base + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:  # what takes bytes has no name in the standard library yet
        """How many bytes came; 0 at the end."""
        if self._at >= self._size:
            return 0
        with self._wire.told():
            if self._response is None:
                self._fetch()
            while not self._left:
                self._left = memoryview(next(self._chunks))  # the library sees to it that all come that were announced
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        self._at += count
        return count

    def close(self) -> None:
        """Lets go of the connection."""
        if not self.closed:
            self._let_go()
        super().close()

    def _fetch(self) -> int:
        """Begins to fetch from here; the size of the whole object."""
        self._response = self._wire.ask("GET", self._key, start=self._at)
        self._chunks = self._response.iter_stream()
        headers = {name.lower(): value for name, value in self._response.headers}
        return self._at + int(headers.get(b"content-length", b"0"))

    def _let_go(self) -> None:
        if self._response is not None:
            self._response.close()
        self._response, self._chunks, self._left = None, iter(()), memoryview(b"")

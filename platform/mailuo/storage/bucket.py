"""The bucket of files: a depot in an S3 service, which the processes of a deployment share."""

import io
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import BinaryIO, cast

from mailuo.base.problems import Problem
from mailuo.base.s3_address import S3Address
from mailuo.storage.faults import FilesAway
from mailuo.storage.messages import BUCKET_AWAY, BUCKET_FORGETS
from mailuo.storage.s3_reading import Reading
from mailuo.storage.s3_wire import Body, NoObject, Wire

_IN_MEMORY = 1024 * 1024
_CHUNK = 256 * 1024
_QUICK_SECONDS = 3.0
_PROBE = "mailuo-probe"
"""An object that stays, by which a quick look tells that the bucket answers."""


class Bucket:
    """The objects below a prefix of a bucket. Each is as its last whole PUT brought it: S3 shows no half ones."""

    def __init__(self, address: S3Address) -> None:
        self._address = address
        self._wire = Wire(address)

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Brings the bytes with their digest, which the service compares with what came."""
        with SpooledTemporaryFile(_IN_MEMORY) as spool:
            digest, size = sha256(), 0
            for chunk in chunks:
                digest.update(chunk)
                size += spool.write(chunk)
            self._wire.ask("PUT", key, Body(cast(BinaryIO, spool), size, digest.hexdigest())).close()

    def open(self, key: str, start: int = 0) -> BinaryIO:
        """The object, of which only what is read is fetched."""
        return cast(BinaryIO, io.BufferedReader(Reading(self._wire, key, start), _CHUNK))

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """A copy of the object."""
        with NamedTemporaryFile(prefix="mailuo-") as copy:
            with self.open(key) as source:
                copyfileobj(source, copy, _CHUNK)
            copy.flush()
            yield Path(copy.name)

    def remove(self, key: str) -> None:
        """Deletes the object."""
        try:
            self._wire.ask("DELETE", key).close()
        except NoObject:
            return

    def trouble(self) -> Problem | None:
        """Writes, reads and deletes, each once; on connections of its own, for the process may fork after it."""
        with closing(Wire(self._address)) as wire:
            try:
                return self._tried(wire, _QUICK_SECONDS)
            except FilesAway as away:
                return BUCKET_AWAY(bucket=self._address, why=away.why)

    def answers(self) -> bool:
        """Whether the probe is there; tries it out where it is not."""
        try:
            self._wire.ask("HEAD", _PROBE, seconds=_QUICK_SECONDS).close()
        except (FilesAway, NoObject):
            return self.trouble() is None
        return True

    def close(self) -> None:
        """Ends the connections."""
        self._wire.close()

    def _tried(self, wire: Wire, seconds: float) -> Problem | None:
        content = b"mailuo"
        body = Body(io.BytesIO(content), len(content), sha256(content).hexdigest())
        wire.ask("PUT", _PROBE, body, seconds=seconds).close()
        try:
            with io.BufferedReader(Reading(wire, _PROBE, 0)) as probe:
                same = probe.read() == content
        except NoObject:
            same = False
        with suppress(NoObject):
            wire.ask("DELETE", f"{_PROBE}-{token_hex(8)}", seconds=seconds).close()
        return None if same else BUCKET_FORGETS(bucket=self._address)

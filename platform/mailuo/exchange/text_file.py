"""Text files: their digest and in which encoding they are written, found in one reading."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mailuo.base.problems import Refusal
from mailuo.exchange.messages import UNKNOWN_ENCODING

_CHUNK = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TRIED = ("utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The sha256 of a file, and how it begins."""

    sha256: str
    head: bytes


def fingerprint(path: Path) -> Fingerprint:
    """The digest of a file's bytes."""
    digest, head = hashlib.sha256(), b""
    for chunk in _chunks(path):
        head = head or chunk[:4096]
        digest.update(chunk)
    return Fingerprint(digest.hexdigest(), head)


def encoding_of(path: Path, head: bytes) -> str:
    """The encoding in which all of the file reads: what its mark says, else UTF-8, else GB18030."""
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    for name in (marked,) if marked else _TRIED:
        if _reads(path, name):
            return name
    raise Refusal(UNKNOWN_ENCODING())


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk

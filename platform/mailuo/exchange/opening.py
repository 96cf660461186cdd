"""Opening: which kind of source a file is, by its content and only then by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailuo.base.problems import Refusal
from mailuo.exchange.csv_source import CsvSource
from mailuo.exchange.line_source import LineSource
from mailuo.exchange.messages import EMPTY_FILE, NO_SUCH_FILE, OLD_EXCEL
from mailuo.exchange.sheet_source import SheetSource
from mailuo.exchange.source import Source
from mailuo.exchange.text_file import Fingerprint, fingerprint

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LINES = (".ndjson", ".jsonl")


def look_at(path: Path) -> Fingerprint:
    """The digest of a file and how it begins; refuses one that is not there or empty."""
    if not path.is_file():
        raise Refusal(NO_SUCH_FILE(found=path.name))
    seen = fingerprint(path)
    if not seen.head:
        raise Refusal(EMPTY_FILE())
    return seen


@contextmanager
def opened(path: Path, head: bytes, name: str | None = None) -> Iterator[Source]:
    """The source that a file is; refuses one that cannot be read to its end. `name` is what people call it."""
    source = _source(path, head, (name or path.name).lower())
    try:
        yield source
    finally:
        source.close()


def _source(path: Path, head: bytes, name: str) -> Source:
    if head.startswith(_ZIP):
        return SheetSource(path)
    if head.startswith(_OLE):
        raise Refusal(OLD_EXCEL())
    if name.endswith(_LINES) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return LineSource(path, head)
    return CsvSource(path, head)

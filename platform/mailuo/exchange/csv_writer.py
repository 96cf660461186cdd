"""CSV files out: UTF-8, in pieces, with no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator

from mailuo.exchange.cells import text_cell
from mailuo.exchange.heading import Heading, Lines

_PIECE = 64 * 1024
_MARK = "\ufeff"


def csv_file(heading: Heading, lines: Lines) -> Iterator[bytes]:
    """The CSV in pieces of about 64 KB."""
    buffer = io.StringIO(_MARK if heading.marked else "")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    writer.writerow(heading.names)
    writes = [text_cell(type_, heading.zone) for type_ in heading.types]
    for line in lines:
        writer.writerow([write(value) for write, value in zip(writes, line, strict=True)])
        if buffer.tell() >= _PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()

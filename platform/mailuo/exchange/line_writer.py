"""NDJSON files out: one JSON object a line, in pieces."""

from collections.abc import Iterator

import orjson

from mailuo.exchange.cells import line_cell
from mailuo.exchange.heading import Heading, Lines

_PIECE = 64 * 1024


def line_file(heading: Heading, lines: Lines) -> Iterator[bytes]:
    """The lines in pieces of about 64 KB."""
    writes = [line_cell(type_, heading.zone) for type_ in heading.types]
    piece = bytearray()
    for line in lines:
        members = {name: write(value) for name, write, value in zip(heading.names, writes, line, strict=True)}
        piece += orjson.dumps(members, option=orjson.OPT_APPEND_NEWLINE)
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)

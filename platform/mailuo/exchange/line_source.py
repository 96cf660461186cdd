"""NDJSON files as sources: one JSON object a line. Numbers stay exact; a member that a line does not name is absent."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from mailuo.base.problems import Refusal
from mailuo.exchange.messages import BROKEN_LINE, DOUBLE_MEMBER, EMPTY_FILE
from mailuo.exchange.source import ABSENT, Row
from mailuo.exchange.text_file import encoding_of

_MOST_MEMBERS = 2_000


class _Double(ValueError):
    """A member that occurs twice in one object."""


class LineSource:
    """An NDJSON file."""

    def __init__(self, path: Path, head: bytes) -> None:
        self._path = path
        self._encoding = encoding_of(path, head)
        self.headers, self.total = self._looked_through()

    def rows(self) -> Iterator[Row]:
        """The lines in order, blank ones left out."""
        for number, line in self._lines():
            read = _object(line)
            if isinstance(read, Row):
                yield read._replace(number=number)
            else:
                yield Row(number, [read.get(name, ABSENT) for name in self.headers])

    def close(self) -> None:
        """Nothing was laid aside."""

    def _looked_through(self) -> tuple[tuple[str, ...], int]:
        names: dict[str, None] = {}
        total = 0
        for _, line in self._lines():
            total += 1
            read = _object(line)
            if isinstance(read, dict) and len(names) < _MOST_MEMBERS:
                names.update(dict.fromkeys(map(str, read)))
        if not names:
            raise Refusal(EMPTY_FILE())
        return tuple(names), total

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self._path.open(encoding=self._encoding) as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line


def _object(line: str) -> "dict[str, object] | Row":
    """The object of a line, or a row that says what is wrong with it."""
    try:
        read = json.loads(line, parse_float=Decimal, object_pairs_hook=_once)
    except _Double as double:
        return Row(0, [], DOUBLE_MEMBER(found=str(double)[:60]))
    except (ValueError, RecursionError):
        return Row(0, [], BROKEN_LINE())
    return read if isinstance(read, dict) else Row(0, [], BROKEN_LINE())


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Double(next(name for name in names if names.count(name) > 1))
    return members

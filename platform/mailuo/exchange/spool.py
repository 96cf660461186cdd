"""The spool: claims of a file laid aside in a database of their own, so that a record's come together.

The lines of a file stand in any order; a record's timeline is computed once, from all that is said of it. Records come
in the order in which the store keeps them, so that a portion touches few pages of it.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import orjson

from mailuo.base.moments import moment
from mailuo.flow.intake import Told

MOST = 2_000
_KEYS = 5_000


class Line(NamedTuple):
    """One claim of a file: its row's number, and the columns as they are kept; moments in microseconds."""

    number: int
    record: str
    node: str
    at: int
    source: str
    received_at: int | None
    part: str | None


class Returned(NamedTuple):
    """A line that was refused: its row's number, its cells, and why."""

    number: int
    cells: Sequence[object]
    said: str


class Spool:
    """Claims laid aside, and lines that were refused; gone when closed."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._database = sqlite3.connect(Path(self._folder.name) / "spool.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE line (number INTEGER, record TEXT, node TEXT, at INTEGER, source TEXT, received INTEGER, part TEXT)",
            "CREATE TABLE place (record TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID",
            "CREATE TABLE returned (number INTEGER PRIMARY KEY, cells TEXT, said TEXT)",
            "BEGIN",
        ):
            self._database.execute(statement)

    def add(self, lines: Iterable[Line]) -> None:
        """Lays claims aside."""
        self._database.executemany("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?)", lines)

    def records(self) -> Iterator[list[str]]:
        """The keys of all records that are spoken of, some thousands at a time."""
        keys = self._database.execute("SELECT DISTINCT record FROM line")
        while some := keys.fetchmany(_KEYS):
            yield [key for (key,) in some]

    def add_places(self, places: Mapping[str, str]) -> None:
        """Keeps where records stand in the store, so that they come in that order."""
        self._database.executemany("INSERT INTO place VALUES (?, ?)", places.items())

    def give_back(self, returned: Returned) -> None:
        """Keeps a line that was refused."""
        row = (returned.number, orjson.dumps(list(returned.cells), default=str).decode(), returned.said)
        self._database.execute("INSERT OR REPLACE INTO returned VALUES (?, ?, ?)", row)

    def forget_returned(self, numbers: Iterable[int]) -> None:
        """Takes back what was kept of these lines, because they are tried again."""
        self._database.executemany("DELETE FROM returned WHERE number = ?", [(number,) for number in numbers])

    def portions(self) -> Iterator[tuple[list[int], list[Told]]]:
        """The claims with their numbers, at most 2,000 at a time; a record's stand together, as far as that goes."""
        numbers: list[int] = []
        told: list[Told] = []
        rows = self._database.execute(
            "SELECT record, number, node, at, source, received, part FROM line LEFT JOIN place USING (record)"
            " ORDER BY place, record, number"
        )
        for _, lines in groupby(rows, key=itemgetter(0)):
            some = list(lines)
            if told and len(told) + len(some) > MOST:
                yield numbers, told
                numbers, told = [], []
            for record, number, node, at, source, received, part in some:
                if len(told) == MOST:
                    yield numbers, told
                    numbers, told = [], []
                numbers.append(number)
                told.append(
                    Told(record, node, moment(at), source, None if received is None else moment(received), part)
                )
        if told:
            yield numbers, told

    def returned(self) -> Iterator[Returned]:
        """The refused lines in the order of the file."""
        for number, cells, said in self._database.execute("SELECT number, cells, said FROM returned ORDER BY number"):
            yield Returned(number, orjson.loads(cells), said)

    def close(self) -> None:
        """Removes it all."""
        self._database.close()
        self._folder.cleanup()

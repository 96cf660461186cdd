"""CSV files as sources."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from mailuo.base.problems import Problem, Refusal
from mailuo.exchange.armour import bare
from mailuo.exchange.messages import BROKEN_CSV, EMPTY_FILE, TOO_MANY_CELLS
from mailuo.exchange.source import Row
from mailuo.exchange.text_file import encoding_of

_LONGEST_CELL = 1_000_000
_DELIMITERS = (",", "\t", ";")


class CsvSource:
    """A CSV, with commas, semicolons or tabs, whose every quote was found to have a partner."""

    def __init__(self, path: Path, head: bytes) -> None:
        self._path = path
        self._encoding = encoding_of(path, head)
        self._delimiter = ","
        csv.field_size_limit(_LONGEST_CELL)
        first = next((line for _, line in self._lines() if line.strip()), "")
        self._delimiter = max(_DELIMITERS, key=first.count)
        self.headers, self.total = self._looked_through()

    def rows(self) -> Iterator[Row]:
        """The rows in order, blank ones left out."""
        records = self._records()
        next(records)
        most = len(self.headers)
        for number, cells in records:
            bared = [bare(cell) for cell in cells]
            while len(bared) > most and not bared[-1]:
                bared.pop()
            if any(bared):
                yield Row(number, bared, _width_problem(bared, most))

    def close(self) -> None:
        """Nothing was laid aside."""

    def _looked_through(self) -> tuple[tuple[str, ...], int]:
        records = self._records()
        _, first = next(records, (0, []))
        headers = [cell.strip() for cell in first]
        while headers and not headers[-1]:
            headers.pop()
        if not headers:
            raise Refusal(EMPTY_FILE())
        return tuple(headers), sum(1 for _, cells in records if any(map(str.strip, cells)))

    def _records(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Each record with its number, the header first."""
        with self._path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            number, line = 0, 1
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise Refusal(BROKEN_CSV(line=line, reason=error)) from None
                if cells is None:
                    return
                line = reader.line_num + 1
                number += 1
                if number > 1 or any(map(str.strip, cells)):
                    yield number, cells
                else:
                    number = 0

    def _lines(self) -> Iterator[tuple[int, str]]:
        with self._path.open(encoding=self._encoding, newline="") as file:
            yield from enumerate(file)


def _width_problem(cells: Sequence[str], most: int) -> Problem | None:
    return TOO_MANY_CELLS(found=len(cells), most=most) if len(cells) > most else None

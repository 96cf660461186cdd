"""xlsx files as sources: unpacked once by a guarded child process into a file of plain rows."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO

import orjson

from mailuo.base.problems import Problem, Refusal
from mailuo.exchange.messages import EMPTY_FILE, NOT_A_SHEET, SHEET_TOO_LARGE, TOO_MANY_CELLS
from mailuo.exchange.source import Row

_CHILD = Path(__file__).with_name("sheet_child.py")
_SECONDS = 120
_REFUSED = 3
_MOST_EXACT = 10**15  # a spreadsheet keeps fifteen digits


class SheetSource:
    """The first sheet of an xlsx. Its first row that is not blank is the header."""

    def __init__(self, path: Path) -> None:
        self._plain: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        try:
            _unpack(path, self._plain)
            self.headers, self.total = self._looked_through()
        except BaseException:
            self._plain.close()
            raise

    def rows(self) -> Iterator[Row]:
        """The rows in order, blank ones left out."""
        records = self._records()
        next(records)
        most = len(self.headers)
        for number, cells in records:
            yield Row(number, cells, _width_problem(cells, most))

    def close(self) -> None:
        """Removes the file of plain rows."""
        self._plain.close()

    def _looked_through(self) -> tuple[tuple[str, ...], int]:
        records = self._records()
        _, first = next(records, (0, []))
        if not first:
            raise Refusal(EMPTY_FILE())
        return tuple("" if cell is None else str(cell).strip() for cell in first), sum(1 for _ in records)

    def _records(self) -> Iterator[tuple[int, Sequence[object]]]:
        """Each row that is not blank, with its number; blank cells are None, and gone at the end."""
        self._plain.seek(0)
        for line in self._plain:
            number, row = orjson.loads(line)
            cells = [_cell(value) for value in row]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield number, cells


def _unpack(path: Path, into: IO[bytes]) -> None:
    """Fills the file with the sheet's rows; refuses what the child refused, and what broke it."""
    command = [sys.executable, "-I", str(_CHILD), str(path)]
    try:
        done = subprocess.run(command, stdout=into, stderr=subprocess.PIPE, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Refusal(SHEET_TOO_LARGE()) from None
    why = done.stderr.decode("utf-8", "replace").strip()[:40]
    if done.returncode == _REFUSED and why != "large":
        raise Refusal(NOT_A_SHEET(reason=why))
    if done.returncode:
        raise Refusal(SHEET_TOO_LARGE())


def _cell(value: object) -> object:
    """The value of a cell: days, and whole numbers as such as far as a spreadsheet keeps them exactly."""
    if value == "":
        return None
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_EXACT:
        return int(value)
    return value


def _width_problem(cells: Sequence[object], most: int) -> Problem | None:
    return TOO_MANY_CELLS(found=len(cells), most=most) if len(cells) > most else None

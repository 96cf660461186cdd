"""The rejects file: the rows that were returned, as they came, with the reasons; mended, it can be dropped in again."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import orjson

from mailuo.base.problems import Language
from mailuo.exchange.armour import armoured
from mailuo.exchange.columns import NOTE
from mailuo.exchange.source import ABSENT, Row
from mailuo.exchange.wish import Reject

ENDING = ".rejects.csv"
_ROW, _REASON = f"{NOTE}row", f"{NOTE}reason"


class RejectsFile:
    """A CSV that is begun with its first row."""

    def __init__(self, path: Path | None, headers: Sequence[str], language: Language, *, further: bool) -> None:
        self._path = path
        self._headers = headers
        self._language = language
        self._further = further
        self._file: IO[str] | None = None
        self.written: Path | None = None
        if path is not None and not further:
            path.unlink(missing_ok=True)

    def add(self, row: Row, rejects: Sequence[Reject]) -> None:
        """Writes a row with everything that is wrong with it."""
        self.add_said(row.number, row.cells, reasons(rejects, self._language))

    def add_said(self, number: int, cells: Sequence[object], said: str) -> None:
        """Writes a row with the reasons as they are to be read."""
        if self._path is None:
            return
        file = self._file or self._begun(self._path)
        written = [_cell(cell) for cell in cells[: len(self._headers)]]
        written += [""] * (len(self._headers) - len(written))
        csv.writer(file).writerow([*written, number, armoured(said)])

    def flush(self) -> None:
        """Makes sure that what was written so far is in the file."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """Ends the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begun(self, path: Path) -> IO[str]:
        more = self._further and path.exists()
        self._file = path.open("a" if more else "w", encoding="utf-8" if more else "utf-8-sig", newline="")
        self.written = path
        if not more:
            csv.writer(self._file).writerow([*self._headers, _ROW, _REASON])
        return self._file


def reasons(rejects: Sequence[Reject], language: Language) -> str:
    """What is wrong with a row, in one line."""
    return "；".join(f"{each.column}: {each.problem.text(language)}".removeprefix(": ") for each in rejects)


def _cell(value: object) -> str:
    if value is None or value is ABSENT:
        return ""
    if isinstance(value, str):
        return armoured(value)
    return orjson.dumps(value, default=str).decode().strip('"')

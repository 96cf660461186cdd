"""xlsx files out: written row by row to a file, which then goes out in pieces. No cell is ever a formula."""

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mailuo.base.problems import Refusal
from mailuo.exchange.cells import Cell, sheet_cell
from mailuo.exchange.heading import Heading, Lines
from mailuo.exchange.messages import TOO_LONG_FOR_SHEET, TOO_MANY_FOR_SHEET

_PIECE = 64 * 1024
_MOST_ROWS = 1_048_575
_LONGEST = 32_767
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def sheet_file(heading: Heading, lines: Lines) -> Iterator[bytes]:
    """The workbook in pieces; refuses, before the first piece, what a sheet cannot hold."""
    with tempfile.TemporaryFile() as file:
        _fill(file, heading, lines)
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _fill(file: IO[bytes], heading: Heading, lines: Lines) -> None:
    with Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet()
        moment, day = (
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(heading.names):
            sheet.write_string(0, place, name, bold)
        writes = [sheet_cell(type_, heading.zone) for type_ in heading.types]
        for number, line in enumerate(lines, start=1):
            if number > _MOST_ROWS:
                raise Refusal(TOO_MANY_FOR_SHEET(most=_MOST_ROWS))
            _write_row(sheet, number, line, writes, (moment, day))


def _write_row(sheet: Worksheet, number: int, line: object, writes: list[Cell], formats: tuple[Format, Format]) -> None:
    assert isinstance(line, (list, tuple))
    for place, (write, value) in enumerate(zip(writes, line, strict=True)):
        cell = write(value)
        match cell:
            case None:
                continue
            case bool():
                sheet.write_boolean(number, place, cell)
            case int() | float():
                sheet.write_number(number, place, cell)
            case datetime():
                sheet.write_datetime(number, place, cell, formats[0])
            case date():
                sheet.write_datetime(number, place, cell, formats[1])
            case _:
                _write_text(sheet, number, place, str(cell))


def _write_text(sheet: Worksheet, number: int, place: int, text: str) -> None:
    if len(text) > _LONGEST:
        raise Refusal(TOO_LONG_FOR_SHEET(most=_LONGEST))
    sheet.write_string(number, place, text)

"""Spreadsheets, sound and hostile: the process that serves never unpacks one itself."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import pytest
from xlsxwriter import Workbook

from tests.unit.exchange.conftest import Dropped

Drop = Callable[..., Dropped]
SHEET = "xl/worksheets/sheet1.xml"
FARTHEST = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def workbook(*rows: list[object]) -> bytes:
    """A sound workbook with these rows."""
    buffer = io.BytesIO()
    with Workbook(buffer) as book:
        sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, place, value, moment)
                else:
                    sheet.write(number, place, value)
    return buffer.getvalue()


def changed(book: bytes, **parts: Callable[[bytes], bytes]) -> bytes:
    """The workbook with some of its parts, named by their last word, changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = parts.get(name.rpartition("/")[2].partition(".")[0])
            new.writestr(name, change(old.read(name)) if change else old.read(name))
    return buffer.getvalue()


BOOK = workbook(
    ["order", "qty", "at"],
    ["00892", 5, datetime(2026, 1, 5, 9, 30)],
    [None, None, None],
    ["x", 1.5, datetime(2026, 1, 5)],
)


def test_a_sound_sheet_is_read_with_its_numbers_and_times(drop: Drop) -> None:
    headers, rows = drop(BOOK, "orders.xlsx").read()
    assert headers == ["order", "qty", "at"]
    assert rows == [(2, ["00892", 5, "2026-01-05T09:30:00"]), (4, ["x", 1.5, date(2026, 1, 5)])]


def test_the_content_not_the_name_says_that_it_is_a_sheet(drop: Drop) -> None:
    assert drop(BOOK, "orders.csv").read()[0] == ["order", "qty", "at"]


def test_one_cell_in_the_farthest_corner_is_refused_at_once(drop: Drop) -> None:
    started = time.monotonic()
    assert drop(changed(BOOK, sheet1=lambda _: FARTHEST), "orders.xlsx").refused() == "too_large"
    assert time.monotonic() - started < 2


def test_the_last_row_of_a_sheet_is_read_with_its_number_and_costs_nothing(drop: Drop) -> None:
    started = time.monotonic()
    lowest = FARTHEST.replace(b"XFD1048576\"><v>1<", b"A1048576\"><v>7<")
    headers, rows = drop(changed(BOOK, sheet1=lambda _: lowest), "orders.xlsx").read()
    assert (headers, rows) == (["1"], [(1048576, [7])])
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "declared",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b'<!doctype x SYSTEM "file:///etc/passwd">',
        b"<!-- " + b" " * 70_000 + b"--><!DOCTYPE x>",
    ],
)
def test_a_document_type_is_refused_wherever_it_stands(drop: Drop, declared: bytes) -> None:
    book = changed(BOOK, workbook=lambda part: part.replace(b"<workbook", declared + b"<workbook", 1))
    assert drop(book, "orders.xlsx").refused() == "invalid_file"


def test_an_encoding_that_could_hide_a_document_type_is_refused(drop: Drop) -> None:
    book = changed(BOOK, workbook=lambda part: part.decode().encode("utf-16"))
    assert drop(book, "orders.xlsx").refused() == "invalid_file"


def test_an_archive_that_unpacks_to_very_much_is_refused_before_it_is_unpacked(drop: Drop) -> None:
    buffer = io.BytesIO(BOOK)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/zeros", "w") as part:
        for _ in range(401):
            part.write(bytes(1024 * 1024))
    assert drop(buffer.getvalue(), "orders.xlsx").refused() == "too_large"


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 and then nothing of the kind", BOOK[: len(BOOK) // 2], changed(BOOK, workbook=lambda _: b"<")],
)
def test_what_only_begins_like_a_sheet_is_refused(drop: Drop, content: bytes) -> None:
    assert drop(content, "orders.xlsx").refused() in ("invalid_file", "too_large")


def test_an_archive_of_something_else_is_refused(drop: Drop) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert drop(buffer.getvalue(), "orders.xlsx").refused() == "invalid_file"

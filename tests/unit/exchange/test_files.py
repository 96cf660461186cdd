"""Text files as they come: encodings, marks, quotes, blank rows, and lines of JSON."""

import codecs
from collections.abc import Callable
from decimal import Decimal

import pytest

from mailuo.exchange.opening import look_at, opened
from mailuo.exchange.source import ABSENT
from tests.surroundings import shared_data
from tests.unit.exchange.conftest import Dropped

Drop = Callable[..., Dropped]
TEXT = "订单,备注\n1,桌腿\n2,䶮\n"
READ = (["订单", "备注"], [(2, ["1", "桌腿"]), (3, ["2", "䶮"])])


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode("gb18030"),
        TEXT.replace(",", ";").encode(),
    ],
)
def test_the_encoding_and_the_delimiter_are_found(drop: Drop, content: bytes) -> None:
    assert drop(content).read() == READ


def test_bytes_that_are_no_text_are_refused(drop: Drop) -> None:
    assert drop(b"a,b\n\x80\xff,1\n").refused() == "invalid_file"


def test_a_quote_without_a_partner_is_refused_whole_and_the_line_is_named(drop: Drop) -> None:
    dropped = drop('a,b\n1,2\n3,"open\n4,5\n')
    assert dropped.refused() == "invalid_file"
    with pytest.raises(Exception, match="from line 3 on"):
        dropped.read()


def test_a_quoted_cell_may_hold_lines_and_rows_are_counted_as_a_spreadsheet_does(drop: Drop) -> None:
    assert drop('a,b\n1,"x\ny"\n\n2,z\n').read()[1] == [(2, ["1", "x\ny"]), (4, ["2", "z"])]


def test_blank_rows_and_blank_columns_at_the_end_are_nothing(drop: Drop) -> None:
    assert drop("\n\na,b,,\n1,2,,\n,,,\n").read() == (["a", "b"], [(2, ["1", "2"])])


def test_a_row_with_more_cells_than_the_header_is_told_apart(drop: Drop) -> None:
    dropped = drop(f"a,b\n1,2\n{','.join(['x'] * 300)}\n")
    with opened(dropped.path, look_at(dropped.path).head) as source:
        problems = [row.problem.code if row.problem else None for row in source.rows()]
    assert problems == [None, "invalid"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_a_file_without_a_header_is_refused(drop: Drop, content: bytes) -> None:
    assert drop(content).refused() == "invalid_file"


def test_an_old_excel_file_is_refused_with_advice(drop: Drop) -> None:
    assert drop(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "orders.xls").refused() == "invalid_file"


def test_lines_of_json_keep_every_digit_and_tell_absent_from_blank(drop: Drop) -> None:
    headers, rows = drop('{"a": 1.10, "b": null}\n\n{"b": "x"}\n', "orders.ndjson").read()
    assert headers == ["a", "b"]
    assert rows == [(1, [Decimal("1.10"), None]), (3, [ABSENT, "x"])]


@pytest.mark.parametrize("line", ['{"a": 1, "a": 2}', "[1]", "{", "7", "[" * 100_000])
def test_a_line_that_is_no_plain_object_is_told_apart(drop: Drop, line: str) -> None:
    dropped = drop(f'{{"a": 0}}\n{line}\n', "orders.ndjson")
    with opened(dropped.path, look_at(dropped.path).head) as source:
        problems = [row.problem is not None for row in source.rows()]
    assert problems == [False, True]


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("SYNTHETIC_tmall_ExportOrderList.gb18030.csv", "2678910007919023757", 22),
        ("SYNTHETIC_doudian_orders.utf8bom.csv", "6978910007919023757", 21),
        ("SYNTHETIC_kingdee_vouchers_24col.gb18030.csv", "2026-01-16", 37),
    ],
)
def test_the_exports_of_shop_platforms_are_read(name: str, first: str, count: int) -> None:
    folder = shared_data("exports")
    if folder is None:
        pytest.skip("this test needs the platforms' sample exports: in ../shared/data, or where MAILUO_TEST_DATA says")
    _, rows = Dropped(folder / name).read()
    assert rows[0][1][0] == first
    assert len(rows) == count

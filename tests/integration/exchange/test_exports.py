"""Exports: what goes out comes back as it was, and nothing in it runs."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.storage.engine import Store
from tests.integration.exchange.conftest import CLINIC, House, house, person

HOSTILE = "=cmd|' /C calc'!A0"
FIELDS = ("referral_no", "clinic", "seen_at", "outside_no", "cost", "note", "urgent", "weeks", "labels", "due_at")
VISITS = (
    {
        "clinic": "N",
        "seen_at": "2026-01-15T09:00:00.123456+08:00",
        "outside_no": "00892",
        "cost": "-12.50",
        "note": HOSTILE,
    },
    {
        "clinic": "N",
        "seen_at": "2026-01-15T09:30:00+08:00",
        "note": " a\r\nb\t",
        "weeks": 12345.6789,
        "labels": ["-x", "y z"],
    },
    {"clinic": "S", "seen_at": "1850-01-15T09:30:00Z", "note": "'quoted'", "urgent": True, "labels": ["one, two"]},
    {
        "clinic": "S",
        "seen_at": "2026-01-15T09:30:00Z",
        "outside_no": "12345678901234567890",
        "note": '="7"',
        "due_at": "2026-01-22T00:00:00+08:00",
    },
)


@pytest.fixture
def filled(clinic: House) -> House:
    """The clinic with visits that are hard to write down."""
    for visit in VISITS:
        clinic.records.create(SYSTEM, "referrals", visit)
    return clinic


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[House]:
    """The same workspace on an empty store."""
    store = Store.memory()
    (tmp_path / "elsewhere").mkdir()
    yield house(store, CLINIC, tmp_path / "elsewhere")
    store.close()


@pytest.mark.parametrize("format_", ["csv", "xlsx", "ndjson"])
def test_an_import_of_an_export_gives_equal_records(filled: House, elsewhere: House, format_: str) -> None:
    outcome = elsewhere.drop("referrals", filled.taken_out("referrals", format_), f"file.{format_}")
    assert outcome.rejected == 0, outcome.rejects
    assert "margin" in outcome.left_out
    assert elsewhere.rows("referrals", *FIELDS) == filled.rows("referrals", *FIELDS)


def test_no_cell_of_a_csv_begins_as_a_formula(filled: House) -> None:
    rows = list(csv.DictReader(io.StringIO(filled.taken_out("referrals").decode())))
    assert f"'{HOSTILE}" in [row["note"] for row in rows]
    texts = [row[name] for row in rows for name in ("note", "labels", "outside_no")]
    assert not [text for text in texts if text[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_no_cell_of_a_workbook_is_a_formula(filled: House) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled.taken_out("referrals", "xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert HOSTILE in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells if cell.value != HOSTILE}


def test_the_columns_asked_for_come_in_their_order_and_the_filter_holds(filled: House) -> None:
    text = filled.taken_out("referrals", fields=("cost", "clinic"), filter="{clinic} = 'N'", sort="seen_at").decode()
    assert text.splitlines() == ["cost,clinic", "-12.50,N", ",N"]


def test_lines_of_json_are_as_the_api_writes_them(filled: House) -> None:
    lines = filled.taken_out("referrals", "ndjson", fields=("referral_no", "cost", "weeks"), sort="referral_no")
    assert [json.loads(line) for line in lines.splitlines()][:2] == [
        {"referral_no": "N20260115-001", "cost": "-12.50", "weeks": None},
        {"referral_no": "N20260115-002", "cost": None, "weeks": 12345.6789},
    ]


def test_a_sum_of_money_is_written_as_money(clinic: House) -> None:
    clinic.records.create(SYSTEM, "patients", {"patient_no": "P1", "name": "张三"})
    assert json.loads(clinic.taken_out("patients", "ndjson", fields=("paid", "visits"))) == {"paid": "0.00", "visits": 0}
    assert clinic.taken_out("patients", "csv", fields=("paid", "visits")).decode().split() == ["paid,visits", "0.00,0"]


def test_what_is_hidden_is_no_column_and_what_is_masked_is_masked(filled: House) -> None:
    filled.drop("patients", "patient_no,name,phone\nP1,张三,13812345678\n")
    desk = person("desk")
    assert "cost" not in filled.taken_out("referrals", by=desk).decode().splitlines()[0].split(",")
    assert "138****5678" in filled.taken_out("patients", by=desk).decode()
    with pytest.raises(Refusal):
        filled.taken_out("referrals", by=desk, fields=("cost",))


def test_who_may_not_export_is_refused_before_the_first_piece(filled: House) -> None:
    with pytest.raises(Refusal) as refusal:
        filled.exports.stream(person("desk", rights=()), "referrals", None)  # type: ignore[arg-type]
    assert refusal.value.code == "not_permitted"


def test_an_unknown_format_is_refused(filled: House) -> None:
    with pytest.raises(Refusal):
        filled.taken_out("referrals", "pdf")

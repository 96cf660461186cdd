"""Uploads: names, sizes, who sees them, and their end when nobody holds them."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from mailuo.app import Application
from mailuo.base.clock import SetClock
from mailuo.base.problems import Refusal
from mailuo.records import Actor

NURSE, DOCTOR = Actor("n", "护士", ("nurse",)), Actor("d", "医生", ("doctor",))
PDF = b"%PDF-1.4 consent"


def test_a_file_is_known_by_its_content(application: Application) -> None:
    stored = application.uploads.store(NURSE, BytesIO(PDF), "知情同意书.exe")
    assert (stored.type, stored.name, stored.size) == ("application/pdf", "知情同意书.exe", len(PDF))
    with application.uploads.open(stored) as content:
        assert content.read() == PDF


def test_until_a_record_holds_it_only_its_uploader_sees_it(application: Application) -> None:
    stored = application.uploads.store(NURSE, BytesIO(PDF), "a.pdf")
    assert application.uploads.find(NURSE, stored.id) == stored
    with pytest.raises(Refusal):
        application.uploads.find(DOCTOR, stored.id)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\表.xlsx", "表.xlsx"),
        ("a\u202egpj.exe\n", "agpj.exe"),
        (f"{'长' * 300}.pdf", f"{'长' * 196}.pdf"),
    ],
)
def test_a_name_is_only_ever_a_name(application: Application, sent: str, kept: str) -> None:
    assert application.uploads.store(NURSE, BytesIO(PDF), sent).name == kept


@pytest.mark.parametrize("name", ["", "/", "..", "\n"])
def test_a_file_without_a_name_is_refused(application: Application, name: str) -> None:
    with pytest.raises(Refusal):
        application.uploads.store(NURSE, BytesIO(PDF), name)


def test_too_many_bytes_are_refused_and_none_kept(application: Application) -> None:
    with pytest.raises(Refusal) as refusal:
        application.uploads.store(NURSE, BytesIO(b"x" * 101), "a.txt", most=100)
    assert refusal.value.code == "too_large"
    assert isinstance(application.settings.files, Path)
    assert [path for path in application.settings.files.rglob("*") if path.is_file()] == []


def test_what_nobody_held_for_a_day_goes(application: Application, clock: SetClock) -> None:
    stored = application.uploads.store(NURSE, BytesIO(PDF), "a.pdf")
    clock.advance(timedelta(hours=23))
    assert application.uploads.sweep() == 0
    clock.advance(timedelta(hours=2))
    assert application.uploads.sweep() == 1
    with pytest.raises(FileNotFoundError):
        application.uploads.open(stored)

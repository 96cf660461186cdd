"""Dummies are good files of their kinds."""

from io import BytesIO

import openpyxl
import pytest

from mailuo.app.scenarios.dummies import DUMMIES, accepted, named
from mailuo.storage.kinds import kind_of

KINDS = {
    "合同.pdf": "application/pdf",
    "照片.jpg": "image/jpeg",
    "照片.JPEG": "image/jpeg",
    "a.png": "image/png",
    "a.gif": "image/gif",
    "a.webp": "image/webp",
    "a.csv": "text/csv",
    "a.txt": "text/plain",
    "a.unknown": "text/plain",
    "no ending": "text/plain",
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_the_ending_of_a_name_gives_the_kind(name: str, kind: str) -> None:
    assert kind_of(named(name), name) == kind


def test_a_workbook_can_be_opened() -> None:
    assert openpyxl.load_workbook(BytesIO(named("a.xlsx"))).sheetnames == ["Sheet1"]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ((), "application/pdf"),
        (("application/pdf",), "application/pdf"),
        (("image/*",), "image/jpeg"),
        (("image/png",), "image/png"),
        (("text/csv", "image/webp"), "image/webp"),
    ],
)
def test_a_good_dummy_fits_what_is_accepted(accept: tuple[str, ...], kind: str) -> None:
    name, content = accepted(accept)
    assert kind_of(content, name) == kind


def test_every_dummy_is_small() -> None:
    assert max(len(make()) for make in DUMMIES.values()) < 10_000

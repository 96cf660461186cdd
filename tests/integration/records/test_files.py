"""A file belongs to its uploader until a record holds it; then to those who see the field that does."""

from io import BytesIO

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.messages import NoSuchThing
from mailuo.storage.files import Files

from .conftest import NOW, Clinic, person, wrong

DESK, AUDITOR, DOCTOR = person("前", "desk"), person("财", "auditor"), person("陈", "doctor")


def put(files: Files, by: Actor, content: bytes = b"%PDF-1.7 report", name: str = "报告.pdf") -> str:
    """The id of a file that somebody uploads."""
    return files.add(name, BytesIO(content), by=by.id, now=NOW, most=10_000_000).id


def test_a_file_is_shown_with_its_name_and_size(clinic: Clinic, files: Files) -> None:
    made = clinic.visit(report=put(files, SYSTEM))
    assert {name: made["report"][name] for name in ("name", "size")} == {"name": "报告.pdf", "size": 15}  # type: ignore[index]
    again = clinic.records.update(SYSTEM, "referrals", str(made["id"]), {"report": made["report"]})
    assert again["version"] == 1


def test_only_its_uploader_attaches_a_loose_file(clinic: Clinic, files: Files) -> None:
    loose = put(files, AUDITOR)
    assert clinic.records.file(AUDITOR, loose).name == "报告.pdf"
    with pytest.raises(NoSuchThing):
        clinic.records.file(DESK, loose)
    with pytest.raises(Refusal) as refusal:
        clinic.visit(DESK, report=loose)
    assert wrong(refusal) == [("report", "not_found")]


def test_a_held_file_is_seen_by_who_sees_the_record(clinic: Clinic, files: Files) -> None:
    mine = put(files, DESK)
    made = clinic.visit(DESK, clinic="S", report=mine, doctor="陈")
    assert clinic.records.file(DOCTOR, mine).id == mine
    with pytest.raises(NoSuchThing):
        clinic.records.file(AUDITOR, mine)
    clinic.records.delete(DESK, "referrals", str(made["id"]))
    with pytest.raises(NoSuchThing):
        clinic.records.file(DESK, mine)


@pytest.mark.parametrize("content", [b"plain words", b"%PDF-1.7" + b"x" * 1_100_000])
def test_type_and_size_are_the_contents_not_the_names(clinic: Clinic, files: Files, content: bytes) -> None:
    with pytest.raises(Refusal) as refusal:
        clinic.visit(report=put(files, SYSTEM, content))
    assert wrong(refusal) == [("report", "invalid")]


def test_an_unknown_file_is_refused(clinic: Clinic) -> None:
    for report in ("0192f0c4-1111-7111-8111-111111111111", "x"):
        with pytest.raises(Refusal):
            clinic.visit(report=report)

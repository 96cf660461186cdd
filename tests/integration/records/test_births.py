"""New records whose number is taken, and whose answer is given, by the statement that writes them (on PostgreSQL)."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.records.idempotency import Request
from mailuo.storage.files import Files

from .conftest import NOW, Clinic, person, wrong

DESK = person("前", "desk")


def _stay(clinic: Clinic, ward: str = "A", **values: object) -> str:
    """The key of a new stay; the answer is what reading it gives."""
    made = clinic.records.create(SYSTEM, "stays", {"ward": ward, **values})
    assert made == clinic.records.get(SYSTEM, "stays", str(made["stay_no"])).json()
    return str(made["stay_no"])


def _brought(clinic: Clinic, ward: str, key: str) -> None:
    (outcome,) = clinic.records.take_in(SYSTEM, "stays", [{"ward": ward, "stay_no": key}])
    assert not outcome.problems


def test_a_new_record_has_its_key_its_files_and_nothing_that_points_to_it(clinic: Clinic, files: Files) -> None:
    for number in (1, 3, 5):
        scan = files.add("单.pdf", BytesIO(b"%PDF-1.7"), by=SYSTEM.id, now=NOW, most=10_000).id
        keys = [_stay(clinic, bed=f"{number}", rate="88.00"), _stay(clinic, scan=scan)]
        assert keys == [f"A-0{number}号", f"A-0{number + 1}号"]
        plain, filed = (clinic.records.get(SYSTEM, "stays", key).json() for key in keys)
        assert (plain["rounds"], plain["rate"], plain["scan"]) == ([], "88.00", None)
        assert (filed["rounds"], filed["scan"]["name"]) == ([], "单.pdf")  # type: ignore[index]


def test_each_ward_counts_by_itself_and_the_number_outgrows_its_digits(clinic: Clinic) -> None:
    assert [_stay(clinic, ward) for ward in "ABA"] == ["A-01号", "B-01号", "A-02号"]
    _brought(clinic, "A", "A-98号")
    assert [_stay(clinic, ward) for ward in "AABA"] == ["A-99号", "A-100号", "B-02号", "A-101号"]


def test_a_number_whose_key_somebody_bears_is_left_out(clinic: Clinic) -> None:
    _brought(clinic, "B", "A-02号")
    assert [_stay(clinic) for _ in range(3)] == ["A-01号", "A-03号", "A-04号"]


def test_a_refused_record_leaves_nothing_and_uses_up_no_number(clinic: Clinic) -> None:
    for bed in ("1", "2"):
        _stay(clinic, bed=bed)
        with pytest.raises(Refusal) as refusal:
            _stay(clinic, bed=bed)
        assert wrong(refusal) == [("bed", "not_unique")]
    assert _stay(clinic) == "A-03号"
    assert [len(clinic.records.history(SYSTEM, "stays", f"A-0{number}号")) for number in (1, 2, 3)] == [1, 1, 1]


def test_who_makes_a_record_that_they_may_not_see_is_told_its_id(clinic: Clinic) -> None:
    for _ in range(2):
        seen, unseen = (clinic.records.create(DESK, "stays", {"ward": ward}) for ward in "AB")
        assert seen == clinic.records.get(DESK, "stays", str(seen["stay_no"])).json()
        assert "rate" not in seen
        assert list(unseen) == ["id"]
        assert clinic.records.get(SYSTEM, "stays", str(unseen["id"])).values["ward"] == "B"


def test_the_same_request_makes_one_record(clinic: Clinic) -> None:
    for turn in range(3):
        once = Request(f"k{turn}", "digest")
        first, again = (clinic.records.create(SYSTEM, "stays", {"ward": "A"}, request=once) for _ in range(2))
        assert first == again
        assert first["stay_no"] == f"A-0{turn + 1}号"


def test_eight_writers_of_two_wards_leave_no_gap_and_no_double(clinic: Clinic) -> None:
    start = Barrier(8)

    def write(worker: int) -> list[str]:
        start.wait()
        return [_stay(clinic, "AB"[(worker + turn) % 2]) for turn in range(10)]

    with ThreadPoolExecutor(8) as pool:
        keys = sorted(key for written in pool.map(write, range(8)) for key in written)
    assert keys == [f"{ward}-{number:02}号" for ward in "AB" for number in range(1, 41)]

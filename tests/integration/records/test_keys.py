"""Keys follow their pattern without gaps, whoever writes at the same time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM

from .conftest import Clinic


@pytest.mark.parametrize(
    ("seen_at", "number"),
    [
        ("2026-01-15T23:59:59+08:00", "N20260115-001"),
        ("2026-01-15T15:59:59Z", "N20260115-001"),
        ("2026-01-15T16:00:00Z", "N20260116-001"),
        ("2026-01-16T00:30", "N20260116-001"),
    ],
)
def test_the_day_of_a_key_is_the_workspace_zones(clinic: Clinic, seen_at: str, number: str) -> None:
    assert clinic.visit(seen_at=seen_at)["referral_no"] == number


def test_a_number_once_given_is_never_given_again(clinic: Clinic) -> None:
    clinic.records.delete(SYSTEM, "referrals", str(clinic.visit()["id"]))
    assert clinic.visit()["referral_no"] == "N20260115-002"


def test_a_refused_record_uses_up_no_number(clinic: Clinic) -> None:
    clinic.visit(outside_no="1")
    with pytest.raises(Refusal):
        clinic.visit(outside_no="1")
    assert clinic.visit()["referral_no"] == "N20260115-002"


def test_a_key_stays_when_what_it_was_made_from_changes(clinic: Clinic) -> None:
    key = str(clinic.visit()["referral_no"])
    changed = clinic.records.update(SYSTEM, "referrals", key, {"clinic": "S", "seen_at": "2026-02-01T09:00"})
    assert changed["referral_no"] == key


def test_eight_writers_at_once_leave_no_gap_and_no_double(clinic: Clinic) -> None:
    start = Barrier(8)

    def write(worker: int) -> list[str]:
        start.wait()
        return [str(clinic.visit(clinic="NSW"[(worker + turn) % 3])["referral_no"]) for turn in range(12)]

    with ThreadPoolExecutor(8) as pool:
        keys = [key for written in pool.map(write, range(8)) for key in written]
    assert len(set(keys)) == 96
    for clinic_id, count in Counter(key[0] for key in keys).items():
        assert sorted(key for key in keys if key[0] == clinic_id) == [
            f"{clinic_id}20260115-{n + 1:03}" for n in range(count)
        ]

"""Records are made, changed, thrown away and brought back; everything that is wrong is said at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.records.messages import LostRace, NoSuchThing
from mailuo.storage import system

from .conftest import NOW, Clinic, person, wrong


def test_a_new_record_is_answered_as_the_api_shows_it(clinic: Clinic) -> None:
    clinic.patient()
    made = clinic.visit(patient="P1", fee="12.50", labels=["急", "远"])
    shown = {name: made[name] for name in ("referral_no", "clinic", "seen_at", "patient", "fee", "labels", "version")}
    assert shown == {
        "referral_no": "N20260115-001",
        "clinic": "N",
        "seen_at": "2026-01-15T09:00:00+08:00",
        "patient": "P1",
        "fee": "12.50",
        "labels": ["急", "远"],
        "version": 1,
    }
    assert made == clinic.records.get(SYSTEM, "referrals", "N20260115-001").json()


def test_a_record_is_found_by_its_key_and_by_its_id(clinic: Clinic) -> None:
    made = clinic.visit()
    by_id = clinic.records.get(SYSTEM, "referrals", str(made["id"]))
    assert by_id.key == made["referral_no"]
    with pytest.raises(NoSuchThing):
        clinic.records.get(SYSTEM, "referrals", "N20260115-002")


def test_defaults_fill_what_was_not_given(clinic: Clinic) -> None:
    made = clinic.visit()
    assert (made["urgent"], made["due_at"]) == (False, "2026-01-22T09:00:00+08:00")
    assert clinic.visit(due_at="2026-02-01T00:00")["due_at"] == "2026-02-01T00:00:00+08:00"


def test_everything_that_is_wrong_is_said_at_once(clinic: Clinic) -> None:
    with pytest.raises(Refusal) as refusal:
        clinic.visit(clinic="Q", seen_at=None, feee=1, patient="P9", weeks=-1, referral_no="N1", doctor="role:nobody")
    assert sorted(wrong(refusal)) == [
        ("clinic", "invalid"),
        ("doctor", "not_found"),
        ("feee", "invalid"),
        ("patient", "not_found"),
        ("referral_no", "read_only"),
        ("seen_at", "required"),
        ("weeks", "invalid"),
    ]


def test_each_system_column_is_refused_by_name_and_nothing_is_written(clinic: Clinic) -> None:
    made = clinic.visit()
    sent = {
        "note": "好",
        "id": 9,
        "status": "seen",
        "created_by": "x",
        "version": 99,
        "deleted_at": None,
        "booked": "x",
        "__class__": "x",
    }
    with pytest.raises(Refusal) as refusal:
        clinic.records.update(SYSTEM, "referrals", str(made["id"]), sent)
    assert [field for field, _ in wrong(refusal)] == [name for name in sent if name != "note"]
    assert clinic.records.get(SYSTEM, "referrals", str(made["id"])).json() == made


def test_a_batch_is_made_whole_or_not_at_all(clinic: Clinic) -> None:
    rows = [{"clinic": "N", "seen_at": "2026-01-15T09:00"}, {"clinic": "S"}]
    with pytest.raises(Refusal) as refusal:
        clinic.records.create_many(SYSTEM, "referrals", rows)
    assert [(problem.path, problem.field) for problem in refusal.value.problems] == [("records[1]", "seen_at")]
    assert clinic.numbers() == []
    made = clinic.records.create_many(SYSTEM, "referrals", [rows[0], rows[0]])["records"]
    assert [each["referral_no"] for each in made] == ["N20260115-001", "N20260115-002"]  # type: ignore[attr-defined]


def test_only_what_changes_counts_as_a_change(clinic: Clinic) -> None:
    key = str(clinic.visit(note="旧")["referral_no"])
    assert clinic.records.update(SYSTEM, "referrals", key, {"note": "旧"})["version"] == 1
    assert clinic.records.update(SYSTEM, "referrals", key, {"note": "新"})["version"] == 2


def test_a_lost_race_is_one_about_the_sent_fields_alone(clinic: Clinic) -> None:
    key = str(clinic.visit()["referral_no"])
    clinic.records.update(SYSTEM, "referrals", key, {"note": "甲"}, if_match=1)
    assert clinic.records.update(SYSTEM, "referrals", key, {"fee": "3"}, if_match=1)["version"] == 3
    with pytest.raises(LostRace):
        clinic.records.update(SYSTEM, "referrals", key, {"note": "乙"}, if_match=1)
    with pytest.raises(LostRace):
        clinic.records.update(SYSTEM, "referrals", key, {"note": "乙"}, if_match=9)


def test_what_must_be_unique_is_unique_with_the_trash(clinic: Clinic) -> None:
    first = clinic.visit(outside_no="7")
    clinic.records.delete(SYSTEM, "referrals", str(first["id"]))
    with pytest.raises(Refusal) as refusal:
        clinic.visit(outside_no="7")
    assert wrong(refusal) == [("outside_no", "not_unique")]
    assert clinic.visit(clinic="S", outside_no="7")["referral_no"] == "S20260115-001"
    other = clinic.visit(outside_no="8")
    with pytest.raises(Refusal) as refusal:
        clinic.records.update(SYSTEM, "referrals", str(other["id"]), {"outside_no": "7"})
    assert wrong(refusal) == [("outside_no", "not_unique")]


def test_a_key_without_a_pattern_is_entered_once(clinic: Clinic) -> None:
    clinic.patient()
    with pytest.raises(Refusal) as refusal:
        clinic.patient()
    assert wrong(refusal) == [("patient_no", "not_unique")]
    with pytest.raises(Refusal) as refusal:
        clinic.records.update(SYSTEM, "patients", "P1", {"patient_no": "P2"})
    assert wrong(refusal) == [("patient_no", "read_only")]


def test_what_is_still_pointed_to_cannot_be_deleted(clinic: Clinic) -> None:
    clinic.patient()
    visit = clinic.visit(patient="P1")
    with pytest.raises(Refusal) as refusal:
        clinic.records.delete(SYSTEM, "patients", "P1")
    assert wrong(refusal) == [(None, "in_use")]
    clinic.records.delete(SYSTEM, "referrals", str(visit["id"]))
    clinic.records.delete(SYSTEM, "patients", "P1")
    with pytest.raises(NoSuchThing):
        clinic.records.get(SYSTEM, "patients", "P1")


def test_a_link_that_outlives_its_record_keeps_the_key(clinic: Clinic) -> None:
    clinic.patient()
    visit = clinic.visit(companion="P1")
    clinic.records.delete(SYSTEM, "patients", "P1")
    number = str(visit["id"])
    assert clinic.records.get(SYSTEM, "referrals", number).values["companion"] == "P1"
    assert clinic.records.update(SYSTEM, "referrals", number, {"note": "独自来"})["companion"] == "P1"
    with pytest.raises(Refusal) as refusal:
        clinic.visit(companion="P1")
    assert wrong(refusal) == [("companion", "not_found")]


def test_nobody_points_to_a_record_while_it_is_deleted(clinic: Clinic) -> None:
    for number in range(12):
        clinic.patient(patient_no=f"R{number}")

    def race(deed: int) -> str:
        try:
            if deed % 2:
                clinic.records.delete(SYSTEM, "patients", f"R{deed // 2}")
            else:
                clinic.visit(patient=f"R{deed // 2}")
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(race, range(24)))
    for link, end in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert (link, end) in (("done", "in_use"), ("not_found", "done"))


def test_a_deleted_record_comes_back_as_it_was(clinic: Clinic) -> None:
    made = clinic.visit(note="原样")
    clinic.records.delete(SYSTEM, "referrals", str(made["referral_no"]))
    assert clinic.numbers() == []
    back = clinic.records.restore(SYSTEM, "referrals", str(made["referral_no"]))
    assert (back["note"], back["version"]) == ("原样", 3)
    with pytest.raises(NoSuchThing):
        clinic.records.restore(SYSTEM, "referrals", str(made["referral_no"]))


def test_a_record_comes_back_only_after_what_it_points_to(clinic: Clinic) -> None:
    clinic.patient()
    visit = str(clinic.visit(patient="P1")["id"])
    clinic.records.delete(SYSTEM, "referrals", visit)
    clinic.records.delete(SYSTEM, "patients", "P1")
    with pytest.raises(Refusal) as refusal:
        clinic.records.restore(SYSTEM, "referrals", visit)
    assert wrong(refusal) == [("patient", "not_found")]
    clinic.records.restore(SYSTEM, "patients", "P1")
    assert clinic.records.restore(SYSTEM, "referrals", visit)["patient"] == "P1"


def test_the_history_says_who_changed_what(clinic: Clinic) -> None:
    key = str(clinic.visit(fee="1")["referral_no"])
    clinic.records.update(person("李", "desk"), "referrals", key, {"fee": "2.5", "note": "改"})
    turns = [turn.json(clinic.records.running) for turn in clinic.records.history(SYSTEM, "referrals", key)]
    assert [(turn["event"], turn.get("field"), turn.get("from"), turn.get("to"), turn["by"]) for turn in turns] == [
        ("changed", "note", None, "改", "李"),
        ("changed", "fee", "1.00", "2.50", "李"),
        ("created", None, None, None, "system"),
    ]


def test_flows_learn_of_every_change(clinic: Clinic) -> None:
    made = clinic.visit(note="a")
    clinic.records.update(SYSTEM, "referrals", str(made["id"]), {"note": "b"}, quiet=True)
    clinic.records.update(SYSTEM, "referrals", str(made["id"]), {"note": "b"})
    clinic.records.delete(SYSTEM, "referrals", str(made["id"]))
    told = [
        (c.old and c.old["note"], c.new and c.new["note"], c.quiet) for c in clinic.changes if c.record == made["id"]
    ]
    assert told == [(None, "a", False), ("a", "b", True), ("b", None, False)]


def test_an_import_writes_good_rows_and_tells_the_others_apart(clinic: Clinic) -> None:
    rows = [
        {"referral_no": "N20260115-090", "clinic": "N", "seen_at": "2026-01-15T09:00"},
        {"referral_no": "N20260115-090", "clinic": "N", "seen_at": "2026-01-15T09:00"},
        {"clinic": "Z", "seen_at": "2026-01-15T09:00"},
        {"clinic": "N", "seen_at": "2026-01-15T10:00"},
    ]
    outcomes = clinic.records.take_in(SYSTEM, "referrals", rows)
    assert [[problem.code for problem in outcome.problems] for outcome in outcomes] == [
        [],
        ["not_unique"],
        ["invalid"],
        [],
    ]
    assert sorted(clinic.numbers()) == ["N20260115-090", "N20260115-091"]


def test_an_import_may_change_what_is_there(clinic: Clinic) -> None:
    clinic.patient()
    rows = [
        {"patient_no": "P1", "name": "张三丰"},
        {"patient_no": "P2", "name": "李四"},
        {"patient_no": "P1", "phone": "?"},
    ]
    outcomes = clinic.records.take_in(SYSTEM, "patients", rows, upsert=True)
    assert [outcome.record is not None for outcome in outcomes] == [True, True, False]
    assert clinic.records.get(SYSTEM, "patients", "P1").json()["name"] == "张三丰"


def test_personal_data_goes_on_demand_and_leaves_a_mark(clinic: Clinic) -> None:
    clinic.patient()
    clinic.records.update(SYSTEM, "patients", "P1", {"phone": "13711112222", "city": "宁波"})
    clinic.records.erase(SYSTEM, "patients", "P1")
    kept = clinic.records.get(SYSTEM, "patients", "P1").json()
    assert (kept["patient_no"], kept["name"], kept["phone"], kept["city"]) == ("P1", None, None, "宁波")
    turns = [(turn.event, turn.field, turn.old, turn.new) for turn in clinic.records.history(SYSTEM, "patients", "P1")]
    assert turns == [
        ("erased", None, None, None),
        ("changed", "city", "杭州", "宁波"),
        ("changed", "phone", None, None),
        ("created", None, None, None),
    ]


@pytest.mark.parametrize(("state", "values"), [("ok", {}), ("waiting", {"phone": "13711112222"})])
def test_what_was_called_outside_about_a_person_goes_once_it_is_over(clinic: Clinic, state: str, values: object) -> None:
    record = clinic.patient()["id"]
    row = {
        "id": "1", "connector": "c", "operation": "o", "table": "patients", "record": record, "values": {"phone": "13711112222"},
        "state": state, "answer": {"a": 1}, "at": NOW, "due_at": NOW,
    }  # fmt: skip
    clinic.store.write(lambda connection: connection.execute(insert(system.call), row).close())
    clinic.records.erase(SYSTEM, "patients", "P1")
    with clinic.store.read() as connection:
        kept = connection.execute(select(system.call.c["values"])).scalar_one()
    assert kept == values

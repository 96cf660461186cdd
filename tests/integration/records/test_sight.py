"""What a role may not see is absent, cannot be asked, and changes no answer."""

from collections.abc import Callable
from typing import Any

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.messages import BadQuestion, NoSuchThing
from mailuo.records.query import Query

from .conftest import PATIENT, Clinic, person, wrong

DESK = person("前", "desk")
AUDITOR = person("财", "auditor")
BOTH = person("双", "desk", "auditor")
DOCTOR = person("陈", "doctor")
PORTER = person("工", "porter")
WARDEN = person("管", "warden")
NOBODY = person("谁")


@pytest.fixture
def clinic(clinic: Clinic) -> Clinic:
    """Referrals of all three clinics, each with a fee and a cost."""
    clinic.patient()
    clinic.patient(patient_no="P2", city="上海", phone="13900001111")
    for place, patient, doctor in (("N", "P1", "陈"), ("S", "P2", "陈"), ("W", "P1", None)):
        clinic.visit(clinic=place, patient=patient, doctor=doctor, fee="10", cost="4")
    return clinic


@pytest.mark.parametrize(
    ("actor", "places"),
    [(SYSTEM, "NSW"), (person("管", "admin"), "NSW"), (DESK, "NS"), (AUDITOR, "N"), (BOTH, "NS"), (DOCTOR, "NS")],
)
def test_a_role_sees_its_rows(clinic: Clinic, actor: Actor, places: str) -> None:
    assert clinic.numbers(actor, sort="clinic") == [f"{place}20260115-001" for place in sorted(places)]
    count = clinic.records.page(actor, "referrals", Query(limit=1, count=True)).count
    assert count is not None
    assert count.number == len(places)
    for place in "NSW":
        seen = place in places
        try:
            found = clinic.records.get(actor, "referrals", f"{place}20260115-001").key
        except NoSuchThing:
            found = None
        assert (found is not None) is seen


@pytest.mark.parametrize("names", ["陈刘", "刘陈"])
def test_each_of_one_role_sees_their_own_whoever_asked_first(clinic: Clinic, names: str) -> None:
    clinic.visit(patient="P1", doctor="刘", note="刘 alone")
    mine = {"陈": ["N20260115-001"], "刘": ["N20260115-002"]}
    for name in names * 2:
        doctor = person(name, "doctor")
        assert clinic.records.get(doctor, "patients", "P1").json()["referrals"] == mine[name]
        expanded: Any = clinic.records.get(doctor, "patients", "P1", expand=("referrals",)).json()["referrals"]
        assert [each["referral_no"] for each in expanded] == mine[name]
        (listed,) = clinic.records.page(doctor, "patients", Query(filter="{city} = '杭州'", expand=("referrals",))).records
        assert listed.json()["referrals"] == expanded
        assert clinic.numbers(doctor, filter="{clinic} = 'N'") == mine[name]
        assert [hit.key for hit in clinic.records.search(doctor, "N20260115")] == mine[name]


def test_a_table_without_a_right_is_not_there(clinic: Clinic) -> None:
    for actor, table in ((NOBODY, "referrals"), (AUDITOR, "patients"), (PORTER, "referrals"), (SYSTEM, "no_such")):
        with pytest.raises(NoSuchThing):
            clinic.records.page(actor, table, Query())


def test_hidden_fields_are_absent_with_all_that_reads_them_but_what_is_released(clinic: Clinic) -> None:
    seen = clinic.records.get(DESK, "referrals", "N20260115-001").json()
    assert "cost" not in seen
    assert "margin" not in seen
    assert (seen["fee"], seen["share"]) == ("10.00", 0.6)


def test_rights_add_up_row_by_row(clinic: Clinic) -> None:
    north, south = (clinic.records.get(BOTH, "referrals", f"{place}20260115-001").json() for place in "NS")
    assert (north["cost"], north["margin"]) == ("4.00", 6)
    assert "cost" not in south
    assert "margin" not in south
    page = clinic.records.page(BOTH, "referrals", Query(sort="clinic")).records
    assert ["cost" in record.json() for record in page] == [True, False]
    assert ["cost" in record.values for record in page] == [True, False]


ASKING: dict[str, Callable[[str], Query]] = {
    "filter": lambda name: Query(filter=f"{{{name}}} = 4"),
    "sort": lambda name: Query(sort=f"-{name}"),
    "sorting formula": lambda name: Query(sort=f"{{{name}}} + 1"),
}


@pytest.mark.parametrize("way", ASKING)
@pytest.mark.parametrize(
    ("actor", "table", "name"),
    [(DESK, "referrals", "cost"), (DESK, "referrals", "margin"), (BOTH, "referrals", "cost")],
)
def test_what_is_not_seen_in_every_row_is_an_unknown_name(
    clinic: Clinic, way: str, actor: Actor, table: str, name: str
) -> None:
    answers = []
    for asked in (name, "x" * len(name)):
        with pytest.raises(BadQuestion) as refusal:
            clinic.records.page(actor, table, ASKING[way](asked))
        (problem,) = refusal.value.problems
        answers.append((problem.code, problem.field, set(problem.values) <= {"found", "near"}))
    assert answers[0] == answers[1]


def test_a_masked_field_is_shown_in_part_and_asked_not_at_all(clinic: Clinic) -> None:
    seen = clinic.records.get(DESK, "patients", "P1")
    assert (seen.json()["phone"], seen.values["phone"]) == ("138****5678", "138****5678")
    for query in (
        Query(filter="{phone} = '13812345678'"),
        Query(sort="phone"),
        Query(filter="CONTAINS({电话}, '138')"),
    ):
        with pytest.raises(BadQuestion):
            clinic.records.page(DESK, "patients", query)
    with pytest.raises(BadQuestion):
        clinic.records.page(DESK, "referrals", Query(filter="{patient.phone} = '13812345678'"))


def test_what_lies_behind_a_link_is_seen_as_the_row_it_stands_in(clinic: Clinic) -> None:
    """The doctor sees patients of one city only; the others' cities stay blank however they are asked for."""
    assert clinic.numbers(DOCTOR, filter="{patient.city} = '杭州'") == ["N20260115-001"]
    assert clinic.numbers(DOCTOR, filter="{patient.city} = '上海'") == []
    cities = {record.key: record.json()["city"] for record in clinic.records.page(DOCTOR, "referrals", Query()).records}
    assert cities == {"N20260115-001": "杭州", "S20260115-001": None}
    expanded = clinic.records.get(DOCTOR, "referrals", "S20260115-001", expand=("patient",)).json()["patient"]
    assert expanded == "P2"


def test_a_computed_field_takes_nothing_that_its_own_row_does_not_show(clinic: Clinic) -> None:
    """One role sees the computed field, the other more rows of what it reads, but not that of them."""
    doctor, desk = person("陈", "doctor", "keeper"), person("前", "desk", "keeper")
    assert "city" not in clinic.records.get(doctor, "patients", "P2").json()
    numbers = ("N20260115-001", "S20260115-001")
    assert [clinic.records.get(doctor, "referrals", each).json()["city"] for each in numbers] == ["杭州", None]
    patient = clinic.records.get(desk, "patients", "P1").json()
    assert (patient["paid"], patient["visits"]) == ("10.00", 2)


def test_children_and_rollups_hold_what_the_asker_sees(clinic: Clinic) -> None:
    assert clinic.records.get(DESK, "patients", "P1").json()["referrals"] == ["N20260115-001"]
    assert clinic.records.get(DESK, "patients", "P1").json()["visits"] == 1
    assert clinic.records.get(SYSTEM, "patients", "P1").json()["visits"] == 2
    assert "visits" not in clinic.records.get(PORTER, "patients", "P1").json()


def test_a_view_that_asks_what_one_may_not_ask_is_not_there(clinic: Clinic) -> None:
    with pytest.raises(BadQuestion):
        clinic.records.page(DESK, "referrals", Query(view="by_cost"))
    assert len(clinic.records.page(SYSTEM, "referrals", Query(view="by_cost")).records) == 3


REFUSED: list[tuple[Actor, str, dict[str, Any], list[tuple[str | None, str]]]] = [
    (DESK, "N", {"cost": 1}, [("cost", "invalid")]),
    (DESK, "N", {"clinic": "S"}, [("clinic", "not_permitted")]),
    (DESK, "W", {"note": "x"}, [(None, "not_found")]),
    (AUDITOR, "N", {"note": "x"}, [("note", "not_permitted")]),
    (DOCTOR, "N", {"margin": 1}, [("margin", "read_only")]),
]


@pytest.mark.parametrize(("actor", "place", "sent", "problems"), REFUSED)
def test_writing_is_held_to_the_same_rights(
    clinic: Clinic, actor: Actor, place: str, sent: dict[str, Any], problems: list[tuple[str | None, str]]
) -> None:
    with pytest.raises(Refusal) as refusal:
        clinic.records.update(actor, "referrals", f"{place}20260115-001", sent)
    assert wrong(refusal) == problems


def test_what_is_taken_is_said_of_what_is_shown(clinic: Clinic) -> None:
    for ward in "AB":
        clinic.records.create(SYSTEM, "stays", {"ward": ward, "bed": "秘床"})
    for actor, field, told in ((WARDEN, "ward", "“病区”的值“B”已被使用"), (SYSTEM, "bed", "“床号”的值“秘床”已被使用")):
        with pytest.raises(Refusal) as refusal:
            clinic.records.update(actor, "stays", "A-01号", {"ward": "B"})
        assert wrong(refusal) == [(field, "not_unique")]
        assert refusal.value.problems[0].text() == told


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        (WARDEN, [(None, "这条记录不符合它的规则"), ("deposit", "“押金”不符合它的规则")]),
        (
            SYSTEM,
            [
                ("rate", "“日费”不符合规则 NOT({deposit} > {rate})"),
                ("deposit", "“押金”不符合规则 NOT({deposit} > {rate} * 2)"),
            ],
        ),
    ],
)
def test_a_broken_rule_tells_nothing_of_what_is_hidden(
    clinic: Clinic, actor: Actor, told: list[tuple[str | None, str]]
) -> None:
    clinic.records.create(SYSTEM, "stays", {"ward": "A", "rate": "10"})
    with pytest.raises(Refusal) as refusal:
        clinic.records.update(actor, "stays", "A-01号", {"deposit": "50"})
    assert [(problem.field, problem.text()) for problem in refusal.value.problems] == told


@pytest.mark.parametrize("actor", [SYSTEM, DESK, BOTH])
def test_who_makes_a_record_is_told_what_they_may_see_of_it(clinic: Clinic, actor: Actor) -> None:
    room: dict[str, object] = {"beds": 3, "open_from": "2026-01-15T09:00", "tools": ["灯", "泵"]}
    if actor is SYSTEM:
        room |= {"rent": "300.00", "line": "13812345678"}
    others: list[dict[str, object]] = [
        {"clinic": "N"},
        {"clinic": "W"},
        {"clinic": None},
        {"clinic": "S", "open_from": None},
        {"clinic": "W", "keeper": "前"},
    ]
    for place, other in enumerate(others):
        code = f"{place}"
        made = clinic.records.create(actor, "rooms", {**room, "code": code, **other})
        try:
            expected = clinic.records.get(actor, "rooms", code).json()
        except NoSuchThing:
            expected = {"id": made["id"]}
        assert made == expected
        assert actor is not SYSTEM or made["per_bed"] == 100
        assert len(clinic.records.history(SYSTEM, "rooms", code)) == 1


def test_what_a_new_record_shows_of_others_is_there_at_once(clinic: Clinic) -> None:
    made = clinic.records.create(SYSTEM, "patients", PATIENT | {"patient_no": "P3"})
    assert (made["visits"], made["referrals"]) == (0, [])
    assert clinic.visit(DESK, patient="P3")["city"] == PATIENT["city"]


def test_a_masked_field_is_not_written(clinic: Clinic) -> None:
    with pytest.raises(Refusal) as refusal:
        clinic.records.create(DESK, "patients", {"patient_no": "P3", "name": "王", "phone": "13711112222"})
    assert refusal.value.code == "not_permitted"


def test_making_and_deleting_need_their_rights(clinic: Clinic) -> None:
    made = clinic.visit(DESK, fee="3")
    with pytest.raises(Refusal) as refusal:
        clinic.visit(DOCTOR)
    assert refusal.value.code == "not_permitted"
    with pytest.raises(Refusal) as refusal:
        clinic.records.delete(DOCTOR, "referrals", "N20260115-001")
    assert refusal.value.code == "not_permitted"
    clinic.records.delete(DESK, "referrals", str(made["id"]))


def test_the_history_hides_and_masks_like_the_fields(clinic: Clinic) -> None:
    clinic.records.update(SYSTEM, "referrals", "N20260115-001", {"cost": 5, "fee": 11})
    clinic.records.update(SYSTEM, "patients", "P1", {"phone": "13711112222"})
    assert [turn.field for turn in clinic.records.history(DESK, "referrals", "N20260115-001")] == ["fee", None]
    (turn, _) = clinic.records.history(DESK, "patients", "P1")
    assert (turn.old, turn.new) == ("138****5678", "137****2222")
    with pytest.raises(NoSuchThing):
        clinic.records.history(AUDITOR, "referrals", "S20260115-001")


def test_a_hidden_value_changes_no_answer(clinic: Clinic) -> None:
    """Whatever the cost is, the desk gets the same bytes for everything it may ask."""

    def everything() -> list[object]:
        page = clinic.records.page(DESK, "referrals", Query(sort="-fee,referral_no", count=True, expand=("patient",)))
        stable = [
            {name: value for name, value in record.json().items() if name not in HISTORICAL} for record in page.records
        ]
        return [stable, page.count, clinic.records.names(DESK, "referrals", Query(filter="{fee} > 1"))]

    before = everything()
    for place in "NSW":
        clinic.records.update(SYSTEM, "referrals", f"{place}20260115-001", {"outside_no": f"{place}9"})
    assert everything() != before
    before = everything()
    clinic.records.update(SYSTEM, "referrals", "W20260115-001", {"fee": 77, "note": "x", "labels": ["a"]})
    assert everything() == before


HISTORICAL = ("version", "updated_at", "updated_by")

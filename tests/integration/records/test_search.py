"""One box finds what people hold in their hands."""

import pytest

from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.messages import BadQuestion, NoSuchThing
from mailuo.records.query import Query

from .conftest import Clinic, person

DESK, AUDITOR = person("前", "desk"), person("财", "auditor")


@pytest.mark.parametrize(
    ("actor", "text", "found"),
    [
        (SYSTEM, "N20260115-001", ["N20260115-001"]),
        (SYSTEM, "N2026", ["N20260115-001", "N20260115-002"]),
        (SYSTEM, "A-77", ["N20260115-002"]),
        (SYSTEM, "13812345678", ["P1"]),
        (SYSTEM, "5678", ["P1"]),
        (SYSTEM, " P1 ", ["P1"]),
        (SYSTEM, "%", []),
        (SYSTEM, "", []),
        (DESK, "5678", []),
        (DESK, "W2026", []),
        (AUDITOR, "P1", []),
        (person("谁"), "P1", []),
    ],
)
def test_a_search_finds_what_the_actor_may_ask(clinic: Clinic, actor: Actor, text: str, found: list[str]) -> None:
    clinic.patient()
    clinic.visit()
    clinic.visit(outside_no="A-77")
    clinic.visit(clinic="W")
    assert sorted(hit.key for hit in clinic.records.search(actor, text)) == found


def test_characters_that_no_store_can_hold_are_refused_everywhere(clinic: Clinic) -> None:
    with pytest.raises(BadQuestion):
        clinic.records.search(SYSTEM, "a\0b")
    with pytest.raises(BadQuestion):
        clinic.records.page(SYSTEM, "referrals", Query(filter="{note} = 'a\0b'"))
    with pytest.raises(NoSuchThing):
        clinic.records.get(SYSTEM, "referrals", "a\0b")
    with pytest.raises(NoSuchThing):
        clinic.records.update(SYSTEM, "referrals", "a\0b", {"note": "x"})
    assert not clinic.records.page(SYSTEM, "referrals", Query(ids=("a\0b",))).records

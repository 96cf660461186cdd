"""Whatever is done in whatever order, the door answers as a plain dictionary would."""

from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.records.messages import LostRace
from mailuo.records.query import Query

from .conftest import Clinic, person

DESK = person("前", "desk")
FEES = st.none() | st.integers(0, 5).map(lambda fee: f"{fee}.50")
PLACES = st.sampled_from("NSW")


def machine(clinic: Clinic) -> type[RuleBasedStateMachine]:
    """The machine that drives one clinic; every run clears away what the one before left."""
    model: dict[str, dict[str, Any]] = {}
    numbers = count(1)

    class Machine(RuleBasedStateMachine):
        records = Bundle("records")

        @rule(target=records, place=PLACES, fee=FEES)
        def make(self, place: str, fee: str | None) -> str:
            made = clinic.visit(clinic=place, fee=fee, note=str(next(numbers)))
            key = str(made["referral_no"])
            model[key] = {"clinic": place, "fee": fee, "note": made["note"], "version": 1, "there": True}
            return key

        @rule(target=records, places=st.lists(PLACES, max_size=3), broken=st.booleans())
        def make_many(self, places: list[str], broken: bool) -> Any:
            rows = [{"clinic": place, "seen_at": "2026-01-15T09:00"} for place in places] + [{"clinic": "Q"}] * broken
            try:
                made = clinic.records.create_many(SYSTEM, "referrals", rows)["records"]
            except Refusal:
                assert broken
                return multiple()
            for each, place in zip(made, places, strict=True):  # type: ignore[call-overload]
                model[each["referral_no"]] = {"clinic": place, "fee": None, "note": None, "version": 1, "there": True}
            return multiple(*(each["referral_no"] for each in made))  # type: ignore[attr-defined]

        @rule(key=records, fee=FEES, behind=st.none() | st.integers(0, 2))
        def change(self, key: str, fee: str | None, behind: int | None) -> None:
            kept = model[key]
            if_match = None if behind is None else kept["version"] - behind
            try:
                clinic.records.update(DESK, "referrals", key, {"fee": fee}, if_match=if_match)
            except LostRace:
                assert behind
            except Refusal as refusal:
                assert refusal.code == "not_found"
                assert not kept["there"] or kept["clinic"] == "W"
            else:
                assert kept["there"]
                kept["version"] += fee != kept["fee"]
                kept["fee"] = fee

        @rule(key=records)
        def delete(self, key: str) -> None:
            self._turn(key, False, clinic.records.delete)

        @rule(key=records)
        def restore(self, key: str) -> None:
            self._turn(key, True, clinic.records.restore)

        def _turn(self, key: str, there: bool, deed: Any) -> None:
            try:
                deed(SYSTEM, "referrals", key)
            except Refusal as refusal:
                assert refusal.code == "not_found"
                assert model[key]["there"] is there
            else:
                assert model[key]["there"] is not there
                model[key] |= {"there": there, "version": model[key]["version"] + 1}

        def teardown(self) -> None:
            for key, kept in model.items():
                if kept["there"]:
                    clinic.records.delete(SYSTEM, "referrals", key)
            model.clear()

        @invariant()
        def lists_agree(self) -> None:
            for actor, places in ((SYSTEM, "NSW"), (DESK, "NS")):
                page = clinic.records.page(actor, "referrals", Query(sort="-fee,referral_no", limit=500))
                shown = [(r.key, r.json()["fee"], r.version) for r in page.records]
                expected = [
                    (key, kept["fee"], kept["version"])
                    for key, kept in model.items()
                    if kept["there"] and kept["clinic"] in places
                ]
                assert shown == sorted(expected, key=lambda row: (row[1] is None, -Decimal(row[1] or 0), row[0]))

    return Machine


def test_the_door_answers_as_a_dictionary_would(clinic: Clinic) -> None:
    run_state_machine_as_test(
        machine(clinic), settings=settings(max_examples=15, stateful_step_count=12, deadline=None)
    )

"""A request that carries an Idempotency-Key has its effect once, and its first answer every time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM
from mailuo.records.idempotency import Request

from .conftest import VISIT, Clinic, person

ONCE = Request("k1", "digest of the body")


def test_the_same_request_again_gets_the_first_answer(clinic: Clinic) -> None:
    first = clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE)
    assert clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE) == first
    assert clinic.numbers() == ["N20260115-001"]


def test_racing_requests_have_one_effect(clinic: Clinic) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda _: clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE)["id"], range(6))
        )
    assert len(set(answers)) == 1


def test_the_key_with_another_body_is_refused(clinic: Clinic) -> None:
    clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE)
    with pytest.raises(Refusal) as refusal:
        clinic.records.create(SYSTEM, "referrals", VISIT, request=Request("k1", "another"))
    assert refusal.value.code == "idempotency_mismatch"


def test_a_refused_request_keeps_no_answer(clinic: Clinic) -> None:
    with pytest.raises(Refusal):
        clinic.records.create(SYSTEM, "referrals", {"clinic": "N"}, request=ONCE)
    assert clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE)["referral_no"] == "N20260115-001"


def test_keys_are_each_persons_own_and_forgotten_after_a_day(clinic: Clinic) -> None:
    clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE)
    clinic.records.create(person("管", "admin"), "referrals", VISIT, request=ONCE)
    clinic.clock.advance(timedelta(hours=25))
    clinic.records.create(SYSTEM, "referrals", VISIT, request=ONCE)
    assert len(clinic.numbers()) == 3

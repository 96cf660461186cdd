"""Saved views belong to one person and one table."""

import pytest

from mailuo.base.problems import Refusal
from mailuo.records.messages import NoSuchThing
from mailuo.records.saved_views import MOST_VIEWS

from .conftest import Clinic, person, wrong

ANNA, BERTA = person("安", "desk"), person("贝", "desk")


def test_a_view_is_kept_as_it_was_asked(clinic: Clinic) -> None:
    views = clinic.records.views
    made = views.save(ANNA, "referrals", " 北院 ", filter='{clinic} = "N"', sort="-seen_at", columns=["clinic", "fee"])
    assert views.of(ANNA, "referrals") == [made]
    assert (made.title, made.filter, made.sort, made.columns) == ("北院", '{clinic} = "N"', "-seen_at", ("clinic", "fee"))
    assert views.get(ANNA, "referrals", made.id) == made


def test_nobody_else_sees_or_drops_it(clinic: Clinic) -> None:
    views = clinic.records.views
    made = views.save(ANNA, "referrals", "北院")
    views.drop(BERTA, "referrals", made.id)
    assert views.of(BERTA, "referrals") == []
    assert views.get(BERTA, "referrals", made.id) is None
    assert views.of(ANNA, "referrals") == [made]


def test_its_owner_drops_it(clinic: Clinic) -> None:
    views = clinic.records.views
    made = views.save(ANNA, "referrals", "北院")
    views.drop(ANNA, "referrals", made.id)
    assert views.of(ANNA, "referrals") == []


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"title": "  "}, ("title", "invalid")),
        ({"title": "长" * 41}, ("title", "invalid")),
        ({"title": "a\x00b"}, (None, "invalid")),
        ({"title": "长", "filter": "x" * 10_001}, ("filter", "too_large")),
    ],
)
def test_what_cannot_be_kept_is_refused(clinic: Clinic, given: dict[str, str], refused: tuple[str | None, str]) -> None:
    with pytest.raises(Refusal) as refusal:
        clinic.records.views.save(ANNA, "referrals", **given)
    assert wrong(refusal) == [refused]


def test_one_too_many_is_refused(clinic: Clinic) -> None:
    for number in range(MOST_VIEWS):
        clinic.records.views.save(ANNA, "referrals", f"{number}")
    with pytest.raises(Refusal) as refusal:
        clinic.records.views.save(ANNA, "referrals", "one more")
    assert wrong(refusal) == [(None, "too_large")]


def test_a_table_that_is_not_there_has_no_views(clinic: Clinic) -> None:
    with pytest.raises(NoSuchThing):
        clinic.records.views.save(ANNA, "nothing", "北院")

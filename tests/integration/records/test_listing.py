"""Lists are filtered and sorted by formulas, paged by sealed cursors, and filled from other tables in one go."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mailuo.records.actor import SYSTEM
from mailuo.records.messages import BadQuestion
from mailuo.records.query import Query

from .conftest import Clinic, person


@pytest.fixture
def busy(clinic: Clinic) -> Clinic:
    """Three patients' referrals with fees 30, 10, 20 and none."""
    clinic.patient()
    clinic.patient(patient_no="P2", city="上海")
    for fee, patient, labels in (
        ("30", "P1", ["急"]),
        ("10", "P2", None),
        ("20", "P1", ["急", "远"]),
        (None, None, None),
    ):
        clinic.visit(fee=fee, patient=patient, labels=labels)
    return clinic


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("{fee} > 15", ["001", "003"]),
        ("{费用} = 10", ["002"]),
        ("ISBLANK({fee})", ["004"]),
        ("{patient.city} = '杭州'", ["001", "003"]),
        ("{city} = '上海'", ["002"]),
        ("HAS({labels}, '远')", ["003"]),
        ("{patient} = 'P1'", ["001", "003"]),
        ("{fee} * 3 = 90", ["001"]),
        ("NOT({closed})", ["001", "002", "003", "004"]),
        ("{margin} > 0", []),
        ("{clinic} = 'N') OR (1 = 1", None),
        ("{no_such} = 1", None),
        ("{fee}", None),
        ("{fee} = 'a'", None),
    ],
)
def test_a_formula_filters(busy: Clinic, condition: str, numbers: list[str] | None) -> None:
    if numbers is None:
        with pytest.raises(BadQuestion):
            busy.numbers(filter=condition)
    else:
        assert sorted(busy.numbers(filter=condition)) == [f"N20260115-{number}" for number in numbers]


@pytest.mark.parametrize(
    ("sort", "numbers"),
    [
        ("fee", ["002", "003", "001", "004"]),
        ("-fee", ["001", "003", "002", "004"]),
        ("patient.city,-fee", ["002", "001", "003", "004"]),
        ("-ROUND({fee} / 20, 0),referral_no", ["001", "002", "003", "004"]),
        ("-referral_no", ["004", "003", "002", "001"]),
    ],
)
def test_a_list_is_sorted_with_blanks_last_and_paged_alike(busy: Clinic, sort: str, numbers: list[str]) -> None:
    whole = busy.numbers(sort=sort)
    assert whole == [f"N20260115-{number}" for number in numbers]
    paged, cursor = [], None
    for _ in range(4):
        page = busy.records.page(SYSTEM, "referrals", Query(sort=sort, limit=1, cursor=cursor))
        paged += [record.key for record in page.records]
        cursor = page.next
    assert (paged, cursor) == (whole, None)


def test_a_cursor_belongs_to_its_question(busy: Clinic) -> None:
    cursor = busy.records.page(SYSTEM, "referrals", Query(sort="fee", limit=1)).next
    assert cursor
    for query in (
        Query(sort="-fee", cursor=cursor),
        Query(cursor=cursor),
        Query(sort="fee", filter="{fee} > 1", cursor=cursor),
    ):
        with pytest.raises(BadQuestion):
            busy.records.page(SYSTEM, "referrals", query)
    for forged in (cursor[:-2], cursor + "A", "", "x", "é" * 9, "A" * 10_000):
        with pytest.raises(BadQuestion):
            busy.records.page(SYSTEM, "referrals", Query(sort="fee", cursor=forged))


def test_now_stands_still_from_page_to_page(busy: Clinic) -> None:
    query = Query(filter="{seen_at} = NOW()", sort="fee", limit=1)
    first = busy.records.page(SYSTEM, "referrals", query)
    busy.clock.advance(timedelta(hours=1))
    second = busy.records.page(SYSTEM, "referrals", Query(filter=query.filter, sort="fee", limit=9, cursor=first.next))
    assert (len(first.records), len(second.records)) == (1, 3)
    assert busy.numbers(filter=query.filter) == []


def test_who_sees_what_is_judged_when_a_page_is_asked_for(clinic: Clinic) -> None:
    """The agent sees rooms until they open; from then on the desk does, but not their rent."""
    for code in "abc":
        room = {"clinic": "N", "open_from": "2026-01-15T10:00+08:00", "rent": "300"}
        clinic.records.create(SYSTEM, "rooms", {"code": code} | room)
    pages = {}
    for roles in (("agent",), ("agent", "desk")):
        query = Query(filter="{open_from} > NOW()", sort="code", limit=1)
        pages[roles] = clinic.records.page(person("租", *roles), "rooms", query)
        assert "rent" in pages[roles].records[0].json()
    clinic.clock.advance(timedelta(hours=2))
    for roles, codes in ((("agent",), []), (("agent", "desk"), ["b", "c"])):
        query = Query(filter="{open_from} > NOW()", sort="code", cursor=pages[roles].next, count=True)
        page = clinic.records.page(person("租", *roles), "rooms", query)
        assert [record.json()["code"] for record in page.records] == codes
        assert not any("rent" in record.json() for record in page.records)
        assert page.count is not None
        assert page.count.number == (3 if codes else 0)


@pytest.mark.parametrize("expand", [(), ("referrals",)])
def test_what_a_page_takes_from_other_tables_is_judged_when_it_is_asked_for(
    busy: Clinic, expand: tuple[str, ...]
) -> None:
    agent, query = person("租", "agent"), Query(sort="patient_no", limit=1, expand=expand)
    first = busy.records.page(agent, "patients", query)
    busy.clock.advance(timedelta(hours=1))
    second = busy.records.page(agent, "patients", replace(query, cursor=first.next))
    shown = [[len(row["referrals"]), row["visits"]] for row in (first.json()[0], second.json()[0])]  # type: ignore[arg-type]
    assert shown == [[2, 2], [0, 0]]


def test_a_page_counts_what_answers_the_question(busy: Clinic) -> None:
    count = busy.records.page(SYSTEM, "referrals", Query(filter="{fee} > 15", limit=1, count=True)).count
    assert count is not None
    assert (count.number, count.exact) == (2, True)


def test_links_show_keys_and_expanded_ones_records(busy: Clinic) -> None:
    patient = busy.records.get(SYSTEM, "patients", "P1").json()
    assert patient["referrals"] == ["N20260115-001", "N20260115-003"]
    assert (patient["paid"], patient["visits"]) == ("50.00", 2)
    whole = busy.records.get(SYSTEM, "patients", "P1", expand=("referrals",)).json()["referrals"]
    assert [each["fee"] for each in whole] == ["30.00", "20.00"]  # type: ignore[attr-defined]
    visit = busy.records.get(SYSTEM, "referrals", "N20260115-001", expand=("patient",)).json()
    assert visit["patient"]["name"] == "张三"  # type: ignore[index]


def test_fields_choose_members(busy: Clinic) -> None:
    page = busy.records.page(SYSTEM, "referrals", Query(fields=("费用", "patient.city"), sort="fee", limit=1))
    assert list(page.records[0].json()) == ["id", "referral_no", "fee", "patient.city"]


@pytest.mark.parametrize(
    "query",
    [
        Query(sort="no_such"),
        Query(fields=("no_such",)),
        Query(expand=("no_such",)),
        Query(expand=("fee",)),
        Query(view="no_such"),
        Query(limit=501),
        Query(limit=0),
        Query(sort="labels"),
        Query(sort=",".join(["fee"] * 9)),
        Query(ids=tuple("x" * 501)),
        Query(filter="(" * 20_000),
    ],
)
def test_what_cannot_be_answered_is_refused(clinic: Clinic, query: Query) -> None:
    with pytest.raises(BadQuestion):
        clinic.records.page(SYSTEM, "referrals", query)


def test_ids_are_filled_in_the_order_asked_and_keys_list_all(busy: Clinic) -> None:
    keys = busy.records.names(SYSTEM, "referrals", Query(sort="-fee")).keys
    assert keys == ["N20260115-001", "N20260115-003", "N20260115-002", "N20260115-004"]
    page = busy.records.page(SYSTEM, "referrals", Query(ids=(keys[2], "nobody", keys[0])))
    assert [record.key for record in page.records] == [keys[2], keys[0]]


def test_a_saved_view_filters_and_sorts(busy: Clinic) -> None:
    busy.visit(urgent=True, fee="5")
    assert busy.numbers(view="urgent") == ["N20260115-005"]
    assert busy.numbers(view="urgent", filter="{fee} > 9") == []


def test_a_stream_goes_through_everything_in_order(clinic: Clinic) -> None:
    rows = [{"clinic": "N", "seen_at": "2026-01-15T09:00", "fee": str(n % 7)} for n in range(1_000)]
    for _ in range(2):
        clinic.records.create_many(SYSTEM, "referrals", rows)
    fees = [str(record.json()["fee"]) for record in clinic.records.stream(SYSTEM, "referrals", Query(sort="fee"))]
    assert len(fees) == 2_000
    assert fees == sorted(fees)


@pytest.mark.parametrize("name", ["fee", "created_by"])
def test_what_is_no_link_cannot_be_expanded_and_is_not_called_unknown(clinic: Clinic, name: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        clinic.records.page(SYSTEM, "referrals", Query(expand=(name,)))
    assert [problem.code for problem in refused.value.problems] == ["invalid_expand"]

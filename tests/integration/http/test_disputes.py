"""Disputes over HTTP: asked for, proved, reviewed, foreseen; and what a held word keeps."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from mailuo.records import SYSTEM
from tests.integration.http.conftest import FILES, NOW, Caller, Shop, codes

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
ARBITRATIONS = """
arbitrations:
  payment:
    on: orders
    node: paid
    golden: bank
    auxiliary: [counter]
    tolerance: 1h
    dispute:
      open: {table: notes, set: {text: "{order_no}"}}
      assign: {role: clerk}
      needs: {photo: 回单}
      reviewed_by: {role: finance}
"""
COURT = {
    **FILES,
    "automations/arbitrations.yaml": ARBITRATIONS,
    "tables/workspace.yaml": FILES["tables/workspace.yaml"].replace("{counter", "{bank: 银行, counter"),
    "tables/orders.yaml": FILES["tables/orders.yaml"]
    .replace("paid: {title: 已付款, by: [counter]}", "paid: {title: 已付款, by: [counter, bank]}")
    .replace("checked: {title: 已核对, by: [role:clerk]}", "checked: {title: 已核对, by: [role:clerk], evidence: {photo: optional}}"),
}


@dataclass
class Court:
    """A shop with an arbitration, and those who argue in it."""

    shop: Shop
    clerk: Caller
    finance: Caller

    def disputed(self) -> dict[str, Any]:
        """A new dispute about a new order, as the API shows it."""
        order = self.clerk.order()["order_no"]
        for source, hours in (("counter", 5), ("bank", 2)):
            said = self.shop.caller("clerk", sources=(source,))
            moment = (NOW - timedelta(hours=hours)).isoformat()
            word = {"node": "paid", "source": source, "at": moment}
            assert said.post(f"/tables/orders/records/{order}/claims", word).status_code == 201
        self.shop.move(seconds=1)
        return dict(self.clerk.get("/disputes", record=order).get_json()["disputes"][0])

    def photo(self) -> str:
        """The id of a photo that the clerk has brought."""
        return str(self.clerk.upload("a.png", PNG).get_json()["id"])


AT = (NOW - timedelta(hours=3)).isoformat()


@pytest.fixture
def court(shop: Shop) -> Court:
    """The shop, where the bank's word is golden."""
    plan = shop.application.declarations.plan(COURT)
    shop.application.declarations.publish(COURT, base=plan.base, confirm=plan.confirm, by=SYSTEM)
    return Court(shop, shop.caller("clerk"), shop.caller("finance"))


def test_a_dispute_is_proved_by_one_and_decided_by_another(court: Court) -> None:
    dispute = court.disputed()
    assert (dispute["state"], dispute["node"], [claim["source"] for claim in dispute["claims"]]) == (
        "open", "paid", ["counter", "bank"],
    )  # fmt: skip
    path = f"/disputes/{dispute['id']}"
    given = court.clerk.post(f"{path}/evidence", {"file": court.photo(), "at": AT})
    assert (given.status_code, given.get_json()["evidence"]["file"]["name"]) == (200, "a.png")
    assert codes(court.clerk.post(f"{path}/review", {"verdict": "accept"})) == [(None, "not_permitted")]
    decided = court.finance.post(f"{path}/review", {"verdict": "accept", "note": "对得上"})
    assert (decided.status_code, decided.get_json()["verdict"]["note"]) == (200, "对得上")
    paid = court.finance.get(f"/tables/orders/records/{dispute['record']}/timeline").get_json()["nodes"][0]
    assert (paid["state"], paid["source"]) == ("reached", "verdict")
    assert court.finance.get("/disputes", unresolved="1").get_json()["disputes"] == []


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        ({"at": AT}, 422, [("file", "evidence_missing")]),
        ({"file": "none", "at": AT}, 422, [("file", "not_found")]),
        ({"file": "none", "at": "gestern"}, 422, [("at", "invalid")]),
        ({"at": (NOW + timedelta(hours=1)).isoformat()}, 422, [("at", "future_time")]),
        ({}, 422, [("at", "required")]),
        ({"photo": "x", "at": AT}, 400, [("photo", "unknown_key")]),
    ],
)
def test_evidence_that_does_not_do_is_refused(
    court: Court, body: dict[str, Any], status: int, found: list[tuple[str, str]]
) -> None:
    refused = court.clerk.post(f"/disputes/{court.disputed()['id']}/evidence", body)
    assert (refused.status_code, codes(refused)) == (status, found)


def test_nobody_reviews_their_own_evidence(court: Court) -> None:
    both = court.shop.caller("clerk", "finance")
    path = f"/disputes/{court.disputed()['id']}"
    assert codes(both.post(f"{path}/review", {"verdict": "accept"})) == [(None, "conflict")]
    photo = both.upload("a.png", PNG).get_json()["id"]
    assert both.post(f"{path}/evidence", {"file": photo, "at": AT}).status_code == 200
    refused = both.post(f"{path}/review", {"verdict": "accept"})
    assert (refused.status_code, codes(refused)) == (403, [(None, "same_person")])
    assert court.finance.post(f"{path}/review", {"verdict": "perhaps"}).status_code == 422


def test_the_same_review_sent_twice_is_answered_twice_and_done_once(court: Court) -> None:
    path = f"/disputes/{court.disputed()['id']}"
    court.clerk.post(f"{path}/evidence", {"file": court.photo(), "at": AT})
    answers = [court.finance.post(f"{path}/review", {"verdict": "reject"}, Idempotency_Key="k") for _ in range(2)]
    assert answers[0].get_json() == answers[1].get_json()


def test_many_are_proved_and_reviewed_in_two_calls(court: Court) -> None:
    ids = [court.disputed()["id"] for _ in range(2)]
    proofs = [{"dispute": id_, "file": court.photo(), "at": AT} for id_ in ids]
    given = court.clerk.post("/disputes/evidence", {"evidence": [*proofs, {"dispute": "none", "at": AT}]}).get_json()
    assert ([each["state"] for each in given["disputes"]], [each["dispute"] for each in given["refused"]]) == (
        ["evidence", "evidence"], ["none"],
    )  # fmt: skip
    judged = court.finance.post("/disputes/review", {"disputes": ids, "verdict": "accept"}).get_json()
    assert ([each["state"] for each in judged["disputes"]], judged["refused"]) == (["decided", "decided"], [])


@pytest.mark.parametrize("evidence", [["x"], [{"dispute": 1}], [{"file": "a"}], [{"dispute": "a", "more": "b"}], "x", None])
def test_a_batch_of_something_else_is_refused(court: Court, evidence: object) -> None:
    assert court.clerk.post("/disputes/evidence", {"evidence": evidence}).status_code in (400, 422)


def test_who_does_not_see_the_order_does_not_find_its_dispute(court: Court) -> None:
    dispute = court.disputed()["id"]
    owner = court.shop.caller("owner")
    assert owner.get("/disputes").get_json()["disputes"] == []
    answers = [owner.get(f"/disputes/{dispute}"), owner.get(f"/disputes/{dispute}/preview", at=AT)]
    answers.append(owner.post(f"/disputes/{dispute}/evidence", {"at": AT}))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert court.shop.stranger().get("/disputes").status_code == 401


def test_what_a_verdict_would_change_is_said_before(court: Court) -> None:
    dispute = court.disputed()["id"]
    assert codes(court.finance.get(f"/disputes/{dispute}/preview")) == [("at", "required")]
    seen = court.finance.get(f"/disputes/{dispute}/preview", at=AT).get_json()
    assert (seen["nodes"][0]["id"], seen["status"]) == ("paid", {"before": None, "after": "paid"})


def test_figures_say_how_often_sources_disagree(court: Court) -> None:
    court.disputed()
    figures = court.finance.get("/disputes/figures", days="30").get_json()
    (rate,) = figures["rates"]
    assert (figures["states"], rate["conflicting"], rate["records"], rate["rate"]) == ({"open": 1}, 1, 1, 1.0)
    assert court.finance.get("/disputes/figures", days="0").status_code == 400


@pytest.mark.parametrize("query", [{"state": "closed"}, {"cursor": "x"}, {"cursor": "9" * 30 + ".a"}, {"limit": "501"}, {"who": "me"}])
def test_a_wrong_question_is_refused(court: Court, query: dict[str, str]) -> None:
    assert court.finance.get("/disputes", **query).status_code == 400


def test_a_word_that_a_dispute_holds_up_keeps_its_photo_to_be_sent_again(court: Court) -> None:
    dispute = court.disputed()
    photo, path = court.photo(), f"/tables/orders/records/{dispute['record']}/claims"
    word = {"node": "checked", "evidence": {"photo": photo}}
    refused = court.clerk.post(path, word, Idempotency_Key="from-the-phone")
    assert (refused.status_code, codes(refused)) == (409, [("node", "disputed")])
    resend = refused.get_json()["resend"]
    assert resend == {"evidence": {"photo": photo}, "until": (NOW + timedelta(hours=32, seconds=1)).isoformat()[:19] + "+08:00"}
    court.shop.clock.advance(timedelta(hours=23))
    court.shop.application.uploads.sweep()
    court.clerk.post(f"/disputes/{dispute['id']}/evidence", {"file": court.photo(), "at": AT})
    court.finance.post(f"/disputes/{dispute['id']}/review", {"verdict": "accept"})
    assert court.clerk.post(path, word, Idempotency_Key="from-the-phone").status_code == 201

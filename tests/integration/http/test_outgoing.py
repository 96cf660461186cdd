"""Holding back what goes out, over HTTP, and the messages of an alert."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from mailuo.base.ids import new_id
from mailuo.storage import system
from tests.integration.http.conftest import NOW, Shop


def tell(shop: Shop, **more: Any) -> None:
    """A message for a role that nobody holds."""
    row = {
        "id": new_id(), "at": NOW, "via": "email", "role": "packer", "copy": False, "subject": "s", "text": "t", "state": "intended",
        **more,
    }  # fmt: skip
    shop.application.store.write(lambda connection: connection.execute(insert(system.message), row).close())
    shop.application.deliveries.run(NOW + timedelta(seconds=1))


def test_everything_can_be_held_and_let_go_and_both_are_in_the_audit(shop: Shop) -> None:
    admin = shop.caller("admin")
    held = admin.post("/outgoing/hold", {}).get_json()["held"]
    assert [(each["connector"], each["by"]) for each in held] == [(None, "admin")]
    released = admin.post("/outgoing/release", {"drop": True}).get_json()
    assert (released["held"], released["released"]) == ([], 0)
    assert [line["action"] for line in admin.get("/audit").get_json()["audit"]][:2] == ["release.drop", "hold"]


def test_only_who_may_run_connectors_may_hold(shop: Shop) -> None:
    assert shop.caller("clerk").post("/outgoing/hold", {}).status_code == 403


def test_an_unknown_connector_is_not_found(shop: Shop) -> None:
    assert shop.caller("admin").post("/outgoing/hold", {"connector": "wecom"}).status_code == 404


@pytest.mark.parametrize(("language", "why"), [("zh", "没有人担任这个角色"), ("en", "nobody holds the role")])
def test_whom_nothing_reaches_is_named_in_the_readers_language(shop: Shop, language: str, why: str) -> None:
    tell(shop)
    told = shop.caller("admin").call("GET", "/outgoing", headers={"Accept-Language": language}).get_json()
    assert [(each["role"], each["why"], each["count"]) for each in told["unaddressed"]] == [("packer", why, 1)]


def test_who_does_not_see_an_alert_does_not_see_whom_it_told(shop: Shop) -> None:
    assert shop.caller("clerk").get("/alerts/nothing/messages").status_code == 404


def test_an_alert_says_who_was_told_how_and_whether_it_reached_them(shop: Shop) -> None:
    shop.application.accounts.add_person("小林", ["clerk"], wecom="lin", password="a good long password")
    clerk = shop.caller("clerk")
    counter = shop.caller("admin", sources=("counter",))
    path = f"/tables/orders/records/{clerk.order()['order_no']}/claims"
    assert counter.post(path, {"node": "paid", "source": "counter", "at": NOW.isoformat()}).status_code == 201
    shop.move(hours=3)
    shop.application.deliveries.run(shop.clock.now())
    (alert,) = clerk.get("/alerts").get_json()["alerts"]
    (told,) = clerk.get(f"/alerts/{alert['id']}/messages").get_json()["messages"]
    assert (told["via"], told["role"]) == ("wecom", "clerk")
    assert [(each["person"], each["state"]) for each in told["persons"]] == [("小林", "waiting")]
    assert told["persons"][0]["error"] == "没有启用能发送它的连接器"


def test_every_page_says_what_is_held(shop: Shop) -> None:
    clerk = shop.person("小林", "clerk")
    assert "data-held" not in clerk.get("//alerts").text
    shop.caller("admin").post("/outgoing/hold", {})
    assert "外发已全部暂停（admin，今日 09:00）" in clerk.get("//alerts").text

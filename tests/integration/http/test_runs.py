"""Runs, buttons, lines on Home and public forms, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from mailuo.records import SYSTEM
from tests.integration.http.conftest import FILES, Shop, codes

RULES = """
automations:
  thanks:
    title: 道谢
    on:
      - {created: orders}
      - {pressed: again, of: orders, by: [clerk], title: 再谢一次}
    if: "{channel} = 'TM'"
    do:
      - todo: {role: clerk, text: "谢谢 {order_no}"}
      - create: {table: praises, match: [order], set: {order: "{order_no}", score: 5}}
  broken:
    on: {updated: orders}
    do: [{create: {table: praises, set: {order: nobody, score: 1}}}]
  praised:
    on: {submitted: praise}
    do: [{todo: {role: clerk, text: "{score} 分"}}]
"""
PRAISES = """
table: praises
title: 评价
fields:
  order: {title: 订单, type: link, to: orders, required: true, unique: true}
  score: {title: 打分, type: score, required: true}
  why: {title: 为什么, type: long_text}
forms:
  praise: {title: 满意吗, public: true, fields: [score, why]}
"""


RULED = {
    **FILES,
    "automations/automations.yaml": RULES,
    "tables/praises.yaml": PRAISES,
    "tables/roles.yaml": FILES["tables/roles.yaml"].replace(
        "lines: {see: all, create: true}\n  packer", "lines: {see: all, create: true}\n      praises: {see: all}\n  packer"
    ),
}


@pytest.fixture
def ruled(shop: Shop) -> Shop:
    """The shop with rules."""
    plan = shop.application.declarations.plan(RULED)
    shop.application.declarations.publish(RULED, base=plan.base, confirm=plan.confirm, by=SYSTEM)
    shop.application.in_force.renew()
    return shop


def order(shop: Shop, **values: Any) -> str:
    """The number of a new order, after what follows."""
    made = str(shop.caller("clerk").order(**values)["order_no"])
    shop.application.engine.settle()
    return made


def test_runs_are_shown_with_their_steps_to_who_may_look(ruled: Shop) -> None:
    number = order(ruled)
    assert ruled.caller("clerk").get("/runs").status_code == 403
    answer = ruled.caller("admin").get("/runs", automation="thanks", state="done").get_json()
    (run,) = answer["runs"]
    assert (run["automation"], run["record"], run["state"], answer["next"]) == ("thanks", number, "done", None)
    assert [(step["action"], step["state"]) for step in run["steps"]] == [("todo", "done"), ("create", "done")]
    assert ruled.caller("admin").get(f"/runs/{run['id']}").get_json()["chained"][0]["id"] == run["id"]
    assert ruled.caller("admin").get("/runs", state="odd").status_code == 400


def test_a_button_is_pressed_once_however_often_the_request_comes(ruled: Shop) -> None:
    number, clerk = order(ruled), ruled.caller("clerk")
    path = f"/tables/orders/records/{number}/press"
    first, again = (clerk.post(path, {"button": "again"}, Idempotency_Key="k") for _ in range(2))
    assert (first.status_code, first.get_json()) == (202, again.get_json())
    ruled.application.engine.settle()
    runs = ruled.caller("admin").get("/runs", automation="thanks").get_json()["runs"]
    assert [run["trigger"] for run in runs] == ["pressed", "record.created"]
    assert ruled.caller("finance").post(path, {"button": "again"}).status_code == 403
    assert clerk.post(path, {"button": "never"}).status_code == 404


def test_a_run_that_failed_is_replayed_and_one_that_did_not_is_not(ruled: Shop) -> None:
    number = order(ruled)
    ruled.caller("clerk").patch(f"/tables/orders/records/{number}", {"remark": "x"})
    ruled.application.engine.settle()
    admin = ruled.caller("admin")
    runs = {run["automation"]: run for run in admin.get("/runs").get_json()["runs"]}
    assert (runs["broken"]["state"], "nobody" in runs["broken"]["error"]) == ("failed", True)
    english = admin.call("GET", f"/runs/{runs['broken']['id']}", headers={"Accept-Language": "en"}).get_json()
    assert english["error"] == english["steps"][-1]["error"] != runs["broken"]["error"]
    assert "nobody" in english["error"]
    assert english["steps"][-1]["outcome"] == {}
    answer = admin.post(f"/runs/{runs['broken']['id']}/replay")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "waiting")
    assert admin.post(f"/runs/{runs['thanks']['id']}/replay", {"revision": "then"}).status_code == 409
    assert admin.post("/runs/nothing/replay").status_code == 404
    rules = {rule["id"]: rule["failed"] for rule in admin.get("/automations").get_json()["automations"]}
    assert rules == {"thanks": 0, "broken": 0, "praised": 0}


@pytest.mark.parametrize("cursor", ["x", "1", "9" * 30])
def test_a_cursor_of_nobodys_making_begins_no_page(ruled: Shop, cursor: str) -> None:
    refused = ruled.caller("admin").get("/runs", cursor=cursor)
    assert (refused.status_code, codes(refused)) == (400, [("cursor", "bad_cursor")])


def test_a_trial_tells_what_would_happen_and_leaves_nothing(ruled: Shop) -> None:
    number, admin = order(ruled, channel="MP"), ruled.caller("admin")
    assert admin.post("/automations/thanks/try", {"record": number}).get_json() == {
        "condition": False, "state": "stopped", "steps": [],
    }  # fmt: skip
    told = admin.post("/automations/broken/try", {"record": number}).get_json()
    assert (told["state"], told["steps"][0]["action"]) == ("failed", "create")
    assert admin.get("/runs").get_json()["runs"] == []
    assert admin.post("/automations/nothing/try", {"record": number}).status_code == 404
    nowhere = admin.post("/automations/thanks/try", {})
    assert (nowhere.status_code, codes(nowhere)) == (422, [("record", "required")])


def test_lines_on_home_are_among_my_open_work_until_they_are_done(ruled: Shop) -> None:
    number, clerk = order(ruled), ruled.caller("clerk")
    (line,) = [todo for todo in clerk.get("/todos").get_json()["todos"] if todo["kind"] == "line"]
    assert (line["title"], line["record"]) == (f"谢谢 {number}", number)
    assert clerk.post(f"/todos/{line['id']}/done").get_json()["done_by"] == "clerk"
    assert [todo for todo in clerk.get("/todos").get_json()["todos"] if todo["kind"] == "line"] == []
    assert clerk.post(f"/todos/{line['id']}/done").status_code == 409
    assert ruled.caller("finance").post(f"/todos/{line['id']}/done").status_code == 404


def test_an_outsider_fills_in_a_form_once_and_touches_nothing_else(ruled: Shop) -> None:
    number = order(ruled, channel="MP")
    record = ruled.caller("clerk").get(f"/tables/orders/records/{number}").get_json()["id"]
    path = ruled.application.forms.address("praise", record)
    stranger = ruled.stranger().client
    page = stranger.get(path)
    assert (page.status_code, "满意吗" in page.text, number in page.text) == (200, True, True)
    wrong = stranger.post(path, data={"score": "11", "why": "好"})
    assert (wrong.status_code, "value=\"好\"" in wrong.text or ">好<" in wrong.text) == (422, True)
    assert stranger.post(path, json={"score": 5, "order": "other"}).status_code == 422
    assert stranger.post(path, data={"score": "9"}).status_code == 303
    assert "谢谢" in stranger.get(path).text
    assert stranger.post(path, data={"score": "2"}).status_code == 409
    ruled.application.engine.settle()
    praises = ruled.caller("admin").get("/tables/praises/records").get_json()["records"]
    assert [(praise["order"], praise["score"]) for praise in praises] == [(number, 9)]
    titles = [todo["title"] for todo in ruled.caller("clerk").get("/todos").get_json()["todos"]]
    assert "9 分" in titles


def other(path: str) -> str:
    """The path with another letter before its last, which carries a part of the signature whole."""
    return path[:-2] + ("B" if path[-2] == "A" else "A") + path[-1]


@pytest.mark.parametrize("change", [other, lambda path: path.replace("praise", "short"), lambda path: path[:-9]])
def test_a_link_that_was_tampered_with_leads_nowhere(ruled: Shop, change: Callable[[str], str]) -> None:
    number = order(ruled)
    record = ruled.caller("clerk").get(f"/tables/orders/records/{number}").get_json()["id"]
    path = ruled.application.forms.address("praise", record)
    assert ruled.stranger().client.get(change(path)).status_code == 404

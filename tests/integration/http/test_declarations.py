"""Tables as a role may see them, revisions, and the description of the API."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.integration.http.conftest import FILES, ORDER, Shop, codes

HIDDEN = ("cost_price", "internal_note", "margin")


def test_tables_are_those_that_the_role_reads(shop: Shop) -> None:
    told = shop.caller("packer").get("/tables").get_json()
    assert [table["id"] for table in told["tables"]] == ["orders"]
    assert told["next"] is None


def test_a_declaration_holds_nothing_that_is_hidden(shop: Shop) -> None:
    answer = shop.caller("clerk").get("/tables/orders")
    told = answer.get_json()
    assert not any(name in answer.text for name in HIDDEN)
    assert set(told["views"]) == {"tmall"}
    assert told["forms"]["short"]["fields"] == ["channel", "remark"]
    assert told["fields"]["channel"]["options"]["TM"] == {"title": "天猫"}
    assert told["flow"]["nodes"]["packed"]["evidence"] == {"photo": "required"}
    assert told["may"]["create"] is True


@pytest.mark.parametrize(
    ("role", "columns"),
    [
        ("clerk", ["order_no", "amount", "customer.name"]),
        ("packer", ["order_no", "amount", "cost_price"]),
        ("finance", ["order_no", "amount", "cost_price", "customer.name", "customer.phone"]),
    ],
)
def test_a_view_has_the_columns_whose_every_step_is_seen(shop: Shop, role: str, columns: list[str]) -> None:
    caller = shop.caller(role)
    assert caller.get("/tables/orders").get_json()["views"]["tmall"]["columns"] == columns
    page = caller.get("//tables/orders/views/tmall").text
    titles = {"customer.name": "客户 姓名", "customer.phone": "客户 电话", "cost_price": "成本"}
    for told in (titles, {name: name for name in titles}):
        assert {name for name, word in told.items() if word in page} == titles.keys() & set(columns)


def test_conditions_are_offered_for_what_may_be_asked(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    hidden, unknown = (clerk.get("//tables/orders/conditions", add=name) for name in ("cost_price", "no_such"))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert clerk.get("//tables/orders", add="成本", op="blank").status_code == 404
    assert "成本" not in clerk.get("//tables/orders", filter="{cost_price} = 1").text
    assert clerk.get("//tables/orders/conditions", add="channel").status_code == 200
    assert shop.caller("finance").get("//tables/orders/conditions", add="cost_price").status_code == 200


def test_an_admin_sees_the_whole_declaration(shop: Shop) -> None:
    told = shop.caller("admin").get("/tables/orders").get_json()
    assert told["fields"]["margin"]["formula"] == "{amount} - {cost_price}"
    assert told["key"] == {
        "field": "order_no",
        "pattern": "{channel}{ordered_at:%Y%m%d}-{seq:05}",
        "restart": ["channel", "day"],
    }


def test_the_description_is_of_the_tables_that_the_caller_sees(shop: Shop) -> None:
    answer = shop.caller("clerk").get("/openapi.json")
    written = answer.get_json()
    assert written["openapi"] == "3.1.0"
    assert not any(name in answer.text for name in HIDDEN)
    assert {"get", "post"} <= set(written["paths"]["/tables/orders/records"])
    assert "/tables/customers/records/{key}/claims" not in written["paths"]
    assert "/tables/orders/records" not in shop.stranger().get("/openapi.json").get_json()["paths"]


def test_every_reference_of_the_description_leads_somewhere(shop: Shop) -> None:
    written = shop.caller("admin").get("/openapi.json").get_json()
    known = {f"#/components/schemas/{name}" for name in written["components"]["schemas"]}
    assert set(_references(written)) <= known
    for schema in written["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_records_answer_as_they_are_described(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    made = clerk.order(amount="1.50", labels=["x"], promised_on="2026-02-01", discount=3)
    written = clerk.get("/openapi.json").get_json()
    root = {"$ref": "#/components/schemas/orders.record", "components": written["components"]}
    Draft202012Validator(root).validate(made)
    timeline = clerk.get(f"/tables/orders/records/{made['id']}/timeline").get_json()
    Draft202012Validator({**root, "$ref": "#/components/schemas/Timeline"}).validate(timeline)


def test_the_description_is_a_page_without_anybody_elses_script(shop: Shop) -> None:
    page = shop.caller("clerk").call("GET", "//api/docs")
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert "/api/v1/tables/orders/records" in page.text
    assert "http://" not in page.text.replace("http://www.w3.org", "")
    assert "https://" not in page.text


def test_a_plan_tells_what_publishing_would_change(shop: Shop) -> None:
    owner = shop.caller("owner")
    shop.caller("clerk").order(remark="x")
    plan = owner.post("/revisions/plan", {"files": _without_remark()}).get_json()
    assert plan["base"] == 1
    assert [(risk["path"], risk["rows"]) for risk in plan["risks"]] == [("tables.orders.fields.remark", 1)]


def test_what_loses_data_is_published_only_when_it_is_confirmed(stored_shop: Shop) -> None:
    owner = stored_shop.caller("owner")
    stored_shop.caller("clerk").order(remark="x")
    body: dict[str, Any] = {"files": _without_remark(), "message": "short", "base": 1}
    assert owner.post("/revisions", body).status_code == 422
    confirm = owner.post("/revisions/plan", {"files": body["files"]}).get_json()["confirm"]
    made = owner.post("/revisions", body | {"confirm": confirm})
    assert (made.status_code, made.get_json()["number"]) == (201, 2)
    late = owner.post("/revisions", body | {"confirm": confirm})
    assert (late.status_code, codes(late)[0][1]) == (409, "conflict")
    record = stored_shop.caller("clerk").get("/tables/orders/records").get_json()["records"][0]
    assert "remark" not in record
    assert owner.post("/revisions/1/rollback").status_code == 201
    assert stored_shop.caller("clerk").get("/tables/orders/records").get_json()["records"][0]["remark"] == "x"
    told = owner.get("/revisions").get_json()
    assert [(each["number"], each["state"]) for each in told["revisions"]] == [(3, "serving"), (2, "former"), (1, "former")]


BAD_FILES = {
    "python tag": '!!python/object/apply:os.system ["touch ./pwned"]',
    "deep": "[" * 20_000 + "]" * 20_000,
    "unknown type": "table: t\nfields:\n  a: {title: A, type: chioce}\n",
    "remote reference": 'table: t\njson_schema: {"$ref": "http://127.0.0.1:7241/evil.json"}\n',
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_at_its_place_and_the_old_revision_serves(shop: Shop, name: str) -> None:
    owner = shop.caller("owner")
    files = {**FILES, "tables/bad.yaml": BAD_FILES[name]}
    refused = owner.post("/revisions", {"files": files, "base": 1})
    assert refused.status_code in (400, 413, 422), refused.text
    assert refused.get_json()["errors"][0]["place"].startswith("tables/bad.yaml:")
    assert owner.get("/revisions").get_json()["revisions"][0]["number"] == 1


def test_publishing_needs_its_right(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    for path in ("/revisions", "/revisions/plan"):
        assert clerk.post(path, {"files": FILES, "base": 1}).status_code == 403
    assert clerk.get("/revisions").status_code == 403
    for number in (77, 10**25):
        assert shop.caller("owner").post(f"/revisions/{number}/rollback").status_code == 404
        assert shop.caller("owner").get(f"/revisions/{number}").status_code == 404


def test_files_of_a_revision_must_be_texts(shop: Shop) -> None:
    assert shop.caller("owner").post("/revisions/plan", {"files": {"tables/a.yaml": 7}}).status_code == 422
    assert shop.caller("owner").post("/revisions/plan", {"files": FILES, "base": True}).status_code == 422


def test_creating_keeps_working_across_a_publication(shop: Shop) -> None:
    clerk, owner = shop.caller("clerk"), shop.caller("owner")
    cursor = None
    for _ in range(2):
        clerk.post("/tables/orders/records", ORDER)
    cursor = clerk.get("/tables/orders/records", limit="1").get_json()["next"]
    files = {**FILES, "tables/more.yaml": "table: more\ntitle: 更多\nfields:\n  a: {title: A, type: text}\n"}
    assert owner.post("/revisions", {"files": files, "base": 1}).status_code == 201
    assert clerk.get("/tables/orders/records", limit="1", cursor=cursor).status_code == 400
    assert clerk.post("/tables/orders/records", ORDER).status_code == 201


def _without_remark() -> dict[str, str]:
    """The shop's files without the orders' remark."""
    gone = ("  remark: {", "  again: {")
    lines = [line for line in FILES["tables/orders.yaml"].splitlines() if not line.startswith(gone)]
    orders = "\n".join(lines) + "\n"
    roles = FILES["tables/roles.yaml"].replace("change: [remark]", "change: [labels]")
    return {**FILES, "tables/orders.yaml": orders.replace("[channel, remark, cost_price]", "[channel, cost_price]"), "tables/roles.yaml": roles}


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [each for item in value.values() for each in _references(item)]
    return [each for item in value for each in _references(item)] if isinstance(value, list) else []


BAD_ADDRESSES = (
    "http://127.0.0.1:80/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://0/", "http://[::1]/",
    "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://①②⑦.0.0.1/", "http://127。0。0。1/", "http://169.254.169.254/latest/",
    "http://100.64.0.1/", "http://user@127.0.0.1/", "http://good.example\\@127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_X",
)  # fmt: skip


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_a_connector_to_the_inside_is_refused_when_it_is_published(shop: Shop, url: str) -> None:
    owner = shop.caller("owner")
    files = {**FILES, "automations/connectors/c.yaml": f"connector: c\ntitle: 外面\nbase_url: {json.dumps(url, ensure_ascii=False)}\n"}
    for path in ("/revisions", "/revisions/plan"):
        refused = owner.post(path, {"files": files, "base": 1})
        assert refused.status_code == 422, refused.text
        assert "外面" in refused.get_json()["errors"][0]["message"]
    assert owner.get("/revisions").get_json()["revisions"][0]["number"] == 1
    open_ = {**FILES, "automations/connectors/c.yaml": "connector: c\nbase_url: https://a.example\n"}
    assert owner.post("/revisions/plan", {"files": open_, "base": 1}).status_code == 200

"""Hostile inputs that were collected elsewhere, each against the shop, with the same verdict on both databases.

The file lies with the data that projects share; its paths and statuses are those of a sketch, so each input is sent to
the address that means the same here, and what it must and must not do is what counts.
"""

import json
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from tests.integration.http.conftest import ORDER, Caller, Shop
from tests.surroundings import shared_data

RECORDS = "/tables/orders/records"
CANARY = "CANARY-7781"


@cache
def hostile() -> dict[str, Any]:
    """The inputs by their ids."""
    path = shared_data("hostile_inputs.json")
    if path is None:
        pytest.skip("this test needs hostile_inputs.json: in ../shared/data, or where MAILUO_TEST_DATA says")
    return {each["id"]: each["payload"] for each in json.loads(path.read_text("utf-8"))["inputs"]}


@pytest.fixture
def clerk(stored_shop: Shop) -> Caller:
    """Who sends most of them."""
    return stored_shop.caller("clerk")


@pytest.fixture
def path(clerk: Caller) -> str:
    """The path of an order."""
    return f"{RECORDS}/{clerk.order(remark='before')['order_no']}"


def variants(number: str) -> list[dict[str, Any]]:
    """The requests of an input."""
    payload = hostile()[number]
    return list(payload.get("variants") or [payload])


def sent(caller: Caller, request: dict[str, Any], path: str) -> TestResponse:
    """The answer to a request of the file, sent to the record at a path."""
    body = request.get("raw")
    if body is None:
        body = json.dumps(request.get("json", {}))
    if body.startswith("py: "):
        body = eval(body.removeprefix("py: "), {"json": json, "range": range, "list": list})  # noqa: S307 - an expression of the shared file
    return caller.raw("PATCH", path, body)


def unharmed(answer: TestResponse) -> TestResponse:
    """The answer, which is no fault, shows nothing of the inside, and explains itself when it refuses."""
    assert answer.status_code < 500, answer.text
    assert "Traceback" not in answer.text
    if answer.status_code >= 400:
        told = json.loads(answer.text)
        assert {"type", "title", "status", "detail", "trace"} <= set(told)
    return answer


def test_h01_a_filter_is_never_sql(clerk: Caller, path: str) -> None:
    for value in ("TM' OR '1'='1", "TM') OR 1=1 --", 'TM" OR ""="'):
        quoted = value.replace("'", "''") if "'" in value else value
        found = unharmed(clerk.get(RECORDS, filter=f"{{remark}} = '{quoted}'"))
        if found.status_code == 200:
            assert found.get_json()["records"] == []
    sketch = variants("H01")[0]["path"].partition("filter=")[2]
    assert unharmed(clerk.get(RECORDS, filter=sketch)).status_code == 400


def test_h03_no_order_tells_of_a_hidden_field(stored_shop: Shop, clerk: Caller) -> None:
    answers = [unharmed(clerk.get(RECORDS, sort=f"-{name}", fields="order_no")) for name in ("cost_price", "no_such_field")]
    told = [answer.get_json() for answer in answers]
    assert [each["status"] for each in told] == [400, 400]
    assert [set(error) for error in told[0]["errors"]] == [set(error) for error in told[1]["errors"]]
    assert set(told[0]) == set(told[1])


def test_h05_a_hidden_value_is_in_no_byte_of_any_answer(stored_shop: Shop, clerk: Caller, path: str) -> None:
    stored_shop.caller("finance").patch(path, {"internal_note": CANARY, "cost_price": "7781.77"})
    questions = [
        ("GET", f"{RECORDS}?q={CANARY}", None),
        ("GET", f"/search?q={CANARY}", None),
        ("GET", f"{RECORDS}?fields=order_no,internal_note", None),
        ("GET", f"{RECORDS}?filter=CONTAINS({{internal_note}}, 'CANARY')", None),
        ("GET", f"{RECORDS}?filter={{cost_price}} > 1", None),
        ("GET", f"{RECORDS}?sort={{margin}}", None),
        ("GET", f"{RECORDS}?view=costly", None),
        ("GET", f"{RECORDS}?expand=created_by&fields=created_by.password_hash", None),
        ("GET", RECORDS, None),
        ("GET", path, None),
        ("GET", f"{path}/history", None),
        ("GET", f"{path}/timeline", None),
        ("GET", "/tables/orders", None),
        ("GET", "/tables/orders/export?format=csv&fields=order_no,cost_price", None),
        ("POST", "/query", {"of": "orders", "measure": "count", "by": ["internal_note"]}),
        ("POST", "/query", {"of": "orders", "measure": {"sum": "{cost_price}"}}),
        ("POST", "/query", {"of": "orders", "measure": {"max": "{margin}"}}),
        ("PATCH", path, {"internal_note": "x"}),
    ]
    for method, question, body in questions:
        answer = unharmed(clerk.call(method, question, json=body) if body else clerk.call(method, question))
        said = answer.text.replace(question, "").replace(f"“{CANARY}”", "")
        assert CANARY not in said, question
        assert "7781.77" not in said, question


def test_h07_what_is_nested_or_listed_without_end_is_refused(clerk: Caller, path: str) -> None:
    nested = '{"filter":' + '{"and":[' * 1000 + '{"field":"id"}' + "]}" * 1000 + "}"
    listed = json.dumps({"filter": {"field": "id", "op": "in", "value": list(range(100_000))}})
    for body in (nested, listed):
        for method, where in (("PATCH", path), ("POST", "/query")):
            assert unharmed(clerk.raw(method, where, body)).status_code in (400, 413, 422)
    deep = "NOT(" * 1000 + "TRUE" + ")" * 1000
    wide = "IN({remark}, " + ", ".join(f"'{number}'" for number in range(100_000)) + ")"
    for question in (deep, wide):
        assert unharmed(clerk.get(RECORDS, filter=question)).status_code == 400


def test_h09_what_belongs_to_the_system_is_refused_by_name(clerk: Caller, path: str) -> None:
    request = variants("H09")[0]
    refused = unharmed(sent(clerk, request, path))
    named = {error["field"] for error in refused.get_json()["errors"]}
    assert refused.status_code == 422
    assert named == set(request["json"]) - {"remark"}
    assert (record := clerk.get(path).get_json())["version"] == 1
    assert record["remark"] == "before"


def test_h11_nothing_invisible_is_stored(clerk: Caller, path: str) -> None:
    first, second, _ = variants("H11")
    assert unharmed(sent(clerk, first, path)).status_code == 422
    assert unharmed(sent(clerk, second, path)).status_code == 200
    assert clerk.get(path).get_json()["remark"] == "\u202e\u2066txt"
    assert unharmed(clerk.get("/search", q="\0")).status_code == 422
    for question in ({"filter": "{remark} = '\0'"}, {"ids": "\0"}, {"cursor": "\0"}):
        assert unharmed(clerk.get(RECORDS, **question)).status_code in (400, 422)
    assert unharmed(clerk.get("/alerts", record="\0")).status_code == 422
    for address in ("/tables/%00/records", f"{RECORDS}/%00", "/files/%00", "/jobs/%00", "/tables/orders%00"):
        assert unharmed(clerk.get(address)).status_code == 404
    assert unharmed(clerk.post("/alerts/%00/acknowledge", {})).status_code == 404


def test_h13_only_finite_numbers_are_numbers(clerk: Caller, path: str) -> None:
    answers = [unharmed(sent(clerk, request, path)) for request in variants("H13")]
    assert {answer.status_code for answer in answers[:-1]} <= {400, 422}
    if answers[-1].status_code == 200:
        assert answers[-1].get_json()["amount"] == "0.00"


def test_h15_a_key_twice_is_named(clerk: Caller, path: str) -> None:
    refused = unharmed(sent(clerk, variants("H15")[0], path))
    assert refused.status_code == 400
    assert "remark" in refused.get_json()["detail"]


def test_h17_money_is_never_rounded(clerk: Caller, path: str) -> None:
    assert unharmed(clerk.post(RECORDS, ORDER | {"amount": "19.999"})).status_code == 422
    key = path.rpartition("/")[2]
    rows = [{"line_no": str(number), "order": key, "amount": "0.10"} for number in range(10)]
    assert clerk.post("/tables/lines/records", {"records": rows}).status_code == 201
    told = clerk.post("/query", {"of": "lines", "measure": {"sum": "{amount}"}}).get_json()
    assert told["rows"][0][-2] == "1.00"
    large = "123456789012345.12"
    assert clerk.patch(path, {"amount": large, "discount": 0.1}).get_json()["amount"] == large
    assert clerk.get(path).get_json()["discount"] == 0.1


def test_h21_only_dates_that_there_are_pass(clerk: Caller, path: str) -> None:
    passed = {}
    for request in variants("H21"):
        (value,) = request["json"].values()
        answer = unharmed(sent(clerk, request, path))
        assert answer.status_code in (200, 422)
        if answer.status_code == 200:
            passed[value] = answer.get_json()["promised_at"]
    assert set(passed) <= {"2026-01-15", "2026-01-15T10:00:00"}
    assert passed["2026-01-15T10:00:00"] == "2026-01-15T10:00:00+08:00"
    assert clerk.patch(path, {"promised_on": "2026-02-30"}).status_code == 422
    for end in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"):
        assert unharmed(clerk.patch(path, {"promised_at": end})).status_code == 422
        assert unharmed(clerk.get(f"{path}/timeline", as_of=end)).status_code == 400
        asked = f"{{ordered_at}} < '{end}'"
        assert len(unharmed(clerk.get(RECORDS, filter=asked)).get_json()["records"]) == int(end > "1")
    assert clerk.patch(path, {"promised_on": "2026-01-15"}).get_json()["promised_on"] == "2026-01-15"


def test_h23_text_stays_text(clerk: Caller, path: str) -> None:
    for value in hostile()["H23"]["values"]:
        kept = unharmed(clerk.patch(path, {"remark": value}))
        assert kept.mimetype == "application/json"
        assert kept.get_json()["remark"] == value


def test_h25_a_file_name_is_only_ever_data(clerk: Caller) -> None:
    for name in hostile()["H25"]["multipart_names"]:
        stored = unharmed(clerk.upload(name, b"hello"))
        assert stored.status_code in (201, 422)
        if stored.status_code == 201:
            found = clerk.get(f"/files/{stored.get_json()['id']}")
            assert found.headers["Content-Disposition"].startswith("attachment")
            assert "Set-Cookie" not in found.headers
            found.close()


def test_h53_signing_in_leads_only_to_own_pages(stored_shop: Shop) -> None:
    stored_shop.person("li", "clerk")
    for following in hostile()["H53"]["next"]:
        form = {"username": "li", "password": "a good long password", "next": following}
        assert stored_shop.stranger().call("GET", f"//signin?{urlencode({'next': following})}").status_code == 200
        answer = stored_shop.stranger().call("POST", f"//signin?{urlencode({'next': following})}", data=form)
        assert answer.status_code in (302, 303)
        assert answer.headers["Location"].startswith("/")
        assert "evil" not in answer.headers["Location"]

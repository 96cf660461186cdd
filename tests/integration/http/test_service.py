"""What is the same for every call: needs, bodies, errors, health, people, audit, search, imports and exports."""

from io import BytesIO

import pytest

from mailuo.records import Actor, OutcomeUnknown, StoreAway
from mailuo_web.http.operation import Operation
from mailuo_web.http.route import ANYBODY, Need
from tests.integration.http.conftest import ORDER, Shop, codes

RECORDS = "/tables/orders/records"


def test_every_route_says_who_may_use_it_and_every_call_what_it_takes(shop: Shop) -> None:
    for rule in shop.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = shop.app.view_functions[rule.endpoint]
        assert isinstance(getattr(view, "need", None), Need), rule
        if rule.rule.startswith("/api/v1/"):
            operation = getattr(view, "operation", None)
            assert isinstance(operation, Operation), rule
            changing = rule.methods is not None and {"POST", "PATCH"} & rule.methods
            bare = rule.rule.endswith(("/restore", "/rollback", "/replay", "/done")) and "/runs/" not in rule.rule
            assert bool(operation.body) == bool(changing and not bare), rule
            assert all(operation.says), rule


def test_no_call_but_signing_in_and_the_description_is_open_to_strangers(shop: Shop) -> None:
    views = shop.app.view_functions.items()
    needs = {name: getattr(view, "need", None) for name, view in views if name.startswith("api.")}
    opened = {name for name, need in needs.items() if need == ANYBODY}
    assert opened == {"api.sign_in", "api.openapi"}


BODIES = [
    (b'{"remark": "a", "remark": "b"}', "application/json", 400, "body_key_twice"),
    (b'{"amount": NaN}', "application/json", 400, "body_not_json"),
    (b'{"amount": Infinity}', "application/json", 400, "body_not_json"),
    (b"{", "application/json", 400, "body_not_json"),
    (b"", "application/json", 400, "body_not_json"),
    (b"\xff\xfe", "application/json", 400, "body_not_json"),
    (b'{"remark": "\\ud800"}', "application/json", 400, "body_not_json"),
    (b"[]", "application/json", 400, "body_not_object"),
    (b"[" * 200_000, "application/json", 400, "body_deep"),
    (b'{"amount": ' + b"1" * 5000 + b"}", "application/json", 400, "body_deep"),
    (b'{"remark": "a\\u0000b"}', "application/json", 422, "invalid"),
    (b'{"amount": 1e400}', "application/json", 422, "invalid"),
    (b"remark=a", "application/x-www-form-urlencoded", 415, "body_type"),
    (b"{}", "text/plain", 415, "body_type"),
]


@pytest.mark.parametrize(("body", "media", "status", "code"), BODIES)
def test_a_body_is_read_strictly(shop: Shop, body: bytes, media: str, status: int, code: str) -> None:
    clerk = shop.caller("clerk")
    path = f"{RECORDS}/{clerk.order()['order_no']}"
    refused = clerk.raw("PATCH", path, body, media)
    assert (refused.status_code, codes(refused)[0][1]) == (status, code), refused.text
    assert clerk.get(path).get_json()["version"] == 1


def test_a_body_that_is_too_large_is_413(shop: Shop) -> None:
    refused = shop.caller("clerk").raw("POST", RECORDS, b'{"remark": "' + b"a" * 9_000_000 + b'"}')
    assert (refused.status_code, codes(refused)) == (413, [(None, "too_large")])


@pytest.mark.parametrize(("size", "left"), [(9, 0), (40, 8)])
def test_the_rest_of_a_refused_body_is_read_within_limits(shop: Shop, size: int, left: int) -> None:
    body = BytesIO(b"x" * size * 2**20)
    sent = {"input_stream": body, "content_length": size * 2**20, "content_type": "application/json"}
    answer = shop.caller("clerk").call("POST", RECORDS, **sent)
    assert (answer.status_code, len(body.read())) == (413, left * 2**20)


def test_a_refusal_is_a_problem_document_in_the_callers_language(shop: Shop) -> None:
    refused = shop.caller("clerk").call("GET", f"{RECORDS}/nothing", headers={"Accept-Language": "en"})
    told = refused.get_json()
    assert refused.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail", "errors", "trace"} == set(told)
    assert (told["status"], told["errors"][0]["code"]) == (404, "not_found")
    assert told["errors"][0]["message"] == "There is no record 'nothing'"


def test_the_language_is_the_clicked_one_then_the_persons_then_the_browsers(shop: Shop) -> None:
    person = shop.person("li", "clerk")

    def title(header: str) -> str:
        return str(person.call("GET", f"{RECORDS}/nothing", headers={"Accept-Language": header}).get_json()["title"])

    assert (title("en"), title("fr")) == ("Not found", "没有找到")
    found = shop.application.accounts.people()
    shop.application.accounts.set_language(Actor(found[0].id, "li"), "zh")
    assert title("en") == "没有找到"
    person.client.set_cookie("mailuo_lang", "en")
    assert title("zh") == "Not found"


def test_an_unknown_address_and_a_wrong_method_are_told_plainly(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    assert codes(clerk.get("/nothing")) == [(None, "not_found")]
    wrong = clerk.call("PUT", RECORDS)
    assert (wrong.status_code, codes(wrong)) == (405, [(None, "method_not_allowed")])
    assert "POST" in wrong.headers["Allow"]


FAULTS = [(StoreAway("psycopg: secret host"), 503), (OutcomeUnknown(), 503), (RuntimeError("SELECT secret"), 500)]


@pytest.mark.parametrize(("fault", "status"), FAULTS)
def test_a_fault_shows_nothing_of_the_inside(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: Exception, status: int
) -> None:
    clerk = shop.caller("clerk")

    def fail(*_: object) -> None:
        raise fault

    monkeypatch.setattr(type(shop.application.records), "page", fail)
    answer = clerk.get(RECORDS)
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.get_json()["trace"] in caplog.text


def test_while_the_store_is_away_everybody_is_told_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = shop.caller("clerk")

    def away(*_: object) -> None:
        raise StoreAway("gone")

    monkeypatch.setattr(type(shop.application.accounts), "by_token", away)
    answer = clerk.get(RECORDS)
    assert (answer.status_code, codes(answer)) == (503, [(None, "away")])
    assert answer.headers["Retry-After"]
    assert clerk.call("GET", "//alerts").status_code == 503


def test_people_get_a_page_where_programs_get_a_document(shop: Shop) -> None:
    person = shop.person("li", "clerk")
    page = person.call("GET", "//tables/nothing")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    stranger = shop.stranger().call("GET", "//alerts")
    assert (stranger.status_code, stranger.headers["Location"]) == (302, "/signin?next=/alerts")


def test_every_answer_says_what_a_browser_may_do(shop: Shop) -> None:
    for path in ("//signin", "/session", "//healthz", "/nothing"):
        headers = shop.stranger().call("GET", path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_health_is_a_bare_word_for_strangers_and_details_for_the_machine(shop: Shop) -> None:
    stranger = shop.stranger()
    assert stranger.call("GET", "//healthz").get_json() == {"status": "ok"}
    inside = stranger.call("GET", "//readyz").get_json()
    outside = stranger.call("GET", "//readyz", environ_base={"REMOTE_ADDR": "203.0.113.7"}).get_json()
    behind = stranger.call("GET", "//readyz", headers={"X-Forwarded-For": "203.0.113.7"}).get_json()
    assert inside["declarations"] == {"revision": 1}
    assert outside == behind == {"status": "ok"}


def test_metrics_are_for_the_machine_and_who_runs_it(shop: Shop) -> None:
    shop.caller("clerk").get(RECORDS)
    inside = shop.stranger().call("GET", "//metrics")
    assert 'mailuo_requests_total{endpoint="api.list_records",method="GET",status="200"} 1.0' in inside.text
    for invented in ("BREW", "STIR"):
        shop.stranger().call(invented, "//healthz")
    told = shop.stranger().call("GET", "//metrics").text
    assert 'mailuo_requests_total{endpoint="none",method="other",status="405"} 2.0' in told
    assert "BREW" not in told
    far = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    assert shop.caller("clerk").call("GET", "//metrics", **far).status_code == 403
    assert shop.caller("finance").call("GET", "//metrics", **far).status_code == 200


def test_people_are_added_changed_and_kept_out(shop: Shop) -> None:
    owner = shop.caller("owner")
    made = owner.post("/people", {"name": "王", "roles": ["clerk"], "phone": "13800000000"})
    password = made.get_json()["password"]
    assert (made.status_code, made.get_json()["person"]["roles"]) == (201, ["clerk"])
    assert shop.stranger().post("/session", {"username": "王", "password": password}).status_code == 200
    changed = owner.patch("/people/王", {"email": "w@example.com", "disabled": True}).get_json()["person"]
    assert (changed["email"], changed["phone"], changed["disabled"]) == ("w@example.com", "13800000000", True)
    assert shop.stranger().post("/session", {"username": "王", "password": password}).status_code == 401
    assert owner.post("/people", {"name": "王", "roles": ["clerk"]}).status_code == 409
    assert owner.post("/people", {"name": "x", "roles": ["clrek"]}).status_code == 422
    assert owner.post("/people", {"name": "x", "roles": ["admin"]}).status_code == 403
    assert owner.patch("/people/nobody", {"roles": ["clerk"]}).status_code == 404
    assert shop.caller("clerk").get("/people").status_code == 403


def test_tokens_are_issued_listed_and_revoked(shop: Shop) -> None:
    owner = shop.caller("owner")
    assert owner.post("/tokens", {"name": "till", "roles": ["clerk"]}).status_code == 201
    token = next(each for each in owner.get("/tokens").get_json()["tokens"] if each["name"] == "till")
    assert owner.call("DELETE", f"/tokens/{token['id']}").status_code == 204
    assert owner.call("DELETE", "/tokens/nothing").status_code == 404


def test_the_audit_is_for_those_who_have_its_right(shop: Shop) -> None:
    shop.caller("owner").post("/people", {"name": "王", "roles": ["clerk"]})
    told = shop.caller("finance").get("/audit", limit="1").get_json()
    assert (told["audit"][0]["action"], told["next"] is None) == ("token_added", False)
    assert shop.caller("clerk").get("/audit").status_code == 403


def test_one_box_searches_what_may_be_asked(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    key = clerk.order(remark="x")["order_no"]
    found = clerk.get("/search", q=key).get_json()["results"]
    assert [(hit["table"], hit["key"], hit["table_title"]) for hit in found] == [("orders", key, "订单")]
    assert clerk.get("/search", q="\0").status_code == 422
    assert clerk.get("/search").get_json() == {"results": [], "next": None}


def test_an_export_is_streamed_to_who_may(shop: Shop) -> None:
    key = shop.caller("clerk").order(remark="=1+1")["order_no"]
    finance = shop.caller("finance")
    told = finance.get("/tables/orders/export", format="csv", fields="order_no,remark")
    assert (told.status_code, told.mimetype) == (200, "text/csv")
    assert told.headers["Content-Disposition"] == "attachment; filename=orders.csv"
    assert key in told.text
    assert ",=1+1" not in told.text
    assert finance.get("/tables/orders/export", format="pdf").status_code == 400
    assert finance.get("/tables/orders/export", filter="{nothing} = 1").status_code == 400
    assert shop.caller("clerk").get("/tables/orders/export").status_code == 403


def test_an_import_is_a_job_that_tells_what_it_refused(shop: Shop) -> None:
    finance = shop.caller("finance", "clerk")
    rows = b"channel,ordered_at,remark\nTM,2026-01-15 09:00,a\nXX,2026-01-15 09:00,b\n"
    given = {"data": {"file": (_stream(rows), "orders.csv")}, "content_type": "multipart/form-data"}
    begun = finance.call("POST", "/tables/orders/import", **given)
    assert begun.status_code == 202, begun.text
    while shop.application.jobs.run_next():
        pass
    job = finance.get(f"/jobs/{begun.get_json()['job']}").get_json()
    assert (job["state"], [reject["row"] for reject in job["rejects"]]) == ("done", [3])
    assert finance.get(RECORDS, count="1").get_json()["count"] == 1
    assert shop.caller("clerk").get(f"/jobs/{job['id']}").status_code == 404
    assert shop.caller("clerk").call("POST", "/tables/orders/import", data={}).status_code == 403


def test_an_imported_file_may_be_the_body_itself(shop: Shop) -> None:
    both = shop.caller("finance", "clerk")
    rows = "channel,ordered_at,remark\nTM,2026-01-15 09:00,a\n"
    begun = both.call("POST", "/tables/orders/import", data=rows, content_type="text/csv", query_string={"dry_run": "1"})
    assert begun.status_code == 202, begun.text
    while shop.application.jobs.run_next():
        pass
    job = both.get(f"/jobs/{begun.get_json()['job']}").get_json()
    assert (job["state"], job["done"], job["rejects"]) == ("done", 1, [])
    assert both.get(RECORDS, count="1").get_json()["count"] == 0
    assert both.post("/tables/orders/import", {}).status_code == 415


def test_claims_are_taken_in_by_a_job(shop: Shop) -> None:
    key = shop.caller("clerk").order()["order_no"]
    finance = shop.caller("finance", "clerk")
    rows = f"record,node,at,source\n{key},paid,2026-01-15T08:00:00+08:00,counter\n{key},piad,2026-01-15T08:00:00+08:00,counter\n"
    begun = finance.call("POST", "/claims/import", data=rows, content_type="text/csv")
    while shop.application.jobs.run_next():
        pass
    job = finance.get(f"/jobs/{begun.get_json()['job']}").get_json()
    assert (job["state"], [reject["row"] for reject in job["rejects"]]) == ("done", [3]), job
    assert finance.get(f"{RECORDS}/{key}").get_json()["paid"] == "2026-01-15T08:00:00+08:00"


def test_numbers_are_asked_for(shop: Shop) -> None:
    clerk = shop.caller("clerk")
    for channel in ("TM", "TM", "MP"):
        clerk.post(RECORDS, ORDER | {"channel": channel})
    told = clerk.post("/query", {"of": "orders", "measure": "count", "by": ["channel"]}).get_json()
    assert sorted((row[0], row[-2]) for row in told["rows"]) == [("MP", 1), ("TM", 2)]
    assert clerk.post("/query", {"of": "orders", "measure": {"sum": "{cost_price}"}}).status_code == 400


def _stream(content: bytes) -> object:
    return BytesIO(content)

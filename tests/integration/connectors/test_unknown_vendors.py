"""Vendors that the product never saw, each declared in one file: tokens, cursors, XML, answers in their own words."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from mailuo.connectors.incoming import arrival
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.vendor import Heard, Vendor

Opened = Callable[..., Office]

DEPOT = """\
connector: plant
title: 仓库
base_url: ${DEPOT_URL}
auth: {scheme: plain, id: "${DEPOT_ID}", basic: "${DEPOT_ID}:${DEPOT_SECRET}"}
limits: {retry: {times: 3, on: [timeout, 5xx, 429]}}
answers: {ok: "{body.code} = '0'", refresh: "OR({status} = 401, {body.code} = '40101')", wait: "{status} = 429", wait_for: 1m}
sign_in:
  token:
    request: {method: POST, path: /oauth/token, headers: {Authorization: {secret: basic, form: base64, prefix: "Basic "}}, form: {grant_type: client_credentials}}
    ok: "{status} = 200"
    token: access_token
    expires_in: expires_in
operations:
  ship: {request: {method: POST, path: /ship, headers: {Authorization: {secret: token, prefix: "Bearer "}}, json: {job: "{job}"}}}
  list: {request: {path: /list, headers: {Authorization: {secret: token, prefix: "Bearer "}}, query: {cursor: "{cursor}", size: "{size}"}}}
polls:
  paid: {operation: list, every: 1m, each: data.rows, event: paid, key: "{item.no}", pages: {parameter: cursor, size_parameter: size, size: 2, next: data.next}}
events:
  paid: {find: {table: jobs, where: {job_no: body.no}}, claims: [{node: paid, at: body.at}]}
"""
ENVIRONMENT = {"DEPOT_ID": "me", "DEPOT_SECRET": "s:1"}


class Depot:
    """A depot that hands out tokens, and lists what is paid by a cursor."""

    def __init__(self) -> None:
        self.tokens = 0
        self.dead: set[str] = set()
        self.busy = False

    def __call__(self, heard: Heard) -> tuple[int, object]:
        if heard.path == "/oauth/token":
            fits = heard.headers["authorization"] == "Basic " + b64encode(b"me:s:1").decode()
            assert heard.form == {"grant_type": "client_credentials"}
            self.tokens += 1
            return (200, {"access_token": f"t{self.tokens}", "expires_in": 3600}) if fits else (401, {})
        if heard.headers["authorization"] != f"Bearer t{self.tokens}" or heard.headers["authorization"] in self.dead:
            return 200, {"code": 40101}
        if self.busy:
            return 429, {}
        rows = [{"no": f"J-{number}", "at": "2026-01-15 08:00:00"} for number in range(5)]
        start = int(heard.query.get("cursor") or 0)
        following = start + 2 if start + 2 < len(rows) else None
        return 200, {"code": 0, "data": {"rows": rows[start : start + 2], "next": following}}


@pytest.fixture
def depot(vendor: Vendor) -> Depot:
    """The depot behind the vendor."""
    vendor.answers = depot = Depot()
    return depot


@pytest.fixture
def office(open_office: Opened, vendor: Vendor) -> Office:
    """The office with a depot."""
    return open_office({**ENVIRONMENT, "DEPOT_URL": vendor.url}, plant=DEPOT)


def test_a_token_of_client_credentials_goes_before_each_call_and_is_renewed_once(office: Office, depot: Depot, vendor: Vendor) -> None:
    office.work()
    office.call("ship", "plant", job="J-1")
    depot.dead = {"Bearer t1"}
    office.work()
    assert {row.state for row in office.rows(system.call)} == {"ok"}
    assert [path for path in vendor.paths() if path != "/list"] == ["/oauth/token", "/ship", "/oauth/token", "/ship"]
    depot.dead |= {f"Bearer t{number}" for number in range(2, 9)}
    office.call("ship", "plant", job="J-2")
    office.work()
    assert [row.state for row in office.rows(system.call, outcome="fatal")] == ["dead"]
    assert depot.tokens == 3


def test_a_list_is_followed_by_its_cursor_to_the_end(office: Office, depot: Depot, vendor: Vendor) -> None:
    for number in range(5):
        office.records.create(SYSTEM, "jobs", {"job_no": f"J-{number}"})
    office.work()
    assert [heard.query.get("cursor") for heard in vendor.heard if heard.path == "/list"] == [None, "2", "4"]
    assert {office.node(f"J-{number}", "paid")["state"] for number in range(5)} == {"reached"}


@pytest.mark.parametrize(
    ("said", "wait"),
    [("120", timedelta(minutes=2)), ("Thu, 15 Jan 2026 01:05:00 GMT", timedelta(minutes=5)), ("1", timedelta(minutes=1)), ("999999999", timedelta(hours=1)), ("soon", timedelta(minutes=1))],
)
def test_a_poll_waits_as_it_is_asked_to_and_no_longer_than_an_hour(office: Office, depot: Depot, vendor: Vendor, said: str, wait: timedelta) -> None:
    depot.busy, vendor.headers = True, {"Retry-After": said}
    office.work()
    (position,) = office.rows(system.position, connector="plant")
    assert position.due_at == NOW + wait


XML = """\
connector: plant
title: 邮局
auth: {scheme: declared, key: "${POST_KEY}", verify: {digest: md5_suffix, over: "{sorted_query}&key=", field: sign, form: HEX, time: {field: time, unit: "yyyy-MM-dd HH:mm:ss"}}}
events:
  paid:
    verify: declared
    each: body.items.item
    find: {table: jobs, where: {job_no: item.no}}
    claims: [{node: paid, at: item.at}]
    answer: "<xml><return_code>SUCCESS</return_code></xml>"
  told: {verify: declared, find: {table: jobs, where: {job_no: body.no}}, claims: [{node: paid, at: body.at}], answer: success}
"""


def signed(fields: dict[str, str]) -> str:
    """What the post office signs."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields)) + "&key=k"
    return hashlib.md5(text.encode()).hexdigest().upper()  # noqa: S324


def test_an_xml_push_is_proved_taken_in_item_by_item_and_answered_as_xml(open_office: Opened) -> None:
    office = open_office({"POST_KEY": "k"}, plant=XML)
    for number in ("J-1", "J-2"):
        office.records.create(SYSTEM, "jobs", {"job_no": number})
    fields = {"shop": "木语", "time": "2026-01-15 09:00:00"}
    items = "".join(f"<item><no>J-{number}</no><at>2026-01-15 08:00:00</at></item>" for number in (1, 2))
    flat = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
    body = f"<xml>{flat}<items>{items}</items><sign>{signed(fields)}</sign></xml>".encode()
    reply = office.outside.receiving.receive("plant", "paid", arrival("POST", {"Content-Type": "text/xml"}, b"", body))
    assert (reply.status, reply.content_type) == (200, "application/xml; charset=utf-8")
    assert reply.text == "<xml><return_code>SUCCESS</return_code></xml>"
    office.work()
    assert {office.node(number, "paid")["state"] for number in ("J-1", "J-2")} == {"reached"}
    forged = body.replace("木语".encode(), "别家".encode())
    assert office.outside.receiving.receive("plant", "paid", arrival("POST", {}, b"", forged)).status == 401


@pytest.mark.parametrize("way", ["form", "query"])
def test_a_form_and_a_signed_address_are_answered_by_a_word(open_office: Opened, way: str) -> None:
    text = XML.replace("field: sign", "query: sign").replace("field: time", "query: time") if way == "query" else XML
    office = open_office({"POST_KEY": "k"}, plant=text)
    office.records.create(SYSTEM, "jobs", {"job_no": "J-1"})
    fields = {"no": "J-1", "at": "2026-01-15 08:00:00", "time": "2026-01-15 09:00:00"}
    sent = urlencode({**fields, "sign": signed(fields)}, quote_via=quote).encode()
    push = (
        arrival("POST", {"Content-Type": "application/x-www-form-urlencoded"}, b"", sent)
        if way == "form"
        else arrival("GET", {}, sent, b"")
    )
    reply = office.outside.receiving.receive("plant", "told", push)
    assert (reply.status, reply.content_type, reply.text) == (200, "text/plain; charset=utf-8", "success")
    office.work()
    assert office.node("J-1", "paid")["state"] == "reached"


LISTED = """\
connector: plant
title: 车间
auth: {scheme: github_webhook, secret: "${S}"}
events:
  paid: {verify: github_webhook, EACH key: "{item.id}", find: {table: jobs, where: {job_no: item.no}}, claims: [{node: paid, at: item.at}]}
"""


@pytest.mark.parametrize("each", ["", "each: body.batch.rows,"])
def test_the_elements_of_a_batch_are_events_of_their_own_however_they_are_put_together(open_office: Opened, each: str) -> None:
    office = open_office({"S": "s"}, plant=LISTED.replace("EACH", each))
    for number in ("J-1", "J-2", "J-3"):
        office.records.create(SYSTEM, "jobs", {"job_no": number})
    rows = [{"id": f"m{number}", "no": f"J-{number}", "at": "2026-01-15 08:00:00"} for number in (1, 2, 3)]
    rows[1]["at"] = "noon"
    for place, listed in enumerate(([rows[0], rows[1]], [rows[1], rows[2]], [rows[0], {"no": "J-9"}])):
        body = json.dumps({"batch": {"rows": listed, "shop": "s"}} if each else listed).encode()
        sign = {"X-Hub-Signature-256": "sha256=" + hmac.new(b"s", body, "sha256").hexdigest(), "X-GitHub-Delivery": f"d{place}"}
        assert office.outside.receiving.receive("plant", "paid", arrival("POST", sign, b"", body)).status == 200
    office.work()
    kept = office.rows(system.inbox)
    assert [(row.key, row.state, row.repeats) for row in kept[:3]] == [("m1", "done", 1), ("m2", "dead", 1), ("m3", "done", 0)]
    assert (len(kept), len(kept[3].key)) == (4, 64)
    assert [office.node(number, "paid")["state"] for number in ("J-1", "J-2", "J-3")] == ["reached", "due", "reached"]

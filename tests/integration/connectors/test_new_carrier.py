"""A carrier that nobody has heard of is connected by one file, without a line of code."""

import json

from mailuo.connectors.incoming import arrival
from mailuo.connectors.signing.digests import DIGESTS
from mailuo.storage import system
from tests.integration.connectors.conftest import Office
from tests.integration.connectors.vendor import Heard, Vendor

TURTLE = """\
connector: turtle
title: 乌龟快运
base_url: ${TURTLE_URL}
auth: {scheme: github_webhook, secret: "${TURTLE_SECRET}"}
zone: Asia/Tokyo
limits: {per_second: 5, timeout: 3s, retry: {times: 3, on: [timeout, 5xx], waits: [1s, 5s]}}
answers: {ok: "{body.result} = 'accepted'", retry: "{body.result} = 'later'", error: "{body.message}"}
sign_in:
  login: {request: {path: /login, json: {secret: {secret: secret}}}, values: {branch: body.branch}, token: body.ticket, lives: 30m}
operations:
  announce:
    request: {method: PUT, path: "/branches/{signin.branch}/parcels/{waybill_no}", json: {weight: {formula: "ROUND(NUMBER({weight}) / 1000, 2)"}, tags: ["a", "{carrier}"], note: "{note}"}}
    result: {ticket: body.data.id}
events:
  moved:
    verify: github_webhook
    each: body.parcels
    when: "NOT({item.kind} = 'test')"
    find: {table: packets, where: {waybill_no: item.no}, claim_on: job}
    claims:
      - {node: "{trace.stage}", each: item.history, when: "IN({trace.stage}, 'picked_up', 'signed')", at: trace.when, take: all}
    answer: got it
"""


def test_it_is_called_and_its_pushes_move_jobs(office: Office, vendor: Vendor) -> None:
    jobs = office.files["tables/jobs.yaml"].replace("[swift, shop]", "[swift, turtle, shop]")
    office.files = {**office.files, "tables/jobs.yaml": jobs}
    office.environment |= {"TURTLE_URL": f"{vendor.url}/v1", "TURTLE_SECRET": "slow and steady"}
    office.publish(**{"connectors/turtle": TURTLE})
    vendor.answers = turtle
    call = office.call("announce", "turtle", waybill_no="T 1/2", weight="1500", carrier="乌龟")
    office.job("J-1", "T1")
    office.work()
    assert office.rows(system.call, id=call)[0].answer == {"result": "accepted", "data": {"id": "X"}}
    heard = vendor.heard[-1]
    assert (heard.method, heard.path) == ("PUT", "/v1/branches/hangzhou/parcels/T%201%2F2")
    assert heard.body == '{"weight":1.5,"tags":["a","乌龟"]}'.encode()
    history = [{"stage": "signed", "when": "2026-01-15 09:30:00"}, {"stage": "picked_up", "when": 1768400000}, {"stage": "lost", "when": "x"}]
    reply = push(office, {"parcels": [{"no": "T1", "history": history}, {"no": "T9", "kind": "test"}]})
    assert (reply.status, reply.text) == (200, "got it")
    office.work()
    assert office.node("J-1", "picked_up")["at"] == "2026-01-14T22:13:20+08:00"
    assert office.node("J-1", "signed")["at"] == "2026-01-15T08:30:00+08:00"  # it speaks in Tokyo's time
    assert office.outside.console.connector("turtle", "zh")["inbox"] == {"done": 1}


def turtle(heard: Heard) -> tuple[int, object]:
    """The carrier's answers."""
    if heard.path == "/v1/login":
        return 200, {"result": "accepted", "ticket": "t", "branch": "hangzhou"}
    return 200, {"result": "accepted", "data": {"id": "X"}}


def push(office: Office, body: object):
    """What the carrier is answered."""
    raw = json.dumps(body).encode()
    signature = "sha256=" + DIGESTS["hmac_sha256"](b"slow and steady", raw).hex()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Delivery": "1"}
    return office.outside.receiving.receive("turtle", "moved", arrival("POST", headers, b"", raw))

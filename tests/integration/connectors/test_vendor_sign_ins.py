"""Vendors that are signed in to first, each against a small vendor on loopback that checks what it is sent."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import insert

from mailuo.base.reasons import reason_in
from mailuo.connectors.signing.digests import DIGESTS, base64_of_hex
from mailuo.storage import system
from tests.integration.connectors.conftest import Office
from tests.integration.connectors.vendor import Heard, Vendor

Opened = Callable[..., Office]

KINGDEE = """\
connector: ledger
title: 账
base_url: ${LEDGER_URL}
auth: {scheme: kingdee, client_id: "${LEDGER_ID}", client_secret: "${LEDGER_SECRET}", instance: "${LEDGER_INSTANCE:-i-1}", app_key: "${LEDGER_KEY:-}", app_secret: "${LEDGER_KEY_SECRET:-}"}
answers: {ok: "AND({status} = 200, {body.errcode} = '0')", refresh: "IN({body.errcode}, '4010', '4011', '1030002006')", error: "{body.description}"}
sign_in:
  authorise:
    request: {method: POST, path: /jdyconnector/app_management/push_app_authorize, query: {outerInstanceId: {secret: instance}}}
    secrets: {app_key: body.data.0.appKey, app_secret: body.data.0.appSecret}
    values: {domain: body.data.0.domain}
    optional: true
  token:
    request:
      path: /jdyconnector/app_management/kingdee_auth_token
      query: {app_key: {secret: app_key}, app_signature: {secret: app_secret, digest: hmac_sha256, form: base64_of_hex, over: app_key}}
    token: body.data.app-token
    expires_in: body.data.expires
    unit: milliseconds
operations:
  find: {request: {path: /jdy/v2/fi/voucher, query: {search: "{job}", page: "1"}, headers: {X-GW-Router-Addr: "{signin.domain}"}}, result: {number: data.rows.0.voucher_no}}
"""


def ledger(dead: list[str]) -> Callable[[Heard], tuple[int, object]]:
    """A ledger that checks each signature; tokens named in `dead` are refused."""
    given = iter(range(1, 100))

    def answers(heard: Heard) -> tuple[int, object]:
        plain = "\n".join(
            (
                heard.method, quote(heard.path, safe=""),
                "&".join(sorted(f"{key}={quote(quote(value, safe=''), safe='')}" for key, value in heard.query.items())),
                f"x-api-nonce:{heard.headers['x-api-nonce']}", f"x-api-timestamp:{heard.headers['x-api-timestamp']}", "",
            )
        )  # fmt: skip
        if heard.headers["x-api-signature"] != base64_of_hex(DIGESTS["hmac_sha256"](b"secret", plain.encode())):
            return 519, {"errcode": 4008, "description": "signature"}
        if heard.path.endswith("push_app_authorize"):
            return 200, {"errcode": 0, "data": [{"appKey": "k", "appSecret": "s", "domain": "https://tf.example"}]}
        if heard.path.endswith("kingdee_auth_token"):
            fits = heard.query["app_signature"] == base64_of_hex(DIGESTS["hmac_sha256"](b"s", b"k"))
            return 200, {"errcode": 0 if fits else 1, "data": {"app-token": f"t{next(given)}", "expires": 86_400_000}}
        if heard.headers["app-token"] in dead:
            return 200, {"errcode": 4011, "description": "token expired"}
        return 200, {"errcode": 0, "data": {"rows": [{"voucher_no": "记-37"}]}}

    return answers


@pytest.fixture
def books(open_office: Opened, vendor: Vendor) -> Office:
    """The office with a ledger."""
    environment = {"LEDGER_URL": vendor.url, "LEDGER_ID": "c", "LEDGER_SECRET": "secret"}
    return open_office(environment, ledger=KINGDEE)


def test_a_chain_of_sign_ins_is_gone_through_once_and_its_token_kept_sealed(books: Office, vendor: Vendor) -> None:
    vendor.answers = ledger([])
    for _ in range(3):
        books.call("find", "ledger", job="J-1")
    books.work()
    assert [path.rsplit("/")[-1] for path in vendor.paths()] == ["push_app_authorize", "kingdee_auth_token", *["voucher"] * 3]
    assert vendor.heard[-1].headers["x-gw-router-addr"] == "https://tf.example"
    assert {row.state for row in books.rows(system.call)} == {"ok"}
    sealed = books.rows(system.sign_in_token)[0].sealed
    assert b"t1" not in b64decode(sealed)


@pytest.mark.parametrize("changed", ["LEDGER_ID", "LEDGER_KEY_SECRET"])
def test_another_account_signs_in_for_itself(books: Office, vendor: Vendor, changed: str) -> None:
    vendor.answers = ledger([])
    for environment in ({}, {changed: "another"}, {changed: "another"}):
        books.environment = {**books.environment, **environment}
        books.open()
        books.call("find", "ledger", job="J-1")
        books.work()
    assert [heard.headers.get("app-token") for heard in vendor.heard if heard.path.endswith("voucher")] == ["t1", "t2", "t2"]


def test_a_dead_token_is_renewed_once_and_the_call_repeated(books: Office, vendor: Vendor) -> None:
    vendor.answers = ledger(["t1"])
    call = books.call("find", "ledger", job="J-1")
    books.work()
    assert books.rows(system.call, id=call)[0].state == "ok"
    assert [row.outcome for row in books.rows(system.attempt)] == ["refresh", "ok"]
    assert vendor.heard[-1].headers["app-token"] == "t2"


def test_where_a_new_token_does_not_help_the_call_is_given_up(books: Office, vendor: Vendor) -> None:
    vendor.answers = ledger(["t1", "t2"])
    call = books.call("find", "ledger", job="J-1")
    books.work()
    row = books.rows(system.call, id=call)[0]
    assert (row.state, reason_in(row.error, "en")) == ("dead", "HTTP 200: 'token expired'")
    assert len(vendor.heard) == 6


def test_calls_wait_without_trying_for_a_sign_in_whose_process_has_died(books: Office, vendor: Vendor) -> None:
    held = {"connector": "ledger", "name": "session", "lease_until": books.clock.now() + timedelta(hours=1)}
    books.store.write(lambda connection: connection.execute(insert(system.sign_in_token), held).close())
    vendor.answers = ledger([])
    call = books.call("find", "ledger", job="J-1")
    for _ in range(10):
        books.work(minutes=5)
    row = books.rows(system.call, id=call)[0]
    assert (row.state, row.attempts, vendor.heard) == ("retrying", 0, [])
    books.work(minutes=15)
    assert books.rows(system.call, id=call)[0].state == "ok"


def test_a_token_is_got_anew_before_it_runs_out(books: Office, vendor: Vendor) -> None:
    vendor.answers = ledger([])
    books.call("find", "ledger", job="J-1")
    books.work()
    books.call("find", "ledger", job="J-1")
    books.work(hours=23, minutes=56)
    assert vendor.heard[-1].headers["app-token"] == "t2"


def test_a_ledger_that_refuses_to_authorise_is_signed_in_to_with_what_the_environment_says(
    open_office: Opened, vendor: Vendor
) -> None:
    inner = ledger([])
    vendor.answers = lambda heard: (500, {}) if heard.path.endswith("push_app_authorize") else inner(heard)
    environment = {"LEDGER_URL": vendor.url, "LEDGER_ID": "c", "LEDGER_SECRET": "secret", "LEDGER_KEY": "k", "LEDGER_KEY_SECRET": "s"}
    office = open_office(environment, ledger=KINGDEE)
    call = office.call("find", "ledger", job="J-1")
    office.work()
    assert office.rows(system.call, id=call)[0].state == "ok"


# Messages with receivers that are wrong

WECOM = """\
connector: chat
title: 群聊
base_url: ${CHAT_URL}
auth: {scheme: wecom, id: "${CHAT_ID}", secret: "${CHAT_SECRET}", agent: "${CHAT_AGENT:-1000002}", token: "${CHAT_TOKEN:-}", aes_key: "${CHAT_AES:-}"}
limits: {recipient: {per_minute: 2}}
answers:
  ok: "AND({body.errcode} = '0', ISBLANK({body.invaliduser}))"
  retry: "IN({body.errcode}, '-1', '6000')"
  refresh: "IN({body.errcode}, '40014', '42001')"
  wait: "IN({body.errcode}, '45009', '45033')"
  partial: "{body.errcode} = '0'"
  error: "{body.errmsg} {body.invaliduser}"
sign_in:
  token: {request: {path: /cgi-bin/gettoken, query: {corpid: "{auth.id}", corpsecret: {secret: secret}}}, token: access_token, expires_in: expires_in}
operations:
  message:
    request: {path: /cgi-bin/message/send, json: {touser: "{to}", msgtype: text, agentid: {secret: agent, type: number}, text: {content: "{text}"}, enable_duplicate_check: 1}}
    recipient: "{to}"
events:
  said:
    verify: wecom
    answer: ""
delivers: {via: wecom, operation: message}
"""


@pytest.fixture
def chat(open_office: Opened, vendor: Vendor) -> Office:
    """The office with a chat."""
    return open_office({"CHAT_URL": vendor.url, "CHAT_ID": "corp", "CHAT_SECRET": "s"}, chat=WECOM)


def answered(*answers: Mapping[str, object]) -> Callable[[Heard], tuple[int, object]]:
    """A chat whose messages are answered one after another; tokens count up."""
    following, tokens = iter(answers), iter(range(1, 100))

    def answer(heard: Heard) -> tuple[int, object]:
        if heard.path.endswith("gettoken"):
            return 200, {"errcode": 0, "access_token": f"t{next(tokens)}", "expires_in": 7200}
        return 200, next(following)

    return answer


def test_a_message_goes_out_with_its_number_and_no_escapes(chat: Office, vendor: Vendor) -> None:
    vendor.answers = answered({"errcode": 0})
    chat.call("message", "chat", to="zhang", text="超时了 “急”")
    chat.work()
    heard = vendor.heard[-1]
    assert (heard.query, heard.json["agentid"]) == ({"access_token": "t1"}, 1000002)
    assert "超时了 “急”".encode() in heard.body


def test_a_token_that_has_died_early_is_renewed_and_the_message_sent_once_more(chat: Office, vendor: Vendor) -> None:
    vendor.answers = answered({"errcode": 42001}, {"errcode": 0})
    call = chat.call("message", "chat", to="zhang", text="早")
    chat.work()
    assert [heard.query.get("access_token") for heard in vendor.heard] == [None, "t1", None, "t2"]
    assert chat.rows(system.call, id=call)[0].state == "ok"


def test_receivers_that_are_wrong_are_told_and_nothing_is_sent_again(chat: Office, vendor: Vendor) -> None:
    vendor.answers = answered({"errcode": 0, "errmsg": "ok", "invaliduser": "li"})
    call = chat.call("message", "chat", to="zhang|li", text="早")
    chat.work()
    row = chat.rows(system.call, id=call)[0]
    assert (row.state, row.outcome, reason_in(row.error, "en")) == ("ok", "partial", "HTTP 200: 'ok li'")


def test_one_receiver_gets_no_more_than_the_limit_says(chat: Office, vendor: Vendor) -> None:
    vendor.answers = answered(*[{"errcode": 0}] * 4)
    for to in ("zhang", "zhang", "zhang", "li"):
        chat.call("message", "chat", to=to, text="早")
    chat.work()
    assert len(vendor.heard) == 4  # the token, two for one and one for the other
    chat.work(seconds=70)
    assert len(vendor.heard) == 5

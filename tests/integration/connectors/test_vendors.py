"""Schemes of real vendors, each against a small vendor on loopback that checks what it is sent."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, quote

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailuo.connectors.incoming import arrival
from mailuo.connectors.sealing import Seal
from mailuo.connectors.signing.digests import DIGESTS, base64_of_hex
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.vendor import Heard, Vendor

Opened = Callable[..., Office]
SECONDS = int(NOW.timestamp())

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
    assert Seal(b"another installation").opened(sealed, "ledger") is None
    assert '"token": "t1"' in (Seal(b"secret").opened(sealed, "ledger") or "")


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
    assert (row.state, row.error) == ("dead", "HTTP 200: token expired")
    assert len(vendor.heard) == 6


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
    assert (row.state, row.outcome, row.error) == ("ok", "partial", "HTTP 200: ok li")


def test_one_receiver_gets_no_more_than_the_limit_says(chat: Office, vendor: Vendor) -> None:
    vendor.answers = answered(*[{"errcode": 0}] * 4)
    for to in ("zhang", "zhang", "zhang", "li"):
        chat.call("message", "chat", to=to, text="早")
    chat.work()
    assert len(vendor.heard) == 4  # the token, two for one and one for the other
    chat.work(seconds=70)
    assert len(vendor.heard) == 5


# Pages from behind, so that nothing is lost between them

TOP = """\
connector: mart
title: 商城
base_url: ${MART_URL}
auth: {scheme: top, id: "${MART_KEY}", secret: "${MART_SECRET}", session: "${MART_SESSION}"}
answers: {ok: "ISBLANK({body.error_response.code})", wait: "{body.error_response.code} = '7'", wait_for: 10m, error: "{body.error_response.msg}"}
operations:
  changed: {request: {path: /router/rest, form: {method: taobao.trades.sold.increment.get, start_modified: "{since}", end_modified: "{until}", page_no: "{page}", page_size: "{size}"}}}
  trade: {request: {path: /router/rest, form: {method: taobao.trade.fullinfo.get, tid: "{tid}"}}}
polls:
  changes:
    operation: changed
    every: 1m
    each: body.trades_sold_increment_get_response.trades.trade
    event: trade
    key: "{item.tid}:{item.modified}"
    window: {start: since, end: until, format: "yyyy-MM-dd HH:mm:ss", overlap: 30s, lag: 10s, most: 30m}
    pages: {parameter: page, size_parameter: size, size: 2, backwards: true, total: trades_sold_increment_get_response.total_results}
    then: {operation: trade, with: {tid: item.tid}, body: body.trade_fullinfo_get_response.trade}
events:
  trade:
    when: "{item.status} = 'WAIT_SELLER_SEND_GOODS'"
    find: {table: jobs, where: {job_no: item.tid}}
    claims: [{node: paid, at: item.pay_time}]
"""


class Mart:
    """A shop whose changes are listed in pages."""

    def __init__(self, *tids: str) -> None:
        self.tids = list(tids)
        self.asked: list[dict[str, str]] = []
        self.fails = 0

    def __call__(self, heard: Heard) -> tuple[int, object]:
        form = heard.form
        signed = "".join(key + form[key] for key in sorted(form) if key != "sign")
        expected = DIGESTS["hmac_sha256"](b"secret", signed.encode()).hex().upper()
        assert form["sign"] == expected
        self.asked.append(form)
        if self.fails:
            self.fails -= 1
            return 200, {"error_response": {"code": 7, "msg": "App Call Limited"}}
        if form["method"].endswith("fullinfo.get"):
            trade = {"tid": form["tid"], "status": "WAIT_SELLER_SEND_GOODS", "pay_time": "2026-01-15 08:00:00", "modified": "m"}
            return 200, {"trade_fullinfo_get_response": {"trade": trade}}
        start = (int(form["page_no"]) - 1) * int(form["page_size"])
        trades = [{"tid": tid} for tid in self.tids[start : start + int(form["page_size"])]]
        body = {"total_results": len(self.tids), **({"trades": {"trade": trades}} if trades else {})}
        return 200, {"trades_sold_increment_get_response": body}

    def pages(self) -> list[str]:
        """The pages that were asked for."""
        return [form["page_no"] for form in self.asked if "page_no" in form]

    def windows(self) -> list[tuple[str, str]]:
        """The stretches of time that were asked for, each once."""
        return list(dict.fromkeys((form["start_modified"], form["end_modified"]) for form in self.asked if "page_no" in form))


@pytest.fixture
def mart(vendor: Vendor) -> Mart:
    """The shop."""
    vendor.answers = mart = Mart("1", "2", "3", "4", "5")
    return mart


@pytest.fixture
def selling(open_office: Opened, vendor: Vendor) -> Office:
    """The office that sells in a mart."""
    environment = {"MART_URL": vendor.url, "MART_KEY": "k", "MART_SECRET": "secret", "MART_SESSION": "x"}
    return open_office(environment, mart=TOP)


def test_pages_are_asked_for_from_the_last_to_the_first_and_each_trade_read_in_full(selling: Office, mart: Mart) -> None:
    selling.job("3")
    selling.work()
    assert mart.pages() == ["1", "3", "2", "1"]
    assert [row.key for row in selling.rows(system.inbox)] == ["5:m", "3:m", "4:m", "1:m", "2:m"]
    assert mart.windows() == [("2026-01-15 08:29:50", "2026-01-15 08:59:50")]


def test_windows_overlap_and_what_was_read_before_is_kept_once(selling: Office, mart: Mart) -> None:
    selling.work()
    selling.work(minutes=1)
    assert mart.windows()[-1] == ("2026-01-15 08:59:20", "2026-01-15 09:00:50")
    assert {row.repeats for row in selling.rows(system.inbox)} == {1}


def test_after_hours_away_the_time_is_asked_about_stretch_by_stretch(selling: Office, mart: Mart) -> None:
    mart.tids = []
    selling.work()
    selling.work(hours=2)
    starts = [start[11:] for start, _ in mart.windows()]
    assert starts == ["08:29:50", "08:59:20", "09:28:50", "09:58:20", "10:27:50", "10:57:20"]
    assert selling.rows(system.position, connector="mart")[0].reached == {"at": "2026-01-15T10:59:50+08:00"}


def test_a_poll_that_fails_goes_on_where_it_was(selling: Office, mart: Mart) -> None:
    mart.fails = 1
    selling.work()
    position = selling.rows(system.position, connector="mart")[0]
    assert (position.reached, position.error, position.due_at) == (None, "HTTP 200: App Call Limited", NOW + timedelta(minutes=10))
    selling.work(minutes=10)
    assert len(selling.rows(system.inbox)) == 5


# Pushes of several messages

DOUYIN = """connector: clips
title: 短视频
auth: {scheme: doudian, id: "${CLIPS_KEY}", secret: "${CLIPS_SECRET}"}
events:
  order: {verify: doudian, when: "{body.tag} = '101'", find: {table: jobs, where: {job_no: body.data.p_id}}, claims: [{node: paid, at: body.data.pay_time}], answer: {code: 0, msg: success}}
"""


def test_each_message_of_one_push_is_an_event_and_big_numbers_stay_whole(open_office: Opened) -> None:
    office = open_office({"CLIPS_KEY": "k", "CLIPS_SECRET": "s"}, clips=DOUYIN)
    data = json.dumps({"p_id": 4812345678901234567, "pay_time": SECONDS - 3600})
    messages = [{"tag": "0", "msg_id": "0", "data": "{}"}, {"tag": "101", "msg_id": "7:1", "data": data}, {"tag": "102", "msg_id": "7:2", "data": data}]
    body = json.dumps(messages).encode()
    sign = hashlib.md5(b"k" + body + b"s").hexdigest()  # noqa: S324 - the vendor's
    reply = office.outside.receiving.receive("clips", "order", arrival("POST", {"app-id": "k", "event-sign": sign}, b"", body))
    assert json.loads(reply.text) == {"code": 0, "msg": "success"}
    office.job("4812345678901234567")
    office.work()
    assert sorted((row.key, row.state) for row in office.rows(system.inbox)) == [("7:1", "done"), ("7:2", "done")]
    assert office.node("4812345678901234567", "paid")["state"] == "reached"


# Notices that are signed and sealed

WXPAY = """connector: till
title: 收银
base_url: ${TILL_URL:-https://till.example}
auth: {scheme: wxpay, id: "${TILL_ID}", key: "${TILL_KEY}", serial: "${TILL_SERIAL}", private_key: "${TILL_PRIVATE}", platform_cert: "${TILL_CERT}"}
operations: {query: {request: {path: "/v3/pay/transactions/out-trade-no/{job}", query: {mchid: "{auth.id}"}}}}
events:
  paid:
    verify: wxpay
    when: "{body.trade_state} = 'SUCCESS'"
    key: "{body.transaction_id}"
    find: {table: jobs, where: {job_no: body.out_trade_no}}
    claims: [{node: paid, at: body.success_time}]
    answer: {code: SUCCESS, message: ""}
"""
API_KEY = "k" * 32


@pytest.fixture(scope="module")
def platform_key() -> RSAPrivateKey:
    """The key of the platform."""
    return generate_private_key(65537, 2048)


@pytest.fixture
def till(open_office: Opened, platform_key: RSAPrivateKey, vendor: Vendor) -> Office:
    """The office with a till, which is paid at by the name of the shop."""
    private = platform_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = platform_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    environment = {
        "TILL_URL": vendor.url, "TILL_ID": "1900000001", "TILL_KEY": API_KEY, "TILL_SERIAL": "5A", "TILL_PRIVATE": private, "TILL_CERT": public,
    }  # fmt: skip
    return open_office(environment, till=WXPAY)


def notice(key: RSAPrivateKey, seconds: int = SECONDS, transaction: str = "42") -> tuple[dict[str, str], bytes]:
    """The headers and the body of a notice."""
    paid = {"out_trade_no": "J-1", "transaction_id": transaction, "trade_state": "SUCCESS", "success_time": "2026-01-15T08:30:00+08:00"}
    sealed = base64.b64encode(AESGCM(API_KEY.encode()).encrypt(b"123456789012", json.dumps(paid).encode(), b"transaction")).decode()
    resource = {"ciphertext": sealed, "nonce": "123456789012", "associated_data": "transaction"}
    body = json.dumps({"id": f"notice-{transaction}", "resource": resource}).encode()
    text = f"{seconds}\nn\n".encode() + body + b"\n"
    signature = base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()
    headers = {"Wechatpay-Timestamp": str(seconds), "Wechatpay-Nonce": "n", "Wechatpay-Signature": signature, "Wechatpay-Serial": "PUB_KEY_ID_1"}
    return headers, body


def test_a_notice_is_proved_opened_and_paid_once_however_often_it_comes(till: Office, platform_key: RSAPrivateKey) -> None:
    till.job("J-1")
    headers, body = notice(platform_key)
    for _ in range(2):
        reply = till.outside.receiving.receive("till", "paid", arrival("POST", headers, b"", body))
        assert (reply.status, json.loads(reply.text)["code"]) == (200, "SUCCESS")
    till.work()
    assert [(row.key, row.state, row.repeats) for row in till.rows(system.inbox)] == [("42", "done", 1)]


@pytest.mark.parametrize("spoil", ["late", "other", "probe", "touched"])
def test_a_notice_that_is_stale_or_not_the_platforms_is_refused(till: Office, platform_key: RSAPrivateKey, spoil: str) -> None:
    key = generate_private_key(65537, 2048) if spoil == "other" else platform_key
    headers, body = notice(key, SECONDS - 301 if spoil == "late" else SECONDS)
    if spoil == "probe":
        headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + headers["Wechatpay-Signature"]
    body += b" " if spoil == "touched" else b""
    reply = till.outside.receiving.receive("till", "paid", arrival("POST", headers, b"", body))
    assert (reply.status, json.loads(reply.text)["code"]) == (401, "FAIL")


def test_a_call_to_the_till_is_signed_over_the_address_as_sent(till: Office, platform_key: RSAPrivateKey, vendor: Vendor) -> None:
    till.call("query", "till", job="J-1/2")
    till.work()
    heard = vendor.heard[0]
    members = dict(parse_qsl(heard.headers["authorization"].split(" ", 1)[1].replace('"', "").replace(",", "&").replace("+", "%2B")))
    url = "/v3/pay/transactions/out-trade-no/J-1%2F2?mchid=1900000001"
    text = f"GET\n{url}\n{members['timestamp']}\n{members['nonce_str']}\n\n"
    platform_key.public_key().verify(base64.b64decode(members["signature"]), text.encode(), PKCS1v15(), SHA256())


# Webhooks both ways

WEBHOOK = """connector: plant
title: 工厂
base_url: ${PLANT_URL}
auth: {scheme: standard_webhooks, secret: "${PLANT_SECRET}"}
operations: {order: {request: {method: POST, path: /orders, json: {type: order.made, data: {job_no: "{job}", qty: "{qty}", urgent: true}}}}}
events:
  status: {verify: standard_webhooks, find: {table: jobs, where: {job_no: body.job_no}}, claims: [{node: "{body.node}", at: body.at}], answer: {ok: true}}
"""
SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()


@pytest.fixture
def plant(open_office: Opened, vendor: Vendor) -> Office:
    """The office with a plant."""
    return open_office({"PLANT_URL": vendor.url, "PLANT_SECRET": SECRET}, plant=WEBHOOK)


def webhook_signature(id_: str, seconds: str, body: bytes) -> str:
    """The signature of a webhook."""
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    return "v1," + base64.b64encode(DIGESTS["hmac_sha256"](key, f"{id_}.{seconds}.".encode() + body)).decode()


def test_a_webhook_out_keeps_its_id_when_it_is_sent_again(plant: Office, vendor: Vendor) -> None:
    statuses = iter([503, 200])
    vendor.answers = lambda heard: (next(statuses), {})
    plant.call("order", "plant", job="J-1", qty=3)
    plant.work()
    plant.work(seconds=12)
    first, second = (heard.headers for heard in vendor.heard)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]
    for heard in vendor.heard:
        assert heard.headers["webhook-signature"] == webhook_signature(first["webhook-id"], heard.headers["webhook-timestamp"], heard.body)
    assert vendor.heard[0].json["data"] == {"job_no": "J-1", "qty": 3, "urgent": True}


@pytest.mark.parametrize(("age", "status"), [(0, 200), (299, 200), (301, 401)])
def test_a_webhook_in_is_taken_while_it_is_fresh(plant: Office, age: int, status: int) -> None:
    body = json.dumps({"type": "status", "data": {"job_no": "J-1", "node": "paid", "at": "2026-01-15T08:00:00+08:00"}}).encode()
    seconds = str(SECONDS - age)
    headers = {"webhook-id": "m1", "webhook-timestamp": seconds, "webhook-signature": "v1,x " + webhook_signature("m1", seconds, body)}
    assert plant.outside.receiving.receive("plant", "status", arrival("POST", headers, b"", body)).status == status


def test_a_webhook_about_a_node_that_is_none_of_its_business_parks_alone(plant: Office) -> None:
    plant.job("J-1")
    plant.outside.receiving.accept("plant", "status", {"job_no": "J-1", "node": "signed", "at": "2026-01-15T08:00:00+08:00"})
    plant.work()
    assert "已签收" in plant.rows(system.inbox)[0].reason

"""What vendors push to us, proved and opened by their own schemes, and calls that are signed by the same."""

import base64
import hashlib
import json
from collections.abc import Callable
from urllib.parse import parse_qsl

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailuo.connectors.incoming import arrival
from mailuo.connectors.signing.digests import DIGESTS
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.vendor import Vendor

Opened = Callable[..., Office]
SECONDS = int(NOW.timestamp())

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
    return headers_of(key, seconds, body), body


def headers_of(key: RSAPrivateKey, seconds: int, body: bytes) -> dict[str, str]:
    """The headers that prove a body."""
    text = f"{seconds}\nn\n".encode() + body + b"\n"
    signature = base64.b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()
    return {"Wechatpay-Timestamp": str(seconds), "Wechatpay-Nonce": "n", "Wechatpay-Signature": signature, "Wechatpay-Serial": "PUB_KEY_ID_1"}


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


@pytest.mark.parametrize(("body", "state"), [(b"no JSON", "dead"), (b"{}", "dead"), (b'{"resource": {"nonce": "1", "ciphertext": "!"}}', "refused")])
def test_a_signed_notice_that_says_nothing_is_kept_and_one_that_does_not_open_is_refused(
    till: Office, platform_key: RSAPrivateKey, body: bytes, state: str
) -> None:
    reply = till.outside.receiving.receive("till", "paid", arrival("POST", headers_of(platform_key, SECONDS, body), b"", body))
    till.work()
    assert (reply.status, json.loads(reply.text)["code"]) == ((200, "SUCCESS") if state == "dead" else (401, "FAIL"))
    assert till.outside.console.connector("till", "zh")["inbox"] == {state: 1}


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

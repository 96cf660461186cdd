"""The furniture company's own connectors, each against a small vendor on loopback."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from mailuo.base.reasons import reason_in
from mailuo.connectors.environment import Off
from mailuo.connectors.incoming import arrival
from mailuo.connectors.signing.digests import DIGESTS
from mailuo.flow.saying import Word
from mailuo.metadata import read_folder
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from mailuo.storage.engine import Store
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.pushing import KEY, PICKED_UP, SIGNED, pushed
from tests.integration.connectors.vendor import Heard, Vendor
from tests.surroundings import ROOT

SECONDS = int(NOW.timestamp())
WEBHOOK = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
API_KEY = "k" * 32
URLS = ("KDNIAO_URL", "WECOM_URL", "TOP_URL", "DOUDIAN_URL", "KINGDEE_URL", "WXPAY_URL", "WEAPP_URL", "ERP_URL")
SECRETS = {
    "KDNIAO_ID": "1234567", "KDNIAO_KEY": KEY, "WECOM_CORP_ID": "corp", "WECOM_AGENT_ID": "1000002", "WECOM_SECRET": "s",
    "TOP_APP_KEY": "k", "TOP_APP_SECRET": "s", "TOP_SESSION": "x", "DOUDIAN_APP_KEY": "k", "DOUDIAN_APP_SECRET": "s", "DOUDIAN_SHOP_ID": "1",
    "KINGDEE_CLIENT_ID": "c", "KINGDEE_CLIENT_SECRET": "s", "KINGDEE_APP_KEY": "k", "KINGDEE_APP_SECRET": "s", "WXPAY_MCH_ID": "1900000001",
    "WXPAY_API_V3_KEY": API_KEY, "WXPAY_SERIAL": "5A", "WEAPP_ID": "wx1", "WEAPP_SECRET": "s", "ERP_SECRET": WEBHOOK, "SMTP_URL": "smtp://127.0.0.1:1",
}  # fmt: skip
CONNECTORS = {"douyin", "erp", "kdniao", "kingdee", "mail", "tmall", "weapp", "wecom", "wxpay"}


@pytest.fixture(scope="module")
def platform_key() -> RSAPrivateKey:
    """The key of the pay platform, and of the merchant."""
    return generate_private_key(65537, 2048)


@pytest.fixture
def company(store: Store, vendor: Vendor, platform_key: RSAPrivateKey) -> Office:
    """The furniture company, all of whose systems are one vendor."""
    private = platform_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = platform_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    keys = {"WXPAY_PRIVATE_KEY": private, "WXPAY_PLATFORM_CERT": public}
    files = {name: text for name, text in read_folder(ROOT).items() if "/scenarios/" not in name}
    return Office(store, {**dict.fromkeys(URLS, vendor.url), **SECRETS, **keys}, files)


def ordered(company: Office, *waybills: str) -> str:
    """The number of a paid order with parcels."""
    values = {"channel": "TM", "kind": "standard", "ordered_at": "2026-01-14T09:00:00+08:00"}
    number = str(company.records.create(SYSTEM, "orders", values)["order_no"])
    company.flow.claim(SYSTEM, "orders", number, Word("paid", NOW - timedelta(days=1), "tmall"))
    for waybill in waybills:
        company.records.create(SYSTEM, "parcels", {"waybill_no": waybill, "carrier": "YTO", "order": number})
    return number


def node(company: Office, number: str, name: str) -> Mapping[str, Any]:
    """How a node of an order stands."""
    nodes: Any = company.flow.timeline(SYSTEM, "orders", number)["nodes"]
    return dict(next(each for each in nodes if each["id"] == name))


def made(company: Office, connector: str, operation: str, **values: object) -> Any:
    """What became of a call."""
    call = company.call(operation, connector, **values)
    company.work()
    return company.rows(system.call, id=call)[0]


def test_all_are_on_with_their_secrets_and_off_without_saying_what_is_missing(company: Office) -> None:
    assert {each["id"] for each in company.outside.console.connectors("zh") if each["state"] == "on"} == CONNECTORS
    company.environment.clear()
    off = {each["id"]: each["why"]["missing"] for each in company.outside.console.connectors("zh") if each["state"] == "off"}
    assert set(off) == CONNECTORS
    assert off["kdniao"] == ["KDNIAO_ID", "KDNIAO_KEY"]
    assert isinstance(company.outside.environment.wired(company.in_force.current.manifest.connectors["mail"]), Off)


def test_an_address_that_is_none_switches_off_what_goes_out_and_says_what_would_be_right(company: Office) -> None:
    company.environment |= {"SMTP_URL": "garbage", "ERP_URL": "erp.local", "KDNIAO_URL": "http://"}
    found = {each["id"]: each["why"]["malformed"] for each in company.outside.console.connectors("zh") if each["state"] == "off"}
    web = "https://host.example.com"
    assert found == {
        "mail": [{"name": "SMTP_URL", "expected": "smtp://user:password@host.example.com:587"}],
        "erp": [{"name": "ERP_URL", "expected": web}],
        "kdniao": [{"name": "KDNIAO_URL", "expected": web}],
    }
    reply = company.outside.receiving.receive("kdniao", "track", pushed("YT1", traces=[SIGNED]))
    assert json.loads(reply.text)["Success"] is True
    call = company.call("subscribe", "kdniao", carrier="YTO", waybill_no="YT1", order_no="x")
    company.work()
    row = company.rows(system.call, id=call)[0]
    assert row.state == "waiting"
    assert reason_in(row.error, "en") == f"the connector is off: KDNIAO_URL gives no address; write one like {web}"


def test_the_carrier_is_asked_to_track_and_its_pushes_move_the_order(company: Office, vendor: Vendor) -> None:
    number = ordered(company, "YT1")
    row = made(company, "kdniao", "subscribe", carrier="YTO", waybill_no="YT1", order_no=number)
    assert row.state == "ok"
    data = json.loads(next(heard.form for heard in vendor.heard if heard.path == "/api/dist")["RequestData"])
    assert data == {"ShipperCode": "YTO", "LogisticCode": "YT1", "Callback": number}
    reply = company.outside.receiving.receive("kdniao", "track", pushed("YT1", traces=[SIGNED, PICKED_UP]))
    assert json.loads(reply.text)["Success"] is True
    company.work()
    assert node(company, number, "picked_up")["at"] == "2026-01-14T17:02:11+08:00"
    assert node(company, number, "signed")["at"] == "2026-01-15T08:00:00+08:00"


def test_a_return_that_is_signed_is_not_a_delivery(company: Office) -> None:
    number = ordered(company, "YT1")
    returned = {"AcceptTime": "2026-01-15 08:00:00", "AcceptStation": "退回签收", "Action": "406"}
    company.outside.receiving.receive("kdniao", "track", pushed("YT1", traces=[PICKED_UP, returned]))
    company.work()
    assert node(company, number, "signed")["state"] != "reached"


def test_silent_waybills_are_asked_about_after_a_day(company: Office, vendor: Vendor) -> None:
    number = ordered(company, "YT1", "YT2")
    company.outside.receiving.receive("kdniao", "track", pushed("YT2", traces=[PICKED_UP]))
    company.work(hours=23)
    assert not [path for path in vendor.paths() if path.startswith("/Ebusiness")]
    found = {"Success": True, "LogisticCode": "YT1", "State": "1", "Traces": [PICKED_UP]}
    vendor.answers = lambda heard: (200, found if "8001" in heard.form.get("RequestType", "") else {})
    company.outside.receiving.receive("kdniao", "track", pushed("YT2", traces=[PICKED_UP], at="2026-01-16 08:00:00"))
    company.work(hours=7)
    asked = [json.loads(heard.form["RequestData"])["LogisticCode"] for heard in vendor.heard if heard.path.startswith("/Ebusiness")]
    assert asked == ["YT1"]
    assert node(company, number, "picked_up")["state"] == "reached"


def ledger(heard: Heard) -> tuple[int, object]:
    """The ledger's answers."""
    if heard.path.endswith("push_app_authorize"):
        return 200, {"code": 200, "data": [{"appKey": "k2", "appSecret": "s2", "domain": "https://tf.example"}]}
    if heard.path.endswith("kingdee_auth_token"):
        return 200, {"code": 200, "data": {"app-token": "t", "expires": 86_400_000}}
    return 200, {"errcode": 0, "data": {"rows": [{"voucher_no": "记-37"}]}}


def test_the_ledger_is_authorised_signed_in_to_and_asked(company: Office, vendor: Vendor) -> None:
    vendor.answers = ledger
    row = made(company, "kingdee", "find_voucher", order_no="TM20260115-00892")
    assert (row.state, row.answer["data"]["rows"][0]["voucher_no"]) == ("ok", "记-37")
    paths = [path for path in vendor.paths() if path.startswith("/jdy")]
    assert [path.rsplit("/", 1)[1] for path in paths] == ["push_app_authorize", "kingdee_auth_token", "voucher"]
    last = next(heard for heard in vendor.heard if heard.path.endswith("voucher"))
    assert (last.headers["app-token"], last.headers["x-gw-router-addr"]) == ("t", "https://tf.example")


@pytest.mark.parametrize(
    ("answer", "state", "outcome"),
    [
        ({"errcode": 0}, "ok", "ok"),
        ({"errcode": 0, "invaliduser": "li"}, "ok", "partial"),
        ({"errcode": 81013, "errmsg": "all invalid"}, "dead", "fatal"),
        ({"errcode": 45009}, "retrying", "wait"),
        ({"errcode": -1}, "retrying", "retry"),
    ],
)
def test_a_message_to_people(company: Office, vendor: Vendor, answer: object, state: str, outcome: str) -> None:
    token = {"errcode": 0, "access_token": "t", "expires_in": 7200}
    vendor.answers = lambda heard: (200, token if heard.path.endswith("gettoken") else answer)
    row = made(company, "wecom", "message", to="zhang", text="超时")
    assert (row.state, row.outcome) == (state, outcome)


def test_changed_trades_are_fetched_page_by_page_from_behind_and_read_in_full(company: Office, vendor: Vendor) -> None:
    asked: list[str] = []

    def mart(heard: Heard) -> tuple[int, object]:
        form = heard.form
        asked.append(f"{form.get('method', '').rsplit('.', 2)[-2]} {form.get('page_no', form.get('tid', ''))}".strip())
        if form.get("method") == "taobao.trades.sold.increment.get":
            count = 50 if form["page_no"] == "1" else 1
            trades = [{"tid": 4012345678901234567 + int(form["page_no"]) * 100 + place} for place in range(count)]
            return 200, {"trades_sold_increment_get_response": {"total_results": 51, "trades": {"trade": trades}}}
        if form.get("method") == "taobao.trade.fullinfo.get":
            return 200, {"trade_fullinfo_get_response": {"trade": {"tid": form["tid"], "modified": "m"}}}
        return 200, {}

    vendor.answers = mart
    company.work()
    pages = [each for each in asked if each.startswith("increment")]
    assert pages == ["increment 1", "increment 2", "increment 1"]
    keys = {row.key for row in company.rows(system.inbox, connector="tmall")}
    assert len(keys) == 51
    assert "4012345678901234767:m" in keys


def test_a_push_of_the_shop_is_kept_message_by_message(company: Office) -> None:
    body = json.dumps([{"tag": "101", "msg_id": "1", "data": '{"p_id":4812345678901234567}'}, {"tag": "0", "msg_id": "2", "data": "{}"}]).encode()
    sign = hashlib.md5(b"k" + body + b"s").hexdigest()  # noqa: S324 - the vendor's
    reply = company.outside.receiving.receive("douyin", "order", arrival("POST", {"app-id": "k", "event-sign": sign}, b"", body))
    assert json.loads(reply.text) == {"code": 0, "msg": "success"}
    assert [row.body["data"]["p_id"] for row in company.rows(system.inbox, connector="douyin")] == ["4812345678901234567"]


def test_a_notice_of_payment_is_opened(company: Office, platform_key: RSAPrivateKey) -> None:
    paid = json.dumps({"out_trade_no": "MP-1", "trade_state": "SUCCESS", "amount": {"total": 498000}}).encode()
    sealed = base64.b64encode(AESGCM(API_KEY.encode()).encrypt(b"123456789012", paid, b"t")).decode()
    body = json.dumps({"id": "n1", "resource": {"ciphertext": sealed, "nonce": "123456789012", "associated_data": "t"}}).encode()
    text = f"{SECONDS}\nn\n".encode() + body + b"\n"
    signature = base64.b64encode(platform_key.sign(text, PKCS1v15(), SHA256())).decode()
    headers = {"Wechatpay-Timestamp": str(SECONDS), "Wechatpay-Nonce": "n", "Wechatpay-Serial": "P", "Wechatpay-Signature": signature}
    reply = company.outside.receiving.receive("wxpay", "paid", arrival("POST", headers, b"", body))
    assert json.loads(reply.text)["code"] == "SUCCESS"
    assert company.rows(system.inbox, connector="wxpay")[0].body["amount"]["total"] == "498000"


def test_the_plant_tells_and_is_told(company: Office, vendor: Vendor) -> None:
    number = ordered(company)
    body = json.dumps({"type": "s", "data": {"order_no": number, "node": "packed", "at": "2026-01-15T08:00:00+08:00"}}).encode()
    key = base64.b64decode(WEBHOOK.removeprefix("whsec_"))
    signature = "v1," + base64.b64encode(DIGESTS["hmac_sha256"](key, f"m1.{SECONDS}.".encode() + body)).decode()
    headers = {"webhook-id": "m1", "webhook-timestamp": str(SECONDS), "webhook-signature": signature}
    reply = company.outside.receiving.receive("erp", "status", arrival("POST", headers, b"", body))
    assert reply.status == 200
    row = made(company, "erp", "status", order_no=number, to="已打包", occurred_at="2026-01-15T08:00:00+08:00")
    assert row.state == "ok"
    told = next(heard for heard in vendor.heard if "webhook-id" in heard.headers)
    assert told.json["timestamp"] == "2026-01-15T09:00:00+08:00"


@pytest.mark.parametrize(("status", "state"), [(204, "ok"), (302, "retrying"), (404, "retrying"), (429, "retrying"), (503, "retrying"), (410, "dead")])
def test_the_plant_is_told_again_unless_it_wants_no_more(company: Office, vendor: Vendor, status: int, state: str) -> None:
    vendor.answers = lambda heard: (status, {})
    assert made(company, "erp", "status", order_no="x", to="已打包", occurred_at="2026-01-15T08:00:00+08:00").state == state


def test_a_survey_is_sent_with_a_token(company: Office, vendor: Vendor) -> None:
    token = {"access_token": "t", "expires_in": 7200}
    vendor.answers = lambda heard: (200, token if heard.path.endswith("stable_token") else {"errcode": 43101, "errmsg": "refused"})
    row = made(company, "weapp", "survey", openid="o1", link="x", order_no="TM1")
    assert (row.state, reason_in(row.error, "en")) == ("dead", "HTTP 200: '43101 refused'")

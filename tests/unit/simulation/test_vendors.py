"""Simulated vendors: what they push is believed, what is forged is not, and what they are asked must be signed."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from mailuo.cli.simulation.vendors import VENDORS, Asked, News, Push, Vendor
from mailuo.connectors.signing import BY_NAME, Refused, Seen, Verified
from mailuo.connectors.signing.signer import Incoming, Moment, Outgoing

NOW = datetime(2026, 1, 15, 10, 30, 5, tzinfo=UTC)
KEYS = {
    "kdniao": {"id": "KDNIAO_ID", "key": "KDNIAO_KEY"},
    "top": {"id": "TOP_APP_KEY", "secret": "TOP_APP_SECRET", "session": "TOP_SESSION"},
    "doudian": {"id": "DOUDIAN_APP_KEY", "secret": "DOUDIAN_APP_SECRET"},
    "wxpay": {
        "id": "WXPAY_MCH_ID",
        "key": "WXPAY_API_V3_KEY",
        "serial": "WXPAY_SERIAL",
        "private_key": "WXPAY_PRIVATE_KEY",
        "platform_cert": "WXPAY_PLATFORM_CERT",
    },
    "erp": {"secret": "ERP_SECRET"},
    "kingdee": {"client_id": "KINGDEE_CLIENT_ID", "client_secret": "KINGDEE_CLIENT_SECRET"},
}
SCHEMES = {"erp": "standard_webhooks"}
WORDS = {"kdniao": "1", "doudian": "2", "wxpay": "SUCCESS", "erp": "paid"}


@pytest.fixture(scope="module")
def vendors() -> dict[str, Vendor]:
    return {each.name: each for each in (make({}) for make in VENDORS)}


def test_what_vendors_push_is_believed_and_what_is_forged_is_not(vendors: dict[str, Vendor]) -> None:
    for name, word in WORDS.items():
        news = News("4012345678901234567", word, NOW, {"amount": "49.80"})
        vendors[name].hear(news)
        push = vendors[name].push(news, NOW)
        assert push is not None
        assert isinstance(verified(vendors[name], push), Verified), name
        assert isinstance(verified(vendors[name], vendors[name].forged(push), datetime.now(UTC)), Refused), name


def test_a_notice_of_payment_holds_the_amount_in_cents(vendors: dict[str, Vendor]) -> None:
    news = News("MP1", "SUCCESS", NOW, {"amount": "4980.00", "payer.openid": "o1"})
    vendors["wxpay"].hear(news)
    found = verified(vendors["wxpay"], vendors["wxpay"].push(news, NOW))
    assert isinstance(found, Verified)
    assert (found.bodies[0]["amount"]["total"], found.bodies[0]["payer"]["openid"]) == ("498000", "o1")


def test_a_carrier_pushes_all_traces_so_far_in_the_order_of_their_times(vendors: dict[str, Vendor]) -> None:
    for hours, word in ((5, "2"), (2, "1"), (9, "201")):
        vendors["kdniao"].hear(News("YT7", word, NOW + timedelta(hours=hours), {"ShipperCode": "YTO"}))
    found = verified(vendors["kdniao"], vendors["kdniao"].push(News("YT7", "201", NOW, {}), NOW))
    assert isinstance(found, Verified)
    item = found.bodies[0]["Data"][0]
    assert [trace["Action"] for trace in item["Traces"]] == ["1", "2", "201"]
    assert (item["State"], item["StateEx"], item["Traces"][0]["AcceptTime"]) == ("2", "201", "2026-01-15 20:30:05")


def test_a_subscription_needs_a_signature_that_fits(vendors: dict[str, Vendor]) -> None:
    data = json.dumps({"ShipperCode": "YTO", "LogisticCode": "YT8"})
    form = (("RequestType", "1008"), ("RequestData", data))
    signed = called(vendors["kdniao"], Outgoing("POST", "/api/dist", form=form))
    assert signed["Success"] is True
    unsigned = Asked("POST", "/api/dist", {}, {}, urlencode([*form, ("DataSign", "x")]).encode())
    assert answered(vendors["kdniao"].answer(unsigned, NOW).body)["Success"] is False
    assert vendors["kdniao"].taken == [{"what": "subscription", "key": "YT8"}]


def test_trades_are_listed_newest_first_and_page_by_page(vendors: dict[str, Vendor]) -> None:
    for number in range(5):
        at = NOW + timedelta(minutes=number)
        vendors["top"].hear(News(str(7000 + number), "WAIT_SELLER_SEND_GOODS", at, {"payment": "9.90"}))
    asked = {
        "method": "taobao.trades.sold.get",
        "fields": "tid,status,created",
        "page_size": "2",
        "page_no": "3",
    }
    asked |= {"start_created": "2026-01-15 18:30:00", "end_created": "2026-01-15 18:40:00"}
    told = called(vendors["top"], Outgoing("POST", "/router/rest", form=tuple(asked.items())))
    page = told["trades_sold_get_response"]
    assert (page["total_results"], [trade["tid_str"] for trade in page["trades"]["trade"]]) == (5, ["7000"])


def test_a_message_comes_again_until_it_is_confirmed(vendors: dict[str, Vendor]) -> None:
    top = next(make for make in VENDORS if make({}).name == "top")({})
    top.hear(News("7100", "WAIT_SELLER_SEND_GOODS", NOW, {}))
    consume = Outgoing("POST", "/router/rest", form=(("method", "taobao.tmc.messages.consume"), ("quantity", "10")))
    first = called(top, consume)["tmc_messages_consume_response"]["messages"]["tmc_message"]
    assert "messages" not in called(top, consume)["tmc_messages_consume_response"]
    assert (
        called(top, consume, NOW + timedelta(minutes=5))["tmc_messages_consume_response"]["messages"]["tmc_message"]
        == first
    )
    confirm = (("method", "taobao.tmc.messages.confirm"), ("s_message_ids", str(first[0]["id"])))
    assert called(top, Outgoing("POST", "/router/rest", form=confirm))["tmc_messages_confirm_response"]["is_success"]
    assert "messages" not in called(top, consume, NOW + timedelta(minutes=9))["tmc_messages_consume_response"]


def test_the_other_shop_tells_the_whole_of_it_to_who_signs_and_has_a_token(vendors: dict[str, Vendor]) -> None:
    vendors["doudian"].hear(
        News("6901", "2", NOW, {"pay_amount": "12.50"}, ({"product_name": "A", "origin_amount": "12.50"},))
    )
    body = b'{"shop_order_id":"6901"}'
    assert called(vendors["doudian"], Outgoing("POST", "/order/orderDetail", body=body))["code"] == 40003
    created = called(vendors["doudian"], Outgoing("POST", "/token/create", body=b'{"grant_type":"authorization_self"}'))
    detail = called(
        vendors["doudian"], Outgoing("POST", "/order/orderDetail", body=body), token=created["data"]["access_token"]
    )["data"]["shop_order_detail"]
    assert (detail["pay_amount"], detail["sku_order_list"][0]["origin_amount"], detail["pay_time"]) == (
        1250,
        1250,
        int(NOW.timestamp()),
    )


def test_the_ledger_authorises_then_gives_a_token_then_lists_vouchers(vendors: dict[str, Vendor]) -> None:
    kingdee = vendors["kingdee"]
    kingdee.hear(News("TM1", "C", NOW, {"amount": "4980.00"}))
    app = called(
        kingdee, Outgoing("POST", "/jdyconnector/app_management/push_app_authorize", (("outerInstanceId", "1"),))
    )
    proof = BY_NAME["kingdee"].explain({"appSecret": app["data"][0]["appSecret"]}, {"appKey": app["data"][0]["appKey"]})
    query = (("app_key", app["data"][0]["appKey"]), ("app_signature", proof["app_signature"]))
    token = called(kingdee, Outgoing("GET", "/jdyconnector/app_management/kingdee_auth_token", query))["data"][
        "app-token"
    ]
    listed = called(kingdee, Outgoing("GET", "/jdy/v2/fi/voucher", (("search", "TM1"),)), token=token)
    assert [(row["voucher_no"], row["debit_total"]) for row in listed["data"]["rows"]] == [("记-1", "4980.00")]
    assert called(kingdee, Outgoing("GET", "/jdy/v2/fi/voucher"))["errcode"] == 4010


def test_a_document_sent_twice_is_stored_once(vendors: dict[str, Vendor]) -> None:
    kingdee = vendors["kingdee"]
    proof = BY_NAME["kingdee"].explain({"appSecret": kingdee.environment["KINGDEE_APP_SECRET"]}, {"appKey": "k"})
    query = (("app_key", "k"), ("app_signature", proof["app_signature"]))
    token = called(kingdee, Outgoing("GET", "/jdyconnector/app_management/kingdee_auth_token", query))["data"][
        "app-token"
    ]
    save = Outgoing("POST", "/jdy/v2/scm/sal_order", body=b'{"bill_no":"TM9"}')
    first, second = called(kingdee, save, token=token), called(kingdee, save, token=token)
    assert first == second
    assert kingdee.taken == [{"what": "scm/sal_order", "key": "TM9"}]


def test_messages_reach_whom_the_messenger_knows() -> None:
    wecom = next(make for make in VENDORS if make({}).name == "wecom")({})
    known = wecom.environment
    query = {"corpid": known["WECOM_CORP_ID"], "corpsecret": known["WECOM_SECRET"]}
    token = answered(wecom.answer(Asked("GET", "/cgi-bin/gettoken", query, {}), NOW).body)["access_token"]
    body = json.dumps({"touser": "ann|nobody", "msgtype": "text", "text": {"content": "红色"}}).encode()
    told = answered(wecom.answer(Asked("POST", "/cgi-bin/message/send", {"access_token": token}, {}, body), NOW).body)
    assert (told["errcode"], told["invaliduser"]) == (0, "nobody")
    assert wecom.taken == [{"what": "message", "to": "ann", "text": "红色"}]
    assert answered(wecom.answer(Asked("POST", "/cgi-bin/message/send", {}, {}, body), NOW).body)["errcode"] == 40014


def secrets(vendor: Vendor) -> Mapping[str, str]:
    return {key: vendor.environment[name] for key, name in KEYS[vendor.name].items()}


def verified(vendor: Vendor, push: Push | None, now: datetime = NOW) -> Seen:
    assert push is not None
    headers = {name.lower(): value for name, value in push.headers.items()}
    form = dict(parse_qsl(push.body.decode())) if "form" in headers.get("content-type", "") else {}
    signer = BY_NAME[SCHEMES.get(vendor.name, vendor.name)]
    return signer.verify(secrets(vendor), Incoming("POST", headers, {}, push.body, form), now)


def called(vendor: Vendor, request: Outgoing, now: datetime = NOW, token: str = "") -> Any:
    signed = BY_NAME[vendor.name].sign(secrets(vendor), request, Moment(now, "0a1b2c3d", token))
    body = urlencode(signed.form).encode() if signed.form is not None else signed.body
    headers = {name.lower(): value for name, value in signed.headers.items()}
    return answered(vendor.answer(Asked(signed.method, signed.path, dict(signed.query), headers, body), now).body)


def answered(body: bytes) -> Any:
    return json.loads(body)

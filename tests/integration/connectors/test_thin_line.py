"""A carrier that is called and that pushes."""

import json
from urllib.parse import urlencode

from mailuo.connectors.incoming import arrival
from mailuo.connectors.signing.digests import DIGESTS, base64_of_hex
from mailuo.storage import system
from tests.integration.connectors.conftest import Office
from tests.integration.connectors.vendor import Vendor

TRACES = [
    {"AcceptTime": "2026-01-15 20:02:11", "AcceptStation": "已揽收", "Action": "1"},
    {"AcceptTime": "2026-01-14 17:02:11", "AcceptStation": "已揽收", "Action": "1"},
    {"AcceptTime": "2026-01-16 08:00:00", "AcceptStation": "已签收", "Action": "301"},
]


def push(waybill="YT1", traces=TRACES, key="the key", pushed="2026-01-16 09:00:00"):
    data = {"PushTime": pushed, "Data": [{"LogisticCode": waybill, "Success": True, "Traces": traces}]}
    text = json.dumps(data, ensure_ascii=False)
    sign = base64_of_hex(DIGESTS["md5_suffix"](key.encode(), text.encode()))
    body = urlencode({"RequestData": text, "DataSign": sign, "RequestType": "101"}).encode()
    return arrival("POST", {"Content-Type": "application/x-www-form-urlencoded"}, b"", body)


def test_a_call_goes_out_signed_and_keeps_its_answer(office: Office, vendor: Vendor) -> None:
    call = office.call("subscribe", carrier="YTO", waybill_no="YT1", job="J-1")
    office.work()
    heard = vendor.heard[0]
    assert heard.path == "/api/dist"
    assert json.loads(heard.form["RequestData"]) == {"ShipperCode": "YTO", "LogisticCode": "YT1", "Callback": "J-1"}
    assert heard.form["DataSign"] == base64_of_hex(DIGESTS["md5_suffix"](b"the key", heard.form["RequestData"].encode()))
    row = office.rows(system.call, id=call)[0]
    assert (row.state, row.attempts, row.answer["LogisticCode"]) == ("ok", 1, "YT1")


def test_a_push_is_answered_in_the_senders_form_and_says_the_first_pick_up(office: Office) -> None:
    office.job("J-1", "YT1")
    reply = office.receiving.receive("swift", "track", push())
    assert json.loads(reply.text) == {"EBusinessID": "1234567", "UpdateTime": "2026-01-15 09:00:00", "Success": True, "Reason": ""}
    office.work()
    node = office.node("J-1", "picked_up")
    assert (node["state"], node["at"], node["source"]) == ("reached", "2026-01-14T17:02:11+08:00", "swift")
    assert office.node("J-1", "signed")["at"] == "2026-01-16T08:00:00+08:00"

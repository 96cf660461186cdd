"""What goes out: signed, counted, tried again as declared, and never twice where that would be wrong."""

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import delete, insert

from mailuo.base.problems import LANGUAGES
from mailuo.base.reasons import reason_in
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.pushing import signed
from tests.integration.connectors.vendor import Vendor

FINE = (200, {"Success": True, "LogisticCode": "YT1"})
BROKEN = "the connection broke off, or was not made"


def subscribe(office: Office) -> str:
    return office.call("subscribe", carrier="YTO", waybill_no="YT1", job="J-1")


def test_a_call_goes_out_signed_and_keeps_its_answer(office: Office, vendor: Vendor) -> None:
    call = subscribe(office)
    office.work()
    heard = vendor.heard[0]
    assert (heard.method, heard.path) == ("POST", "/api/dist")
    assert json.loads(heard.form["RequestData"]) == {"ShipperCode": "YTO", "LogisticCode": "YT1", "Callback": "J-1"}
    assert heard.form["DataSign"] == signed(heard.form["RequestData"])
    row = office.rows(system.call, id=call)[0]
    assert (row.state, row.attempts, row.status, row.answer["LogisticCode"]) == ("ok", 1, 200, "YT1")


def test_a_failure_of_the_server_is_tried_again_as_declared_then_given_up(office: Office, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (503, b"<html>busy</html>")
    call = subscribe(office)
    moments = []
    for _ in range(200):
        before = len(vendor.heard)
        office.work(seconds=5)
        moments += [office.clock.now() - NOW] if len(vendor.heard) > before else []
    row = office.rows(system.call, id=call)[0]
    assert (row.state, row.attempts, row.error) == ("dead", 4, "HTTP 503")
    assert [each.total_seconds() for each in moments] == [5, 15, 75, 375]


def test_a_call_that_nobody_answers_says_so_in_the_readers_language(office: Office, vendor: Vendor) -> None:
    office.environment["SWIFT_URL"] = "http://127.0.0.1:1"
    office.open()
    call = subscribe(office)
    office.work()
    chinese, english = (office.outside.console.call("swift", call, replace(SYSTEM, language=language)) for language in LANGUAGES)
    assert (chinese["error"], chinese["tries"][0]["error"]) == ("连接断了，或没有连上", "连接断了，或没有连上")
    assert (english["error"], english["tries"][0]["error"]) == (BROKEN, BROKEN)


def test_workers_that_died_at_a_call_have_not_tried_it(office: Office, vendor: Vendor) -> None:
    call = subscribe(office)
    office.store.write(lambda connection: connection.execute(system.call.update().values(attempts=9)).close())
    vendor.answers = lambda heard: (503, {})
    office.work()
    assert office.rows(system.call, id=call)[0].state == "retrying"
    vendor.answers = lambda heard: FINE
    office.work(seconds=10)
    assert office.rows(system.call, id=call)[0].state == "ok"


def test_what_the_vendor_refuses_for_good_is_not_tried_again(office: Office, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (200, {"Success": False, "Code": "101", "Reason": "参数错误"})
    call = subscribe(office)
    office.work()
    row = office.rows(system.call, id=call)[0]
    assert (row.state, reason_in(row.error, "zh"), reason_in(row.error, "en")) == ("dead", "HTTP 200，对方说“参数错误”", "HTTP 200: '参数错误'")


def test_the_vendor_may_ask_for_a_longer_wait(office: Office, vendor: Vendor) -> None:
    vendor.answers, vendor.headers = lambda heard: (429, {}), {"Retry-After": "90"}
    call = subscribe(office)
    office.work()
    assert office.rows(system.call, id=call)[0].due_at == NOW + timedelta(seconds=90)


def test_a_used_up_quota_waits_and_is_no_attempt(office: Office, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (200, {"Success": False, "Code": "405", "Reason": "超限"})
    call = subscribe(office)
    for _ in range(6):
        office.work(hours=2, seconds=1)
    vendor.answers = lambda heard: FINE
    office.work(hours=3)
    assert office.rows(system.call, id=call)[0].state == "ok"
    assert len(vendor.heard) == 7


def test_a_quota_that_never_comes_back_is_given_up_like_any_other_failure(office: Office, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (200, {"Success": False, "Code": "405", "Reason": "超限"})
    call = subscribe(office)
    for _ in range(12):
        office.work(seconds=86_400)
    row = office.rows(system.call, id=call)[0]
    assert (row.state, row.attempts) == ("dead", 4)
    assert row.finished_at > NOW + timedelta(days=3)


def test_a_call_of_which_nobody_knows_is_looked_up_before_it_is_made_again(office: Office, vendor: Vendor) -> None:
    call = subscribe(office)
    office.store.write(
        lambda connection: connection.execute(system.call.update().values(state="retrying", outcome="open", attempts=1)).close()
    )
    office.work()
    assert vendor.paths() == ["/query"]
    assert office.rows(system.call, id=call)[0].state == "ok"


def test_where_the_look_up_finds_nothing_it_is_made_again(office: Office, vendor: Vendor) -> None:
    vendor.answers = lambda heard: FINE if heard.path == "/api/dist" else (200, {"Success": False, "Reason": "没有"})
    call = subscribe(office)
    office.store.write(
        lambda connection: connection.execute(system.call.update().values(state="retrying", outcome="open", attempts=1)).close()
    )
    office.work()
    assert vendor.paths() == ["/query", "/api/dist"]
    assert office.rows(system.call, id=call)[0].state == "ok"


def test_a_held_connector_keeps_its_calls(office: Office, vendor: Vendor) -> None:
    held = {"scope": "swift", "since": NOW, "by": "甲"}
    office.store.write(lambda connection: connection.execute(insert(system.held), held).close())
    call = subscribe(office)
    office.work()
    assert (office.rows(system.call, id=call)[0].state, vendor.heard) == ("held", [])
    assert office.outside.console.connector("swift", "zh")["state"] == "held"
    office.store.write(lambda connection: connection.execute(delete(system.held)).close())


def test_a_connector_that_is_off_keeps_its_calls_until_it_is_on(open_office, vendor: Vendor) -> None:
    office = open_office({"SWIFT_URL": vendor.url, "SWIFT_ID": "1234567"})
    call = subscribe(office)
    office.work()
    row = office.rows(system.call, id=call)[0]
    assert (row.state, row.attempts, reason_in(row.error, "en")) == ("waiting", 0, "the connector is off; missing: SWIFT_KEY")
    office.environment["SWIFT_KEY"] = "the key"
    office.open()
    office.work(minutes=2)
    assert office.rows(system.call, id=call)[0].state == "ok"


def test_no_more_calls_go_out_than_the_limit_says(office: Office, vendor: Vendor) -> None:
    swift = office.files["automations/connectors/swift.yaml"].replace("per_second: 100", "per_minute: 5")
    office.publish(**{"connectors/swift": swift})
    calls = [subscribe(office) for _ in range(12)]
    office.work()
    assert len(vendor.heard) == 5
    for _ in range(4):
        office.work(seconds=70)
    assert len(vendor.heard) == 12
    assert {row.attempts for row in office.rows(system.call)} == {1}
    assert len(calls) == 12


def test_a_dead_call_is_made_again_on_demand(office: Office, vendor: Vendor) -> None:
    vendor.answers = lambda heard: (400, {})
    call = subscribe(office)
    office.work()
    vendor.answers = lambda heard: FINE
    assert office.outside.console.replay_call(SYSTEM, "swift", call)["state"] == "waiting"
    office.work()
    told = office.outside.console.call("swift", call, SYSTEM)
    assert (told["state"], [each["outcome"] for each in told["tries"]]) == ("ok", ["fatal", "ok"])


def test_the_console_tells_what_succeeded_at_once_and_in_the_end(office: Office, vendor: Vendor) -> None:
    answers = iter([(503, {}), FINE, FINE, FINE])
    vendor.answers = lambda heard: next(answers)
    for _ in range(2):
        subscribe(office)
    office.work()
    office.work(seconds=15)
    assert office.outside.console.connector("swift", "zh")["success"] == {"calls": 2, "before": 0.5, "after": 1.0}


def test_a_vendor_away_for_an_hour_loses_nothing_and_is_not_flooded_on_return(office: Office, vendor: Vendor) -> None:
    swift = office.files["automations/connectors/swift.yaml"]
    office.publish(**{"connectors/swift": swift.replace("per_second: 100", "per_minute: 10").replace("times: 4", "times: 6")})
    vendor.answers = lambda heard: (503, b"")
    for _ in range(40):
        subscribe(office)
    for _ in range(20):
        office.work(minutes=3)
    while_away = len(vendor.heard)
    vendor.answers = lambda heard: FINE
    at_once: list[int] = []
    for _ in range(15):
        office.work(minutes=5)
        at_once.append(len(vendor.heard) - while_away - sum(at_once))
    assert {row.state for row in office.rows(system.call)} == {"ok"}
    assert while_away <= 60  # it rests: once a minute a few find out whether it is back
    assert sum(at_once) == 40
    assert max(at_once) <= 10


def test_a_test_call_is_refused_what_its_operation_does_not_use(office: Office, vendor: Vendor) -> None:
    told = office.outside.console.test(SYSTEM, "swift", "query", {"waybill_no": "YT1"})
    office.work()
    assert office.outside.console.call("swift", told["id"], SYSTEM)["state"] == "ok"
    assert office.audit == ["call.test"]

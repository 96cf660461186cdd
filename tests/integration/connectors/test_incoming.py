"""What is pushed: proved, kept, answered, mapped; and what cannot be."""

import hmac
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from mailuo.base.reasons import reason_in
from mailuo.connectors.incoming import arrival
from mailuo.connectors.signing.signer import Incoming
from mailuo.flow.sweep import Sweep
from mailuo.records.actor import SYSTEM
from mailuo.records.messages import NoSuchThing
from mailuo.storage import system
from tests.integration.connectors.conftest import Office
from tests.integration.connectors.pushing import FORM, PICKED_UP, SIGNED, pushed, pushed_body, signed

ENGLISH = replace(SYSTEM, language="en")


def test_a_push_is_answered_in_the_senders_form_before_anything_is_done_with_it(office: Office) -> None:
    office.job("J-1", "YT1")
    reply = office.outside.receiving.receive("swift", "track", pushed("YT1"))
    answer = {"EBusinessID": "1234567", "UpdateTime": "2026-01-15 09:00:00", "Success": True, "Reason": ""}
    assert (reply.status, json.loads(reply.text)) == (200, answer)
    assert office.node("J-1", "picked_up")["state"] == "due"


def test_the_earliest_of_several_traces_is_the_first_pick_up(office: Office) -> None:
    office.job("J-1", "YT1")
    office.outside.receiving.receive("swift", "track", pushed("YT1"))
    office.work()
    node = office.node("J-1", "picked_up")
    assert (node["state"], node["at"], node["source"]) == ("reached", "2026-01-14T17:02:11+08:00", "swift")
    assert office.node("J-1", "signed")["at"] == "2026-01-15T08:00:00+08:00"


def test_each_parcel_speaks_for_itself(office: Office) -> None:
    office.job("J-1", "YT1", "YT2")
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=[PICKED_UP]))
    office.work()
    assert office.node("J-1", "picked_up")["state"] == "due"
    later = {**PICKED_UP, "AcceptTime": "2026-01-15 10:00:00"}
    office.outside.receiving.receive("swift", "track", pushed("YT2", traces=[later]))
    office.work()
    assert office.node("J-1", "picked_up")["at"] == "2026-01-15T10:00:00+08:00"


def test_a_later_push_with_fewer_traces_takes_nothing_back(office: Office) -> None:
    office.job("J-1", "YT1")
    office.outside.receiving.receive("swift", "track", pushed("YT1"))
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=[SIGNED], at="2026-01-15 10:00:00"))
    office.work()
    assert office.node("J-1", "picked_up")["at"] == "2026-01-14T17:02:11+08:00"


def test_a_repeated_push_is_answered_alike_counted_and_kept_once(office: Office) -> None:
    office.job("J-1", "YT1")
    replies = [office.outside.receiving.receive("swift", "track", pushed("YT1")) for _ in range(3)]
    office.work()
    assert len(set(replies)) == 1
    assert [(row.state, row.repeats) for row in office.rows(system.inbox)] == [("done", 2)]


def test_a_forged_push_changes_nothing_and_is_counted(office: Office) -> None:
    office.job("J-1", "YT1")
    replies = [office.outside.receiving.receive("swift", "track", pushed("YT1", key="guess")) for _ in range(3)]
    office.work()
    assert {(each.status, json.loads(each.text)["Success"]) for each in replies} == {(401, False)}
    assert office.node("J-1", "picked_up")["state"] == "due"
    assert office.outside.console.connector("swift", "zh")["inbox"] == {"refused": 3}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (FORM, b""),
        (FORM, b"RequestData=%FF%FE&DataSign=x"),
        (FORM, b"&" * 5000),
        ({"Content-Type": "application/json"}, b"[[[[[[["),
        (FORM, b"DataSign=x"),
        ({}, b"\x00\x01"),
    ],
)
def test_garbage_is_refused(office: Office, headers: dict[str, str], body: bytes) -> None:
    assert office.outside.receiving.receive("swift", "track", arrival("POST", headers, b"a=b", body)).status == 401


@pytest.mark.parametrize(("connector", "event"), [("nobody", "track"), ("swift", "nothing"), ("swift", "")])
def test_what_is_addressed_to_nobody_is_not_found(office: Office, connector: str, event: str) -> None:
    with pytest.raises(NoSuchThing):
        office.outside.receiving.receive(connector, event, pushed("YT1"))


def test_a_connector_that_is_off_takes_in_nothing(open_office) -> None:
    office = open_office({"SWIFT_ID": "1"})
    with pytest.raises(NoSuchThing):
        office.outside.receiving.receive("swift", "track", pushed("YT1"))
    assert office.outside.console.connector("swift", "zh")["why"] == {"disabled": False, "missing": ["SWIFT_KEY"]}


# What is proved and says nothing


def unreadable(data: str) -> Incoming:
    """A push of the carrier whose signature is right, whatever it says."""
    return arrival("POST", FORM, b"", urlencode({"RequestData": data, "DataSign": signed(data)}).encode())


@pytest.mark.parametrize("data", ["no JSON", "[1]", '"text"', '{"a": "\\ud800"}'])
def test_a_push_that_is_proved_and_cannot_be_read_is_kept_with_its_bytes_and_why(office: Office, data: str) -> None:
    push = unreadable(data)
    reply = office.outside.receiving.receive("swift", "track", push)
    office.work()
    assert (reply.status, json.loads(reply.text)["Success"]) == (200, True)
    (letter,) = office.outside.console.inbox("swift", ENGLISH, state="dead")[0]
    assert letter["reason"]
    assert letter["reason"] != office.outside.console.inbox("swift", SYSTEM)[0][0]["reason"]
    assert office.outside.console.inbox_item("swift", letter["id"], ENGLISH)["body"] == push.body.decode()


def test_the_same_unreadable_bytes_are_one_letter_which_may_be_discarded(office: Office) -> None:
    for _ in range(3):
        office.outside.receiving.receive("swift", "track", unreadable("no JSON"))
        office.work()
    (letter,) = office.rows(system.inbox)
    assert (letter.state, letter.repeats) == ("dead", 2)
    office.outside.console.discard_event(SYSTEM, "swift", letter.id, "a test of theirs")
    assert office.rows(system.inbox, id=letter.id)[0].state == "dropped"


HUB = """\
connector: plant
title: 工厂
auth: {scheme: github_webhook, secret: "${HUB_SECRET}"}
events: {status: {verify: github_webhook, find: {table: jobs, where: {job_no: body.no}}, claims: [{node: paid, at: body.at}], answer: {ok: true}}}
"""
READS_XML = """\
connector: plant
title: 工厂
auth: {scheme: declared, key: "${HUB_SECRET}", verify: {digest: hmac_sha256, over: "{body}", header: X-Hub-Signature-256, prefix: "sha256="}}
events: {status: {verify: declared, find: {table: jobs, where: {job_no: body.no}}, claims: [{node: paid, at: body.at}], answer: {ok: true}}}
"""


def test_a_letter_that_nobody_could_read_is_mapped_once_a_mended_declaration_can(open_office) -> None:
    office = open_office({"HUB_SECRET": "s"}, plant=HUB)
    office.records.create(SYSTEM, "jobs", {"job_no": "J-1"})
    raw = b"<told><no>J-1</no><at>2026-01-15T08:00:00+08:00</at></told>"
    headers = {"X-Hub-Signature-256": "sha256=" + hmac.new(b"s", raw, "sha256").hexdigest(), "X-GitHub-Delivery": "d"}
    reply = office.outside.receiving.receive("plant", "status", arrival("POST", headers, b"", raw))
    assert (reply.status, json.loads(reply.text)) == (200, {"ok": True})
    office.work()
    assert office.outside.console.replay_dead(SYSTEM, "plant", "status") == 1
    office.work()
    assert [row.state for row in office.rows(system.inbox)] == ["dead"]
    office.publish(**{"connectors/plant": READS_XML})
    office.clock.advance(timedelta(days=1))
    assert office.outside.console.replay_dead(SYSTEM, "plant", "status") == 1
    office.work()
    assert [row.state for row in office.rows(system.inbox)] == ["done", "done"]
    assert office.node("J-1", "paid")["at"] == "2026-01-15T08:00:00+08:00"
    for letter in office.rows(system.inbox):
        office.outside.console.replay_event(SYSTEM, "plant", letter.id)
    office.work()
    assert len(office.rows(system.inbox)) == 2


# Letters that wait


def test_an_unknown_waybill_waits_and_is_taken_up_when_the_parcel_appears(office: Office) -> None:
    office.job("J-1")
    office.outside.receiving.receive("swift", "track", pushed("YT1"))
    office.work()
    letter = office.rows(system.inbox)[0]
    assert (letter.state, reason_in(letter.reason, "en")) == ("dead", "unknown record: waybill_no=YT1")
    office.records.create(SYSTEM, "packets", {"waybill_no": "YT1", "job": "J-1"})
    office.work(seconds=3)
    assert office.node("J-1", "picked_up")["state"] == "reached"
    assert office.rows(system.inbox)[0].state == "done"


def test_a_parcel_without_an_order_waits_too(office: Office) -> None:
    office.job("J-1")
    office.records.create(SYSTEM, "packets", {"waybill_no": "YT1"})
    office.outside.receiving.receive("swift", "track", pushed("YT1"))
    office.work()
    assert office.rows(system.inbox)[0].state == "dead"
    office.records.update(SYSTEM, "packets", "YT1", {"job": "J-1"})
    office.work(seconds=3)
    assert office.node("J-1", "picked_up")["state"] == "reached"


def test_of_several_waybills_in_one_push_the_known_ones_are_taken_at_once(office: Office) -> None:
    office.job("J-1", "YT1")
    office.job("J-2")
    office.outside.receiving.receive("swift", "track", pushed("YT1", "YT2"))
    office.work()
    assert office.node("J-1", "picked_up")["state"] == "reached"
    office.records.create(SYSTEM, "packets", {"waybill_no": "YT2", "job": "J-2"})
    office.work(seconds=3)
    assert office.node("J-2", "picked_up")["state"] == "reached"


def test_of_several_waybills_in_one_push_one_that_cannot_be_read_hinders_none_of_the_others(office: Office) -> None:
    for number, waybill in (("J-1", "YT1"), ("J-2", "YT2"), ("J-3", "YT3")):
        office.job(number, waybill)
    data = [
        {"LogisticCode": waybill, "Success": True, "Traces": [{**PICKED_UP, "AcceptTime": at}]}
        for waybill, at in (("YT1", PICKED_UP["AcceptTime"]), ("YT2", "noon"), ("a\0b", "2026-01-14 10:00:00"), ("YT3", PICKED_UP["AcceptTime"]))
    ]
    office.outside.receiving.accept("swift", "track", {"Data": data})
    office.work()
    assert [office.node(job, "picked_up")["state"] for job in ("J-1", "J-2", "J-3")] == ["reached", "due", "reached"]
    (letter,) = office.rows(system.inbox)
    english = str(reason_in(letter.reason, "en"))
    assert (letter.state, letter.sought) == ("dead", None)
    assert english.startswith("element 2: The time 'noon' of 'picked_up' cannot be read")
    assert "; element 3: The field 'waybill_no' cannot be sought so: " in english
    assert str(reason_in(letter.reason, "zh")).startswith("第 2 条：“picked_up”的时间“noon”读不懂")


def test_a_letter_is_asked_about_less_and_less_often_and_never_lost(office: Office) -> None:
    office.job("J-1")
    office.outside.receiving.receive("swift", "track", pushed("YT1"))
    office.work()
    for _ in range(3):
        office.work(days=1)
    office.records.create(SYSTEM, "packets", {"waybill_no": "YT1", "job": "J-1"})
    office.work(minutes=11)
    assert office.node("J-1", "picked_up")["state"] == "reached"


def test_a_letter_whose_record_appears_but_that_cannot_be_mapped_is_not_taken_up_again_and_again(office: Office) -> None:
    good = office.files["automations/connectors/swift.yaml"]
    office.publish(**{"connectors/swift": good.replace("- {node: picked_up, each", '- {node: "{trace.Node}", each')})
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=[{**PICKED_UP, "Node": "nowhere"}]))
    office.work()
    office.job("J-1", "YT1")
    office.work(seconds=3)
    letter = office.rows(system.inbox)[0]
    assert letter.state == "dead"
    assert "nowhere" in letter.reason
    office.work(days=1)
    assert office.rows(system.inbox)[0].fence == letter.fence


def test_a_mapping_that_fails_parks_that_message_alone_and_a_mended_one_takes_all(office: Office) -> None:
    office.job("J-1", "YT1")
    good = office.files["automations/connectors/swift.yaml"]
    bad = good.replace("- {node: picked_up, each", '- {node: "{trace.Node}", each')
    office.publish(**{"connectors/swift": bad})
    wrong = {**PICKED_UP, "Node": "nowhere"}
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=[wrong]))
    right = {**SIGNED, "Action": "1", "Node": "signed"}
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=[right], at="2026-01-15 10:00:00"))
    office.work()
    assert sorted(row.state for row in office.rows(system.inbox)) == ["dead", "done"]
    assert "nowhere" in office.rows(system.inbox, state="dead")[0].reason
    office.publish(**{"connectors/swift": good})
    assert office.outside.console.replay_dead(SYSTEM, "swift", "track") == 1
    office.work()
    assert {row.state for row in office.rows(system.inbox)} == {"done"}
    assert office.node("J-1", "picked_up")["at"] == "2026-01-14T17:02:11+08:00"
    assert office.audit == ["inbox.replay"]


def test_the_raw_bytes_are_kept(office: Office) -> None:
    office.outside.receiving.receive("swift", "track", pushed("YT1"))
    assert office.rows(system.inbox)[0].raw
    assert len(office.rows(system.inbox)[0].raw) < len(pushed_body("YT1"))


# Silence


QUIET = """\
alerts:
  quiet:
    title: 承运商没有消息
    level: orange
    on: jobs
    when: {no_news_from: {record: swift}, from: picked_up, until: signed, longer_than: 24h}
    notify: {roles: [clerk], via: popup}
"""


def test_a_push_that_says_nothing_new_is_news_all_the_same(office: Office) -> None:
    office.publish(alerts=QUIET)
    office.job("J-1", "YT1")
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=[{**PICKED_UP, "AcceptTime": "2026-01-15 09:00:00"}]))
    office.work()
    moving = [{**PICKED_UP, "AcceptTime": "2026-01-15 09:00:00"}, {"AcceptTime": "2026-01-16 08:00:00", "Action": "2"}]
    office.work(hours=23)
    office.outside.receiving.receive("swift", "track", pushed("YT1", traces=moving, at="2026-01-16 08:00:00"))
    office.work()
    sweep = Sweep(office.store, office.in_force)
    office.clock.advance(timedelta(hours=2))
    assert sweep.fire_due(office.clock.now()) == 0
    office.clock.advance(timedelta(hours=23))
    assert sweep.fire_due(office.clock.now()) == 1

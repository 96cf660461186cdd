"""Timelines as they were known at an earlier moment."""

from datetime import timedelta
from typing import Any

from mailuo.records.actor import SYSTEM
from tests.integration.flow.conftest import NOW, Laboratory


def test_a_word_is_known_from_when_it_was_received(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.move(hours=5)
    laboratory.say(request, "ordered", "desk", at=NOW + timedelta(hours=1))
    assert laboratory.states(request, NOW + timedelta(hours=4))["ordered"] == "due"
    assert laboratory.states(request, NOW + timedelta(hours=5))["ordered"] == "reached"


def test_a_withdrawn_word_still_stood_before_its_withdrawal(laboratory: Laboratory) -> None:
    request = laboratory.request()
    timeline = laboratory.say(request, "ordered", "desk")
    laboratory.move(hours=1)
    laboratory.flow.retract(SYSTEM, "requests", request, timeline["nodes"][0]["claims"][0]["id"], "记错了")
    assert laboratory.states(request)["ordered"] == "due"
    assert laboratory.states(request, NOW + timedelta(minutes=30))["ordered"] == "reached"


def test_conditions_are_read_as_the_fields_were_then(laboratory: Laboratory) -> None:
    request = laboratory.request(kind="plain")
    laboratory.move(hours=1)
    laboratory.records.update(SYSTEM, "requests", request, {"kind": "special"})
    assert laboratory.states(request)["consented"] == "pending"
    assert laboratory.states(request, NOW + timedelta(minutes=30))["consented"] == "not_applicable"


def test_a_part_counts_from_its_birth_on(laboratory: Laboratory) -> None:
    request = laboratory.request()
    first = laboratory.tube(request, "T1")
    laboratory.say(request, "shipped", "carrier", part=first)
    laboratory.move(hours=1)
    laboratory.tube(request, "T2")
    assert laboratory.states(request)["shipped"] == "due"
    assert laboratory.states(request, NOW + timedelta(minutes=30))["shipped"] == "reached"


def test_the_clock_had_not_yet_reached_what_it_reaches_later(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "received", "carrier")
    laboratory.move(days=8)
    assert laboratory.states(request)["kept"] == "reached"
    assert laboratory.states(request, NOW + timedelta(days=6))["kept"] == "due"


def test_before_there_was_a_record_nothing_could_be_done(laboratory: Laboratory) -> None:
    request = laboratory.request()
    before = laboratory.flow.timeline(SYSTEM, "requests", request, NOW - timedelta(seconds=1))
    assert (before["status"], before["closed"]) == (None, False)
    nodes: Any = before["nodes"]
    told = {(node["state"], node["due_since"], node["why"]) for node in nodes}
    assert told == {("pending", None, "当时还没有这条记录")}
    assert laboratory.states(request, NOW)["ordered"] == "due"

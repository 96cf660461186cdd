"""Timelines as they were known at an earlier moment."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from mailuo.flow.intake import Told
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
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


def half_way(laboratory: Laboratory) -> str:
    """A request of whose two samples one is shipped."""
    request = laboratory.request()
    first = laboratory.tube(request, "T1")
    laboratory.tube(request, "T2")
    laboratory.say(request, "shipped", "carrier", part=first)
    laboratory.move(hours=1)
    return request


def test_a_part_does_not_count_while_it_is_in_the_trash(laboratory: Laboratory) -> None:
    request = half_way(laboratory)
    laboratory.records.delete(SYSTEM, "samples", "T2")
    laboratory.move(hours=1)
    laboratory.records.restore(SYSTEM, "samples", "T2")
    laboratory.move(hours=1)
    hours = [NOW + timedelta(hours=hour) for hour in (0, 1, 2, 3)]
    assert [laboratory.states(request, at)["shipped"] for at in hours] == ["due", "reached", "due", "due"]


def test_a_part_that_went_twice_was_there_in_between(laboratory: Laboratory) -> None:
    request = half_way(laboratory)
    for deed in (laboratory.records.delete, laboratory.records.restore, laboratory.records.delete):
        deed(SYSTEM, "samples", "T2")
        laboratory.move(hours=1)
    hours = [NOW + timedelta(hours=hour) for hour in (0, 1, 2, 3)]
    assert [laboratory.states(request, at)["shipped"] for at in hours] == ["due", "reached", "due", "reached"]


def test_a_part_of_another_record_counts_from_when_it_came_over(laboratory: Laboratory) -> None:
    request = laboratory.request()
    laboratory.say(request, "shipped", "carrier", part=laboratory.tube(request, "T1"))
    laboratory.tube(laboratory.request(), "T2")
    laboratory.move(hours=1)
    laboratory.records.update(SYSTEM, "samples", "T2", {"request": request})
    assert laboratory.states(request)["shipped"] == "due"
    assert laboratory.states(request, NOW + timedelta(minutes=30))["shipped"] == "reached"


def test_a_past_that_is_told_anew_knows_when_a_part_was_away(laboratory: Laboratory) -> None:
    request = half_way(laboratory)
    laboratory.records.delete(SYSTEM, "samples", "T2")
    laboratory.move(hours=1)
    laboratory.records.restore(SYSTEM, "samples", "T2")
    laboratory.move(hours=1)
    laboratory.flow.take_in([Told(request, "ordered", NOW, "desk", NOW)], quiet=True)
    state = system.node_state
    query = select(state.c.state, state.c.known_from).where(state.c.node == "shipped", state.c.part == "")
    with laboratory.store.read() as connection:
        known = [(row.state, row.known_from) for row in connection.execute(query.order_by(state.c.known_from))]
    assert known == [("due", NOW), ("reached", NOW + timedelta(hours=1)), ("due", NOW + timedelta(hours=2))]

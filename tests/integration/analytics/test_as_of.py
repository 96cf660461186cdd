"""As of a moment: nodes as they were known, fields as the history has them, records that were there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mailuo.records.actor import SYSTEM, Actor
from tests.integration.analytics.conftest import Asked
from tests.integration.exchange.conftest import NOW

REQUEST = {"clinic": "N", "asked_at": "2026-01-15T09:00+08:00"}
KEY = "N20260115-001"


def later(hours: float) -> datetime:
    """So many hours after nine o'clock."""
    return NOW + timedelta(hours=hours)


@pytest.fixture
def lived(laboratory: Asked) -> Asked:
    """A request that was ordered at 10, drawn at 11 but heard of at 13, changed at 14 and cancelled at 16."""
    clock = laboratory.house.clock
    laboratory.make("requests", REQUEST)
    clock.set(later(1))
    laboratory.say(KEY, "ordered", "desk", "2026-01-15T10:00:00+08:00")
    clock.set(later(4))
    laboratory.say(KEY, "drawn", "lab", "2026-01-15T11:00:00+08:00")
    clock.set(later(5))
    laboratory.house.records.update(
        SYSTEM, "requests", KEY, {"kind": "special", "remark": "急", "promised_at": "2026-01-20T09:00+08:00"}
    )
    clock.set(later(7))
    laboratory.say(KEY, "cancelled", "desk", "2026-01-15T16:00:00+08:00")
    clock.set(later(48))
    return laboratory


def count(asked: Asked, where: str, hours: float) -> int:
    """How many requests met a condition so many hours after nine."""
    at = later(hours).astimezone(UTC).isoformat()
    return int(str(asked.rows("requests", "count", filter=where, as_of=at)[0][0]))


@pytest.mark.parametrize(
    ("where", "hours", "found"),
    [
        ("TRUE", -1, 0),
        ("TRUE", 0, 1),
        ("ISBLANK({ordered})", 0.5, 1),
        ("ISBLANK({ordered})", 1, 0),
        ("ISBLANK({drawn})", 3.9, 1),
        ("{drawn} = DATETIME('2026-01-15T11:00:00+08:00')", 4, 1),
        ("HOURS({ordered}, NOW()) > 2", 3, 0),
        ("HOURS({ordered}, NOW()) > 2", 3.1, 1),
        ("{status} = 'ordered'", 3.9, 1),
        ("{status} = 'drawn'", 4, 1),
        ("{status} = 'cancelled'", 6.9, 0),
        ("{status} = 'cancelled'", 7, 1),
        ("{closed}", 6.9, 0),
        ("{closed}", 7, 1),
        ("ISBLANK({cancelled})", 6.9, 1),
        ("{status_since} = DATETIME('2026-01-15T16:00:00+08:00')", 7, 1),
        ("STATE({drawn}) = 'reached'", 4, 1),
        ("STATE({checked}) = 'inferred'", 4, 1),
        ("STATE({checked}) = 'due'", 3.9, 1),
        ("SOURCE({drawn}) = 'lab'", 4, 1),
        ("{kind} = 'plain'", 4.9, 1),
        ("{kind} = 'special'", 5, 1),
        ("ISBLANK({remark})", 4.9, 1),
        ("{remark} = '急'", 5, 1),
        ("ISBLANK({promised_at})", 4.9, 1),
        ("{promised_at} > DATETIME('2026-01-19')", 5, 1),
    ],
)
def test_the_past_is_as_it_was_known(lived: Asked, where: str, hours: float, found: int) -> None:
    assert count(lived, where, hours) == found


def test_now_and_as_of_now_agree(lived: Asked) -> None:
    for by in (["status"], ["kind"], ["closed"], [{"field": "drawn", "grain": "hour_of_day"}]):
        now = lived.house.clock.now().isoformat()
        assert lived.rows("requests", "count", by) == lived.rows("requests", "count", by, as_of=now)


def test_a_retracted_word_counted_until_it_was_taken_back(lived: Asked) -> None:
    nodes: Any = lived.house.flow.timeline(SYSTEM, "requests", KEY)["nodes"]
    claim = next(node for node in nodes if node["id"] == "drawn")["claims"][0]["id"]
    lived.house.flow.retract(SYSTEM, "requests", KEY, str(claim))
    assert count(lived, "ISBLANK({drawn})", 47) == 0
    assert count(lived, "ISBLANK({drawn})", 48) == 1


def test_what_is_in_the_trash_now_was_there_before(lived: Asked) -> None:
    lived.house.records.delete(SYSTEM, "requests", KEY)
    assert (count(lived, "TRUE", 47), count(lived, "TRUE", 48)) == (1, 0)


def test_what_is_back_from_the_trash_was_not_there_meanwhile(lived: Asked) -> None:
    records, clock = lived.house.records, lived.house.clock
    for hours, turn in ((48, records.delete), (49, records.restore), (50, records.delete)):
        clock.set(later(hours))
        turn(SYSTEM, "requests", KEY)
    clock.set(later(60))
    assert [count(lived, "TRUE", hours) for hours in (47, 48, 48.9, 49, 49.9, 50, 60)] == [1, 0, 0, 1, 1, 0, 0]
    records.restore(SYSTEM, "requests", KEY)
    assert [count(lived, "TRUE", hours) for hours in (47, 48.9, 49, 50, 59.9, 60)] == [1, 0, 1, 0, 0, 1]


def test_an_imported_record_exists_from_the_first_word_heard_of_it(lived: Asked) -> None:
    lived.make("requests", {"clinic": "S", "asked_at": "2026-01-10T09:00+08:00"})
    lived.house.say("record,node,at,source,received_at\nS20260110-001,ordered,2026-01-10 09:00,desk,2026-01-10 09:30\n")
    assert count(lived, "{clinic} = 'S'", -120) == 0
    assert count(lived, "AND({clinic} = 'S', {status} = 'ordered')", -119) == 1


def test_measures_and_dimensions_are_of_that_moment(lived: Asked) -> None:
    at = later(4.5).isoformat()
    assert lived.rows("requests", {"avg": "HOURS({ordered}, {drawn})"}, ["kind", "status"], as_of=at) == [
        ["plain", "drawn", 1, 1]
    ]


@pytest.mark.parametrize(("role", "seen"), [("desk", "a"), ("agent", "b")])
@pytest.mark.parametrize("hours", [-48, 0, 24 * 365])
def test_who_sees_a_record_is_judged_today_whatever_moment_is_asked_about(
    clinic: Asked, role: str, seen: str, hours: int
) -> None:
    """The desk sees rooms that are open, the agent those that will be."""
    clinic.house.clock.set(later(-72))
    for code, days in (("a", -1), ("b", 1)):
        room = {"code": code, "clinic": "N", "open_from": later(24 * days).isoformat()}
        clinic.make("rooms", room)
    clinic.house.clock.set(later(0))
    who = Actor("id", "某", (role,))
    at = later(hours).isoformat()
    assert clinic.rows("rooms", "count", ["code"], who=who, as_of=at) == [[seen, 1, 1]]

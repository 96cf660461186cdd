"""Imports of claims: any order of lines gives the same timelines, and the past is told as words were received."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from mailuo.base.problems import Refusal
from mailuo.records.actor import SYSTEM, Actor
from mailuo.storage import system
from tests.integration.exchange.conftest import House, person, told

HEADER = "record,node,at,source,received_at\n"
MANY = 300
LINES = [
    f"R{number:03},{node},2026-01-{day:02}T0{number % 10}:00:00+08:00,{source},2026-01-{day:02}T0{number % 10}:30:00+08:00\n"
    for node, source, day in (
        ("ordered", "desk", 2),
        ("drawn", "lab", 3),
        ("shipped", "carrier", 4),
        ("received", "carrier", 10),
    )
    for number in range(MANY)
]


def requests(house: House, *keys: str) -> None:
    """Makes requests with these numbers."""
    rows = "".join(f"{key},N,2026-01-01 08:00\n" for key in keys)
    outcome = house.drop("requests", f"request_no,clinic,asked_at\n{rows}", f"{keys[0]}.csv")
    assert outcome.rejected == 0, outcome.rejects


def lines(house: House) -> list[tuple[object, ...]]:
    """How every request stands."""
    return house.rows("requests", "request_no", "status", "status_since", "ordered", "drawn", "received")


def nodes(house: House, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The nodes of one request's timeline."""
    found: Any = house.flow.timeline(SYSTEM, "requests", "R001", as_of)["nodes"]
    return list(found)


@pytest.fixture
def filled(laboratory: House) -> House:
    """The laboratory with many requests."""
    requests(laboratory, *(f"R{number:03}" for number in range(MANY)))
    return laboratory


def test_the_order_of_lines_does_not_matter(filled: House) -> None:
    shuffled = list(LINES)
    random.Random(7).shuffle(shuffled)
    outcome = filled.say(HEADER + "".join(shuffled))
    assert (outcome.written, outcome.rejected) == (len(LINES), 0)
    every = lines(filled)
    assert {row[1] for row in every} == {"received"}
    assert every[1][:4] == ("R001", "received", "2026-01-10T01:00:00+08:00", "2026-01-02T01:00:00+08:00")


def test_a_file_may_come_again_and_changes_nothing(filled: House) -> None:
    filled.say(HEADER + "".join(LINES))
    before = lines(filled)
    assert filled.say(HEADER + "".join(LINES), "again.csv").seen is not None
    assert filled.say(HEADER + "".join(reversed(LINES)), again=True).written == len(LINES)
    assert lines(filled) == before
    assert len(nodes(filled)[0]["claims"]) == 1


def test_the_past_is_told_as_words_were_received(filled: House) -> None:
    filled.say(HEADER + "".join(LINES))
    states = {node["id"]: node["state"] for node in nodes(filled, datetime(2026, 1, 3, 20, tzinfo=UTC))}
    assert (states["ordered"], states["drawn"], states["received"]) == ("reached", "reached", "pending")


def test_lines_that_are_wrong_come_back_in_the_order_of_the_file(filled: House) -> None:
    content = (
        HEADER
        + "R002,drwan,2026-01-02 08:00,lab,\nR001,drawn,yesterday,lab,\nR999,drawn,2026-01-02 08:00,lab,\nR000,drawn,2026-01-02 08:00,desk,\nR000,drawn,2026-01-02 08:00,lab,\n"
    )
    outcome = filled.say(content)
    assert told(outcome) == [
        (2, "node", "invalid"),
        (3, "at", "invalid"),
        (4, "record", "not_found"),
        (5, "source", "wrong_source"),
    ]
    assert [row["record"] for row in filled.returned("claims.csv")] == ["R002", "R001", "R999", "R000"]
    assert outcome.written == 1


def test_all_or_nothing_keeps_no_word_when_one_is_wrong(filled: House) -> None:
    content = HEADER + "R000,drawn,2026-01-02 08:00,lab,\nR001,nowhere,2026-01-02 08:00,lab,\n"
    assert filled.say(content, all_or_nothing=True).written == 0
    assert lines(filled)[0][4] is None
    assert filled.say(content, dry_run=True).rejected == 1
    assert lines(filled)[0][4] is None


def test_a_record_that_one_may_not_see_is_told_as_an_unknown_one(laboratory: House) -> None:
    requests(laboratory, "R001")
    laboratory.drop("requests", "request_no,clinic,asked_at\nS001,S,2026-01-01 08:00\n", "south.csv")
    content = HEADER + "".join(f"{key},ordered,2026-01-02 08:00,desk,\n" for key in ("R001", "S001", "S999"))
    by_technician = laboratory.say(content, by=person("technician"))
    assert [reject.problem.text("en") for reject in by_technician.rejects] == [
        f"There is no record '{key}'" for key in ("S001", "S999")
    ]
    assert [row[3] for row in lines(laboratory)] == ["2026-01-02T08:00:00+08:00", None]
    assert laboratory.say(content, by=person("stranger"), again=True).rejected == 3
    assert laboratory.say(content, by=person("nurse"), again=True).written == 2


def test_whoever_imports_speaks_for_outside_sources_but_in_no_role_of_others(laboratory: House) -> None:
    requests(laboratory, "R001")
    words = (("ordered", "desk"), ("drawn", "role:nurse"), ("received", "role:technician"), ("shipped", "manual"))
    content = HEADER + "".join(f"R001,{node},2026-01-02 08:00,{source},\n" for node, source in words)
    assert told(laboratory.say(content, by=person("technician"))) == [
        (3, "source", "wrong_source"),
        (5, "source", "wrong_source"),
    ]
    token = Actor("id", "till", ("desk_staff",), ("role:nurse",), "token", rights=frozenset({"import"}))
    assert told(laboratory.say(content, by=token, again=True)) == [(4, "source", "wrong_source")]
    assert laboratory.say(content, again=True).rejected == 0


def test_a_missing_or_unknown_column_refuses_the_file(filled: House) -> None:
    with pytest.raises(Refusal) as refusal:
        filled.say("record,node,sauce\nR001,drawn,lab\n")
    assert [problem.code for problem in refusal.value.problems] == ["unknown_column", "needs_column", "needs_column"]


def test_naked_times_are_in_the_zone_and_without_receipt_a_word_is_received_now(filled: House) -> None:
    filled.say("record,node,at,source\nR001,ordered,2026-01-02 08:00,desk\n")
    claim = nodes(filled)[0]["claims"][0]
    assert (claim["at"], claim["received_at"]) == ("2026-01-02T08:00:00+08:00", "2026-01-15T09:00:00+08:00")


def test_a_line_of_json_need_not_name_what_others_do(filled: House) -> None:
    lines_ = (
        '{"record": "R001", "node": "ordered", "at": "2026-01-02T08:00:00+08:00", "source": "desk", "received_at": "2026-01-02T09:00:00+08:00"}\n'
        '{"record": "R002", "node": "ordered", "at": "2026-01-02T08:00:00+08:00", "source": "desk", "part": null}\n'
    )
    outcome = filled.say(lines_, "claims.ndjson")
    assert (outcome.written, outcome.rejected) == (2, 0), outcome.rejects


def test_the_past_knows_when_the_clock_reached_a_node_over_whose_head_something_was_reported(laboratory: House) -> None:
    requests(laboratory, "R001")
    received, billed = "2026-01-02T08:00:00+08:00", "2026-01-04T08:00:00+08:00"
    laboratory.say(f"{HEADER}R001,received,{received},carrier,{received}\nR001,billed,{billed},lab,{billed}\n")
    table = system.node_state
    query = select(table.c.state, table.c.known_from).where(table.c.node == "kept", table.c.part == "").order_by(table.c.known_from)
    with laboratory.store.read() as connection:
        known = [(row.state, row.known_from) for row in connection.execute(query)]
    assert known[-2:] == [("inferred", datetime(2026, 1, 4, 0, tzinfo=UTC)), ("reached", datetime(2026, 1, 9, 0, tzinfo=UTC))]

"""Publishing changes the tables and keeps every value that it may."""

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from threading import Thread

import pytest
from sqlalchemy import func, insert, inspect, select, text

from mailuo.base.problems import Refusal
from mailuo.storage import revisions, system
from mailuo.storage.bulk import insert_many
from mailuo.storage.driver import ask
from mailuo.storage.faults import Moved
from mailuo.storage.publishing import rollback
from mailuo.storage.trash import purge_trash, rows_at_risk

NOW = datetime(2026, 1, 15, tzinfo=UTC)

VISIT = """
table: visit
title: 就诊
fields:
  remark: {title: 备注, type: text}
  kind: {title: 类别, type: choice, options: {A: 初诊, B: 复诊}}
  fee: {title: 费用, type: money}
  day: {title: 日期, type: date}
flow:
  nodes:
    booked: {title: 已预约, by: [automation]}
    seen: {title: 已就诊, by: [automation]}
"""
RENAMED = """
table: call
title: 就诊
was: visit
fields:
  note: {title: 备注, type: text, was: remark}
  kind: {title: 类别, type: choice, options: {C: {title: 初诊, was: A}, B: 复诊}}
  fee: {title: 费用, type: money}
  day: {title: 日期, type: date}
flow:
  nodes:
    booked: {title: 已预约, by: [automation]}
    met: {title: 已就诊, by: [automation], was: seen}
"""
ROWS = (
    {"remark": "早", "kind": "A", "fee": Decimal("19.90"), "day": date(2026, 1, 1)},
    {"remark": None, "kind": "B", "fee": Decimal("0.05"), "day": None},
)


@pytest.fixture
def filled(workspace):
    """A published table with two records."""
    workspace.publish(VISIT)
    workspace.add("visit", *ROWS, status="seen", lifeline='{"booked":"r","seen":"r"}')
    return workspace


def test_revisions_are_numbered_and_one_is_serving(workspace) -> None:
    assert workspace.running is None
    assert [workspace.publish(VISIT).number for _ in range(3)] == [1, 2, 3]
    listed = [(revision.number, revision.state, revision.base) for revision in revisions.revisions(workspace.store)]
    assert listed == [(3, "serving", 2), (2, "former", 1), (1, "former", None)]


def test_a_rename_keeps_the_data_and_renames_it_wherever_it_stands(filled) -> None:
    said = {"record": "r0", "id": "c1", "table": "visit", "node": "seen", "source": "automation"}
    times = {"at": NOW, "received_at": NOW}
    filled.store.write(lambda connection: connection.execute(insert(system.claim).values(said | times)))
    filled.publish(RENAMED)
    assert filled.values("call", "note", "kind", "status", "lifeline") == [
        ("早", "C", "met", '{"booked":"r","met":"r"}'),
        (None, "B", "met", '{"booked":"r","met":"r"}'),
    ]
    with filled.store.read() as connection:
        assert connection.execute(select(system.claim.c.table, system.claim.c.node)).one() == ("call", "met")


def test_the_way_back_undoes_renames(filled) -> None:
    filled.publish(RENAMED)
    revision = rollback(filled.store, 1, by="乙", message="", now=NOW)
    assert (revision.number, revision.base) == (3, 2)
    assert filled.values("visit", "remark", "kind", "status") == [("早", "A", "seen"), (None, "B", "seen")]


def test_what_is_removed_comes_back_with_its_data(filled) -> None:
    filled.publish(VISIT.replace("  fee: {title: 费用, type: money}\n", ""))
    assert "fee" not in filled.table("visit").fields
    filled.publish(VISIT)
    assert filled.values("visit", "fee") == [(Decimal("19.90"),), (Decimal("0.05"),)]


@pytest.mark.parametrize(
    ("old", "new", "field", "values"),
    [
        ("fee: {title: 费用, type: money}", "fee: {title: 费用, type: money, places: 4}", "fee", ["19.90", "0.05"]),
        ("fee: {title: 费用, type: money}", "fee: {title: 费用, type: number}", "fee", ["19.90", "0.05"]),
    ],
)
def test_a_wider_type_keeps_the_values(filled, old: str, new: str, field: str, values: list[str]) -> None:
    filled.publish(VISIT.replace(old, new))
    assert [row[0] for row in filled.values("visit", field)] == [Decimal(value) for value in values]


def test_a_type_that_could_lose_something_is_refused_and_nothing_happens(filled) -> None:
    with pytest.raises(Refusal) as refused:
        filled.publish(VISIT.replace("fee: {title: 费用, type: money}", "fee: {title: 费用, type: date}"))
    assert refused.value.problems[0].path == "tables.visit.fields.fee"
    assert filled.running == 1


def test_a_new_required_field_takes_its_default_everywhere(filled) -> None:
    filled.publish(VISIT.replace("fields:", "fields:\n  room: {title: 诊室, type: text, required: true, default: 一}"))
    assert filled.values("visit", "room") == [("一",), ("一",)]


def test_what_is_not_unique_cannot_become_so(filled) -> None:
    filled.publish(VISIT.replace("fields:", "fields:\n  room: {title: 诊室, type: text, required: true, default: 一}"))
    unique = "fields:\n  room: {title: 诊室, type: text, required: true, default: 一, unique: true}"
    with pytest.raises(Refusal) as refused:
        filled.publish(VISIT.replace("fields:", unique))
    assert refused.value.code == "not_unique"
    assert filled.running == 2
    assert filled.publish(VISIT).number == 4


def test_of_two_publishers_one_gets_a_conflict(workspace) -> None:
    workspace.publish(VISIT)
    workspace.publish(VISIT)
    with pytest.raises(Refusal) as refused:
        workspace.publish(RENAMED, base=1)
    assert refused.value.code == "conflict"


def test_who_publishes_while_another_does_gets_a_conflict(workspace) -> None:
    workspace.publish(VISIT)
    with workspace.store.publishing(), pytest.raises(Refusal) as refused:
        workspace.publish(RENAMED)
    assert refused.value.code == "conflict"


def test_a_write_under_a_revision_that_is_over_is_told_so(workspace) -> None:
    workspace.publish(VISIT)
    workspace.store.write(lambda connection: revisions.hold(connection, 1))
    workspace.publish(VISIT)
    read = {"name": "seen", "value": "1"}

    def work(connection, *, asks: bool) -> None:
        revisions.hold(connection, 1)
        insert_many(connection, system.fact, [read])
        if asks:
            connection.execute(select(system.fact.c.value)).all()

    for asks in (True, False, True):
        with pytest.raises(Moved):
            workspace.store.write(partial(work, asks=asks))
    with workspace.store.read() as connection:
        assert connection.execute(select(system.fact).where(system.fact.c.name == "seen")).all() == []


def test_a_write_under_a_revision_that_is_over_is_told_so_before_what_fails_of_that(workspace) -> None:
    workspace.publish(VISIT)
    old = workspace.table("visit").fields["fee"].name
    workspace.publish(VISIT)

    def work(connection) -> None:
        revisions.hold(connection, 1)
        ask(connection, f"SELECT {old} FROM nowhere", {})

    for _ in range(3):
        with pytest.raises(Moved):
            workspace.store.write(work)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite there is one pen, which the flip has
def test_who_writes_while_a_revision_comes_into_force_waits_for_it(workspace) -> None:
    workspace.publish(VISIT)
    told = []

    def late() -> None:
        try:
            workspace.store.write(lambda connection: revisions.hold(connection, 1))
        except Moved as moved:
            told.append(moved)

    def flip(connection) -> None:
        connection.execute(select(func.pg_advisory_xact_lock(revisions.FLIPPING)))
        thread.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
        ends = time.monotonic() + 10
        while not connection.scalar(waits):
            assert time.monotonic() < ends, "nobody waits"
            time.sleep(0.01)
        connection.execute(system.revision.update().values(state="former"))

    thread = Thread(target=late)
    workspace.store.write(flip)
    thread.join(10)
    assert len(told) == 1


def test_rows_at_risk_are_those_that_hold_something(filled) -> None:
    visit = filled.table("visit")
    with filled.store.read() as connection:
        assert rows_at_risk(connection, visit.table, visit.fields["remark"]) == 1
        assert rows_at_risk(connection, visit.table) == 2


def test_the_trash_is_emptied_when_its_time_has_come(filled) -> None:
    dropped = filled.table("visit").fields["fee"].name
    removed = filled.publish(VISIT.replace("  fee: {title: 费用, type: money}\n", ""))
    name = filled.table("visit").table.name
    assert purge_trash(filled.store, removed.at) == 0
    assert purge_trash(filled.store, removed.at + timedelta(seconds=1)) == 1
    with filled.store.read() as connection:
        assert dropped not in {column["name"] for column in inspect(connection).get_columns(name)}
    filled.publish(VISIT)
    assert filled.values("visit", "fee") == [(None,), (None,)]

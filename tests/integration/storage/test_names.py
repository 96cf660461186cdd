"""Names go from one declared thing to another, and what each of them left behind stays its own."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from mailuo.storage import counters, system
from mailuo.storage.publishing import rollback
from mailuo.storage.trash import purge_trash

NOW = datetime(2026, 1, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
A = "table: a\ntitle: 甲表\nfields: {no: {title: 号, type: text}}\n"
B = "table: b\ntitle: 乙表\nfields: {no: {title: 号, type: text}}\n"
B_AS_A = B.replace("table: b", "table: a\nwas: b")


@pytest.fixture
def two(workspace):
    """Two published tables: the counter of the one stands at 7, that of the other at 3."""
    workspace.publish(A, B)
    _count(workspace, "a", 7)
    _count(workspace, "b", 3)
    return workspace


def _count(workspace, table: str, number: int) -> None:
    workspace.store.write(lambda connection: counters.put(connection, table, "", number))


def _counted(workspace) -> dict[str, int]:
    with workspace.store.read() as connection:
        return {row.table: row.value for row in connection.execute(select(system.counter)) if "~" not in row.table}


def test_a_table_takes_a_name_from_the_trash_and_each_keeps_what_is_its_own(two) -> None:
    two.publish(B)
    two.publish(B_AS_A)
    assert _counted(two) == {"a": 3}
    two.publish(B.replace("table: b", "table: c\nwas: a"))
    two.publish(B.replace("table: b", "table: c"), A)
    assert _counted(two) == {"a": 7, "c": 3}


def test_the_way_back_gives_each_table_its_name_again(two) -> None:
    two.publish(B)
    two.publish(B_AS_A)
    rollback(two.store, 1, by="乙", message="", now=NOW)
    assert _counted(two) == {"a": 7, "b": 3}


def test_the_way_back_takes_a_name_from_who_bears_it_now(two) -> None:
    two.publish(A.replace("table: a", "table: c\nwas: a"), B)
    two.publish(A.replace("table: a", "table: c"), B, A)
    _count(two, "a", 1)
    rollback(two.store, 1, by="乙", message="", now=NOW)
    assert _counted(two) == {"a": 7, "b": 3}


def test_the_way_back_exchanges_names(two) -> None:
    two.publish(A.replace("table: a", "table: c\nwas: a"), B)
    two.publish(A.replace("table: a", "table: c"), B_AS_A)
    two.publish(A.replace("table: a", "table: b\nwas: c"), B.replace("table: b", "table: a"))
    assert _counted(two) == {"a": 3, "b": 7}
    rollback(two.store, 1, by="乙", message="", now=NOW)
    assert _counted(two) == {"a": 7, "b": 3}


def test_what_went_for_good_leaves_its_name_free(two) -> None:
    two.publish(B)
    purge_trash(two.store, LATER)
    assert _counted(two) == {"b": 3}
    two.publish(B_AS_A)
    assert _counted(two) == {"a": 3}


VISIT = """
table: visit
title: 就诊
fields: {no: {title: 号, type: text}}
flow:
  nodes:
    booked: {title: 已预约, by: [automation]}
    NODES
  exits:
    left: {title: 已离开, by: [automation]}
    EXITS
"""
WAYS = [("node", "node"), ("node", "exit"), ("exit", "node"), ("exit", "exit")]


def _flow(**lines: str) -> str:
    """The table with these nodes and exits besides: `kind_name=was`."""
    text = VISIT
    for place in ("NODES", "EXITS"):
        found = ((*each.split("_"), was) for each, was in lines.items() if each.startswith(place[:4].lower()))
        written = (f"{name}: {{title: 另, by: [automation]{was and f', was: {was}'}}}" for _, name, was in found)
        text = text.replace(place, "\n    ".join(written))
    return text


@pytest.mark.parametrize(("thrown", "renamed"), WAYS)
def test_a_milestone_takes_a_name_from_the_trash_but_none_of_its_words(workspace, thrown: str, renamed: str) -> None:
    workspace.publish(_flow(**{f"{thrown}_x": "", f"{renamed}_y": ""}))
    _reach(workspace, "x", "y")
    workspace.publish(_flow(**{f"{renamed}_y": ""}))
    workspace.publish(_flow(**{f"{renamed}_x": "y"}))
    assert _reached(workspace) == {"x": "about y"}
    assert workspace.values("visit", "status", "lifeline")[1] == ("x", '{"x":"r"}')
    rollback(workspace.store, 1, by="乙", message="", now=NOW)
    assert _reached(workspace) == {"x": "about x", "y": "about y"}
    assert workspace.values("visit", "status", "lifeline") == [("x", '{"x":"r"}'), ("y", '{"y":"r"}')]


def test_a_node_takes_the_name_of_an_exit_in_the_trash_although_it_is_new(workspace) -> None:
    workspace.publish(_flow(exit_x=""))
    _reach(workspace, "x")
    workspace.publish(_flow(node_x=""))
    assert _reached(workspace) == {}
    workspace.publish(_flow(exit_x=""))
    assert _reached(workspace) == {"x": "about x"}


@pytest.mark.parametrize("kind", ["node", "exit"])
def test_a_milestone_that_went_for_good_leaves_its_name_free(workspace, kind: str) -> None:
    workspace.publish(_flow(**{f"{kind}_x": "", "node_y": ""}))
    _reach(workspace, "x", "y")
    workspace.publish(_flow(node_y=""))
    purge_trash(workspace.store, LATER)
    assert _reached(workspace) == {"y": "about y"}
    workspace.publish(_flow(node_x="y"))
    assert _reached(workspace) == {"x": "about y"}


def _reach(workspace, *nodes: str) -> None:
    """A record that stands at each node, and one of which each was said at the same moment."""
    of = {"record": "r", "table": "visit"}
    known = {"state": "due", "known_from": NOW, "known_to": system.FOREVER}
    clock = {"episode": "", "kind": "auto", "due_at": NOW, "state": "pending"}
    said = {"source": "automation", "at": NOW, "received_at": NOW}

    def write(connection) -> None:
        for node in nodes:
            connection.execute(insert(system.node_state).values({**of, **known, "node": node}))
            connection.execute(insert(system.clock).values({**of, **clock, "rule": f"auto:{node}"}))
            connection.execute(insert(system.claim).values({**of, **said, "node": node, "id": node, "note": f"about {node}"}))

    for node in nodes:
        workspace.add("visit", {}, id=f"of {node}", status=node, lifeline=f'{{"{node}":"r"}}')
    workspace.store.write(write)


def _reached(workspace) -> dict[str, str | None]:
    """What was said, by the node of which it was said: of those that one can declare."""
    claim, state, clock = system.claim, system.node_state, system.clock
    with workspace.store.read() as connection:
        said = {row.node: row.note for row in connection.execute(select(claim)) if "~" not in row.node}
        known = set(connection.scalars(select(state.c.node)))
        clocks = set(connection.scalars(select(clock.c.rule)))
    assert {name for name in known if "~" not in name} == set(said)
    assert {name for name in clocks if "~" not in name} == {f"auto:{name}" for name in said}
    return said


FIELDS = "table: visit\ntitle: 就诊\nfields:\n  no: {title: 号, type: text}\n"
OLD, NEW = "  x: {title: 旧, type: text}\n", "  y: {title: 新, type: text}\n"


@pytest.mark.parametrize("taken", ["  x: {title: 新, type: text, was: y}\n", "  x: {title: 日, type: date}\n" + NEW])
def test_a_field_takes_a_name_from_the_trash_but_none_of_its_history(workspace, taken: str) -> None:
    workspace.publish(FIELDS + OLD + NEW)
    _change(workspace, "x", "y")
    workspace.publish(FIELDS + NEW)
    workspace.publish(FIELDS + taken)
    assert _changed(workspace, "x") == (["y"] if "was" in taken else [])
    rollback(workspace.store, 1, by="乙", message="", now=NOW)
    assert (_changed(workspace, "x"), _changed(workspace, "y")) == (["x"], ["y"])


def test_a_field_that_went_for_good_leaves_its_name_free(workspace) -> None:
    workspace.publish(FIELDS + OLD + NEW)
    _change(workspace, "x", "y")
    workspace.publish(FIELDS + NEW)
    purge_trash(workspace.store, LATER)
    workspace.publish(FIELDS + "  x: {title: 新, type: text, was: y}\n")
    assert _changed(workspace, "x") == ["y"]


def test_a_field_of_another_type_goes_on_with_the_history_of_the_values_that_it_took_over(workspace) -> None:
    workspace.publish(FIELDS + "  x: {title: 价, type: money}\n")
    _change(workspace, "x")
    wider = FIELDS + "  x: {title: 价, type: money, places: 4}\n"
    for text in (wider, wider + NEW):
        workspace.publish(text)
        assert _changed(workspace, "x") == ["x"]
    purge_trash(workspace.store, LATER)
    assert _changed(workspace, "x") == ["x"]


def _change(workspace, *fields: str) -> None:
    """A line of the history, and a file, of each field."""
    line = {"record": "r", "table": "visit", "by": "甲", "at": NOW, "version": 1}
    use = {"file": "f", "record": "r", "table": "visit"}

    def write(connection) -> None:
        for field in fields:
            connection.execute(insert(system.history).values(line | {"field": field, "new": field}))
            connection.execute(insert(system.file_use).values(use | {"place": f"field:{field}"}))

    workspace.store.write(write)


def _changed(workspace, field: str) -> list[object]:
    history, place = system.history, system.file_use.c.place
    with workspace.store.read() as connection:
        found = list(connection.scalars(select(history.c.new).where(history.c.field == field)))
        used = list(connection.scalars(select(place).where(place == f"field:{field}")))
    assert len(used) == len(found)
    return found


CHOICE = "table: visit\ntitle: 就诊\nfields:\n  one: {title: 一, type: choice, options: OPTIONS}\n  more: {title: 多, type: choices, options: OPTIONS}\n"
BOTH, ONE, TAKEN = "{A: 甲, B: 乙}", "{B: 乙}", "{A: {title: 乙, was: B}}"


@pytest.mark.parametrize("purged", [False, True])
def test_an_option_takes_a_name_from_the_trash_but_none_of_its_records(workspace, purged: bool) -> None:
    workspace.publish(CHOICE.replace("OPTIONS", BOTH))
    workspace.add("visit", {"one": "A", "more": ["A", "B"]}, {"one": "B", "more": ["B"]})
    workspace.publish(CHOICE.replace("OPTIONS", ONE))
    if purged:
        purge_trash(workspace.store, LATER)
    assert workspace.values("visit", "one") == [("A",), ("B",)]
    workspace.publish(CHOICE.replace("OPTIONS", TAKEN))
    (first, more), second = workspace.values("visit", "one", "more")
    assert second == ("A", ("A",))
    assert first.startswith("A~")
    assert [each.partition("~")[0] for each in more] == ["A", "A"]
    assert len(set(more)) == 2
    rollback(workspace.store, 1, by="乙", message="", now=NOW)
    assert workspace.values("visit", "one", "more") == [("A", ("A", "B")), ("B", ("B",))]


def test_the_way_back_to_what_went_for_good_does_not_find_something_newer_in_its_place(workspace) -> None:
    workspace.publish(FIELDS + NEW)
    workspace.publish(FIELDS)
    purge_trash(workspace.store, LATER)
    workspace.publish(FIELDS + OLD)
    workspace.add("visit", {"no": "1", "x": "旧"})
    rollback(workspace.store, 1, by="乙", message="", now=NOW)
    assert workspace.values("visit", "no", "y") == [("1", None)]

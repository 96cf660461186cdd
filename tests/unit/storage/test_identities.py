"""Which identity each declared thing has in the next revision."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailuo.fields import FIELD_TYPES
from mailuo.metadata.model import Field, Flow, Manifest, Node, Table, Workspace
from mailuo.storage.identities import Identities, Identity, succeed

NOW = datetime(2026, 1, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
WORKSPACE = Workspace("诊所", "Asia/Shanghai", ("zh",), "CNY", None, {}, {})


def _manifest(*tables: Table) -> Manifest:
    return Manifest(WORKSPACE, {table.id: table for table in tables}, {}, {}, {}, {})


def _table(name: str, *fields: Field, nodes: tuple[Node, ...] = (), was: str | None = None) -> Table:
    flow = Flow({node.id: node for node in nodes}, {}, None) if nodes else None
    return Table(name, name, {field.id: field for field in fields}, was=was, flow=flow)


def _field(name: str, type_: str = "text", was: str | None = None, **options: object) -> Field:
    return Field(name, name, FIELD_TYPES[type_].of(options), was=was)


def _node(name: str, was: str | None = None) -> Node:
    return Node(name, name, (), (), was=was)


def _row(identities: Identities, name: str, state: str = "live") -> Identity:
    (row,) = (row for row in identities.rows if (row.name, row.state) == (name, state))
    return row


FIRST = _manifest(_table("visit", _field("remark"), _field("fee", "money"), nodes=(_node("booked"), _node("seen"))))
BEFORE = succeed(Identities(), FIRST, NOW)


def test_everything_declared_has_a_number_of_its_own() -> None:
    numbers = [row.number for row in BEFORE.rows]
    assert sorted(numbers) == list(range(1, 6))
    assert {row.state for row in BEFORE.rows} == {"live"}
    assert _row(BEFORE, "remark").parent == _row(BEFORE, "visit").number


def test_what_is_declared_again_changes_nothing() -> None:
    assert succeed(BEFORE, FIRST, LATER) == BEFORE


@pytest.mark.parametrize(
    ("manifest", "old", "new"),
    [
        (_manifest(replace(FIRST.tables["visit"], id="call", was="visit")), "visit", "call"),
        (_manifest(_table("visit", _field("note", was="remark"), _field("fee", "money"))), "remark", "note"),
        (_manifest(_table("visit", _field("remark"), nodes=(_node("met", was="seen"),))), "seen", "met"),
    ],
)
def test_was_keeps_the_identity_under_the_new_name(manifest: Manifest, old: str, new: str) -> None:
    after = succeed(BEFORE, manifest, LATER)
    assert _row(after, new).number == _row(BEFORE, old).number


def test_was_of_something_that_is_still_declared_is_no_rename() -> None:
    manifest = _manifest(_table("visit", _field("remark"), _field("note", was="remark")))
    after = succeed(BEFORE, manifest, LATER)
    assert _row(after, "remark").number == _row(BEFORE, "remark").number
    assert _row(after, "note").number > len(BEFORE.rows)


def test_what_is_no_longer_declared_goes_to_the_trash_and_comes_back() -> None:
    without = succeed(BEFORE, _manifest(_table("visit", _field("fee", "money"))), LATER)
    assert _row(without, "remark", "trash").since == LATER
    again = succeed(without, FIRST, LATER)
    assert {row.number: row.name for row in again.rows} == {row.number: row.name for row in BEFORE.rows}


def test_the_trash_does_not_give_back_another_type() -> None:
    without = succeed(BEFORE, _manifest(_table("visit", _field("fee", "money"))), LATER)
    again = succeed(without, _manifest(_table("visit", _field("remark", "date"))), LATER)
    assert _row(again, "remark").number != _row(BEFORE, "remark").number


def test_a_type_of_another_column_is_another_identity() -> None:
    after = succeed(BEFORE, _manifest(_table("visit", _field("fee", "money", places=4))), LATER)
    assert _row(after, "fee").number != _row(BEFORE, "fee").number
    assert _row(after, "fee", "trash").number == _row(BEFORE, "fee").number


def test_the_way_back_finds_each_identity_by_the_name_it_bore() -> None:
    renamed = _manifest(_table("call", _field("note", was="remark"), nodes=(_node("met", was="seen"),), was="visit"))
    between = succeed(BEFORE, renamed, LATER)
    back = succeed(between, FIRST, LATER, BEFORE.names())
    assert {row.number: (row.name, row.state) for row in back.rows} == {
        row.number: (row.name, row.state) for row in BEFORE.rows
    }


def test_options_are_identities_of_their_field() -> None:
    colours = _manifest(_table("visit", _field("kind", "choice", options={"A": "甲", "B": "乙"})))
    first = succeed(Identities(), colours, NOW)
    renamed = _manifest(_table("visit", _field("kind", "choice", options={"C": {"title": "丙", "was": "A"}, "B": "乙"})))
    after = succeed(first, renamed, LATER)
    assert _row(after, "C").number == _row(first, "A").number
    assert _row(after, "C").parent == _row(after, "kind").number

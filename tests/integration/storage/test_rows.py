"""Rows of declared tables are written by column name, one or many, and changed only by who saw the last version."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import Connection, func, select

from mailuo.storage import counts, rows
from mailuo.storage.bulk import FEW
from mailuo.storage.declared import DeclaredTable

NOW = datetime(2026, 1, 15, 1, 2, 3, 456789, tzinfo=UTC)
STAMP = {"created_at": NOW, "created_by": "甲", "updated_at": NOW, "updated_by": "甲", "version": 1}

EVERYTHING = """
table: visit
title: 就诊
fields:
  remark: {title: 备注, type: text}
  fee: {title: 费用, type: money}
  size: {title: 尺寸, type: number}
  day: {title: 日期, type: date}
  at: {title: 时间, type: datetime}
  stay: {title: 停留, type: duration}
  paid: {title: 已付, type: boolean}
  labels: {title: 标签, type: tags}
  rating: {title: 评分, type: rating}
  place: {title: 位置, type: geo}
"""
VALUES = {
    "remark": "备注 'quoted'\t\\N",
    "fee": Decimal("-19.90"),
    "size": Decimal("0.5000"),
    "day": date(1969, 12, 31),
    "at": NOW,
    "paid": True,
    "labels": ("加急", 'say "hi"'),
    "rating": 5,
    "place": {"lat": 31.2, "lng": 121.5},
}


@pytest.fixture
def visit(workspace) -> DeclaredTable:
    """A table with a field of every kind of column."""
    workspace.publish(EVERYTHING)
    return workspace.table("visit")


def _row(visit: DeclaredTable, record: str, values: dict[str, object]) -> dict[str, object]:
    fields = {column.name: values.get(name) for name, column in visit.fields.items()}
    return {"id": record, **STAMP, **fields}


@pytest.mark.parametrize("number", [1, FEW, FEW + 1, 500])
def test_many_rows_come_back_as_they_went_in(workspace, visit: DeclaredTable, number: int) -> None:
    values = [VALUES if place % 2 else {} for place in range(number)]
    given = [_row(visit, f"r{place:03}", row) for place, row in enumerate(values)]
    workspace.store.write(lambda connection: rows.add_many(connection, visit, given))
    names = list(VALUES)
    found = workspace.values("visit", *names)
    assert [tuple(row) for row in found] == [tuple(row.get(name) for name in names) for row in values]


def test_a_row_added_alone_is_the_same_as_one_of_many(workspace, visit: DeclaredTable) -> None:
    workspace.store.write(lambda connection: rows.add(connection, visit, _row(visit, "r1", VALUES)))
    assert workspace.values("visit", *VALUES) == [tuple(VALUES.values())]


def test_of_many_who_change_the_same_version_one_wins(workspace, visit: DeclaredTable) -> None:
    workspace.store.write(lambda connection: rows.add(connection, visit, _row(visit, "r1", {})))

    def change(connection: Connection, remark: str) -> bool:
        return rows.change(connection, visit, "r1", 1, {visit.fields["remark"].name: remark})

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(lambda name: workspace.store.write(partial(change, remark=name)), "abcd"))
    assert sorted(won) == [False, False, False, True]
    assert workspace.values("visit", "version", "remark") == [(2, "abcd"[won.index(True)])]


def test_the_trash_gives_a_record_back(workspace, visit: DeclaredTable) -> None:
    workspace.store.write(lambda connection: rows.add(connection, visit, _row(visit, "r1", VALUES)))
    assert workspace.store.write(lambda connection: rows.trash(connection, visit, "r1", 1, NOW, "乙"))
    assert workspace.values("visit", "deleted_at", "version", "updated_by") == [(NOW, 2, "乙")]
    assert not workspace.store.write(lambda connection: rows.restore(connection, visit, "r1", 1, NOW, "乙"))
    assert workspace.store.write(lambda connection: rows.restore(connection, visit, "r1", 2, NOW, "丙"))
    assert workspace.values("visit", "deleted_at", "version") == [(None, 3)]


def test_marks_do_not_move_the_version(workspace, visit: DeclaredTable) -> None:
    given = [_row(visit, f"r{place}", {}) for place in range(3)]
    workspace.store.write(lambda connection: rows.add_many(connection, visit, given))
    marks = [{"id": "r0", "status": "seen"}, {"id": "r2", "status": "paid"}]
    workspace.store.write(lambda connection: rows.mark_many(connection, visit, marks))
    workspace.store.write(lambda connection: rows.mark(connection, visit, "r1", {"status": "met"}))
    assert workspace.values("visit", "status", "version") == [("seen", 1), ("met", 1), ("paid", 1)]


def test_very_many_rows_are_marked_at_once(workspace, visit: DeclaredTable) -> None:
    given = [_row(visit, f"r{place:02}", {}) for place in range(60)]
    workspace.store.write(lambda connection: rows.add_many(connection, visit, given))
    for status, since in (("met", None), (None, NOW)):
        marks = [
            {
                "id": f"r{place:02}",
                "status": status if place % 2 else None,
                "status_since": since,
                "disputed": place < 30,
            }
            for place in range(50)
        ]
        workspace.store.write(lambda connection, marks=marks: rows.mark_many(connection, visit, marks))
        found = sorted(workspace.values("visit", "id", "status", "status_since", "disputed", "version"))
        assert found[:50] == [(*mark.values(), 1) for mark in marks]
        assert found[50:] == [(f"r{place}", None, None, False, 1) for place in range(50, 60)]


def test_a_lock_says_whether_there_is_a_record(workspace, visit: DeclaredTable) -> None:
    workspace.store.write(lambda connection: rows.add(connection, visit, _row(visit, "r1", {})))
    locked = [workspace.store.write(lambda c, name=name: rows.lock(c, visit, name)) for name in ("r1", "r2")]
    assert locked == [True, False]


def test_counts_are_exact_up_to_a_limit_and_never_too_small_beyond(
    workspace, visit: DeclaredTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [_row(visit, f"r{place:04}", VALUES if place % 2 else {}) for place in range(1000)]
    workspace.store.write(lambda connection: rows.add_many(connection, visit, given))
    query = select(visit.id).where(visit.fields["remark"].is_not(None)).order_by(visit.id)
    with workspace.store.read() as connection:
        assert counts.count(connection, query) == counts.Count(500, exact=True)
        monkeypatch.setattr(counts, "EXACT_UP_TO", 100)
        estimated = counts.count(connection, query)
        assert estimated.number >= 101
        assert estimated.exact == (workspace.store.dialect == "sqlite")
        assert connection.scalar(select(func.count()).select_from(visit.table)) == 1000

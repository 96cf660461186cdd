"""The store in memory can be brought back to what it held."""

from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, func, insert, select, text

from mailuo.storage.engine import Store
from mailuo.storage.system import audit

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def noted(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(audit)).scalar_one()


def note(store: Store, action: str) -> None:
    row = {"at": NOW, "actor": "a", "action": action}
    store.write(lambda connection: connection.execute(insert(audit), row).close())


def make(connection: Connection, columns: str) -> None:
    connection.execute(text(f"CREATE TABLE t ({columns})"))


def test_a_snapshot_brings_everything_back_as_often_as_one_likes() -> None:
    store = Store.memory()
    note(store, "before")
    bring_back = store.snapshot()
    for _ in range(3):
        note(store, "after")
        assert noted(store) == 2
        bring_back()
        assert noted(store) == 1


def test_statements_look_again_when_tables_have_come_and_gone() -> None:
    store = Store.memory()
    bring_back = store.snapshot()
    for columns in ("a TEXT", "b INTEGER, a TEXT", "a INTEGER"):
        store.write(partial(make, columns=columns))
        note(store, "made")
        bring_back()
    note(store, "after")
    assert noted(store) == 1
    with store.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_schema WHERE name = 't'")).scalar_one() == 0

"""When the database fails, the caller learns whether anything was written."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update

from mailuo.storage.engine import Store
from mailuo.storage.faults import OutcomeUnknown, StoreAway
from mailuo.storage.system import fact


@pytest.fixture
def postgres(store: Store) -> Store:
    """A store on PostgreSQL with two rows."""
    if store.dialect != "postgresql":
        pytest.skip("only PostgreSQL can lose a connection")
    rows = [{"name": "a", "value": "0"}, {"name": "b", "value": "0"}]
    store.write(lambda connection: connection.execute(insert(fact), rows))
    return store


def _end(store: Store, process: int) -> None:
    with store.read() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})


def _process(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def test_a_lost_answer_to_commit_is_told_as_unknown(postgres: Store) -> None:
    with pytest.raises(OutcomeUnknown):
        postgres.write(lambda connection: _end(postgres, _process(connection)))
    assert postgres.write(lambda connection: connection.scalar(select(fact.c.value).where(fact.c.name == "a"))) == "0"


def test_a_connection_lost_during_work_means_nothing_was_written(postgres: Store) -> None:
    def work(connection: Connection) -> None:
        connection.execute(update(fact).values(value="1"))
        _end(postgres, _process(connection))
        connection.execute(update(fact).values(value="2"))

    with pytest.raises(StoreAway):
        postgres.write(work)
    with postgres.read() as connection:
        assert set(connection.scalars(select(fact.c.value).where(fact.c.name != "schema"))) == {"0"}


def test_one_broken_connection_does_not_leave_others_behind(postgres: Store) -> None:
    with postgres.read() as first, postgres.read() as second:
        processes = [_process(first), _process(second)]
    with pytest.raises(StoreAway), postgres.read() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": _process(connection)})
    with postgres.read() as first, postgres.read() as second:
        assert {_process(first), _process(second)}.isdisjoint(processes)


def test_two_who_wait_for_each_other_both_succeed(postgres: Store) -> None:
    met = threading.Barrier(2, timeout=10)
    attempts = []

    def crossing(first: str, second: str) -> None:
        def work(connection: Connection) -> None:
            attempts.append(first)
            connection.execute(update(fact).where(fact.c.name == first).values(value=first))
            if len(attempts) <= 2:
                met.wait()
            connection.execute(update(fact).where(fact.c.name == second).values(value=first))

        postgres.write(work)

    threads = [threading.Thread(target=crossing, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(attempts) == 3
    with postgres.read() as connection:
        assert len(set(connection.scalars(select(fact.c.value).where(fact.c.name != "schema")))) == 1


def test_a_database_that_is_not_there_is_away(tmp_path: Path) -> None:
    with pytest.raises(StoreAway):
        Store.open(f"postgresql://nobody@/nothing?host={tmp_path}", tmp_path)

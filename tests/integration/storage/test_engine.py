"""What a store promises to those who read and write."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text

from mailuo.base.problems import Refusal
from mailuo.storage.engine import Store
from mailuo.storage.system import fact

SLOW = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000) SELECT count(*) FROM n"
)


def _add(connection: Connection, name: str) -> None:
    connection.execute(insert(fact).values(name=name, value="x"))


def _names(store: Store) -> set[str]:
    with store.read() as connection:
        return set(connection.scalars(select(fact.c.name))) - {"schema"}


def test_what_was_written_can_be_read(store: Store) -> None:
    store.write(lambda connection: _add(connection, "a"))
    assert _names(store) == {"a"}


def test_a_work_that_raises_leaves_nothing(store: Store) -> None:
    def work(connection: Connection) -> None:
        _add(connection, "a")
        raise KeyError("b")

    with pytest.raises(KeyError):
        store.write(work)
    assert _names(store) == set()


def test_one_who_fails_does_not_undo_those_who_share_the_commit(store: Store) -> None:
    def work(number: int) -> None:
        def attempt(connection: Connection) -> None:
            _add(connection, f"n{number}")
            if number % 3 == 0:
                raise KeyError(number)

        try:
            store.write(attempt)
        except KeyError as error:
            assert error.args == (number,)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(60)))
    assert _names(store) == {f"n{number}" for number in range(60) if number % 3}


def test_a_reader_does_not_see_what_is_not_committed(store: Store) -> None:
    seen = []

    def work(connection: Connection) -> None:
        _add(connection, "a")
        reader = threading.Thread(target=lambda: seen.append(_names(store)))
        reader.start()
        reader.join()

    store.write(work)
    assert seen == [set()]


def test_a_read_that_takes_too_long_is_refused_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(Refusal) as refused, store.read(seconds=0.05) as connection:
        connection.execute(SLOW).all()
    assert refused.value.code == "too_slow"
    assert _names(store) == set()


def test_a_write_inside_a_write_is_an_error_of_the_program() -> None:
    store = Store.memory()
    with pytest.raises(RuntimeError, match="hand the connection on"):
        store.write(lambda _: store.write(lambda connection: None))


def test_a_forked_process_uses_connections_of_its_own(store: Store) -> None:
    store.write(lambda connection: _add(connection, "parent"))
    _names(store)
    child = os.fork()
    if child == 0:
        store.write(lambda connection: _add(connection, "child"))
        os._exit(0 if _names(store) == {"parent", "child"} else 1)
    assert os.waitpid(child, 0)[1] == 0
    store.write(lambda connection: _add(connection, "parent again"))
    assert _names(store) == {"parent", "child", "parent again"}


def test_two_stores_on_one_database_take_turns(store: Store, database_url: str, tmp_path: Path) -> None:
    other = Store.open(database_url, tmp_path / "home")
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(lambda n: (store, other)[n % 2].write(lambda connection: _add(connection, f"n{n}")), range(40))
        )
    other.close()
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(fact)) == 41


def test_a_sqlite_home_takes_one_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/m.db"
    first = Store.open(url, tmp_path, serving=True)
    with pytest.raises(Refusal) as refused:
        Store.open(url, tmp_path, serving=True)
    assert refused.value.code == "already_served"
    Store.open(url, tmp_path).close()
    first.close()
    Store.open(url, tmp_path, serving=True).close()


@pytest.mark.parametrize("url", ["", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_a_database_url_that_is_not_understood_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(Refusal) as refused:
        Store.open(url, tmp_path)
    assert refused.value.code == "bad_setting"


def test_a_database_of_a_newer_program_is_refused(store: Store, database_url: str, tmp_path: Path) -> None:
    store.write(lambda connection: connection.execute(fact.update().values(value="999")))
    with pytest.raises(Refusal) as refused:
        Store.open(database_url, tmp_path / "home")
    assert refused.value.code == "newer_store"

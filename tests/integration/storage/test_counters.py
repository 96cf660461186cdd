"""Numbers come without gaps and never twice, whoever takes them and whatever fails."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import Connection

from mailuo.storage import counters
from mailuo.storage.engine import Store

WRITERS = 8
EACH = 25


class Broken(Exception):
    """What a write that fails on purpose raises."""


def _take(connection: Connection, count: int = 1) -> int:
    return counters.take(connection, "ticket", "A", count)


def _take_and_break(connection: Connection) -> int:
    _take(connection)
    raise Broken


def test_eight_writers_get_every_number_once(store: Store) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        taken = list(pool.map(lambda _: store.write(_take), range(WRITERS * EACH)))
    assert sorted(taken) == list(range(1, WRITERS * EACH + 1))


def test_a_refused_write_gives_its_number_back(store: Store) -> None:
    with pytest.raises(Broken):
        store.write(_take_and_break)
    assert store.write(_take) == 1


def test_a_batch_takes_a_range(store: Store) -> None:
    assert [store.write(partial(_take, count=count)) for count in (3, 5, 1)] == [1, 4, 9]


def test_groups_count_apart(store: Store) -> None:
    store.write(_take)
    assert store.write(lambda connection: counters.take(connection, "ticket", "B")) == 1


@pytest.mark.parametrize(("number", "following"), [(40, 41), (1, 3), (0, 3)])
def test_an_imported_key_lifts_the_counter_but_never_lowers_it(store: Store, number: int, following: int) -> None:
    store.write(partial(_take, count=2))
    store.write(lambda connection: counters.lift(connection, "ticket", "A", number))
    assert store.write(_take) == following


def test_a_counter_can_be_put_to_any_number(store: Store) -> None:
    store.write(partial(_take, count=9))
    store.write(lambda connection: counters.put(connection, "ticket", "A", 4))
    assert store.write(_take) == 5

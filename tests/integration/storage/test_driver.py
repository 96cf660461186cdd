"""Statements that go to the driver without a detour behave as those that take it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal

import pytest
from sqlalchemy import Connection, bindparam, event, insert, literal, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from mailuo.storage.driver import Raw, ask
from mailuo.storage.engine import Store
from mailuo.storage.faults import is_duplicate
from mailuo.storage.postgres_statements import MOST
from mailuo.storage.prepared import Command, Question, inserting
from mailuo.storage.system import fact

_ODD = (
    "",
    "'",
    "''",
    "\\",
    "\\'); DROP TABLE fact; --",
    "a\nb\tc",
    "%s %(name)s $1",
    "半\u2028角😀",
    '{"a": [1, null]}',
)
"""Texts that a statement could mistake for a part of itself."""
_ADD = inserting(fact, ("name", "value"))
_SAID = Command(insert(fact).returning(fact.c.name, fact.c.value), ("name", "value"))
_NAMED = Question(select(fact.c.value).where(fact.c.name == bindparam("name", None, type_=fact.c.name.type)))


def _value(store: Store, name: str) -> object:
    with store.read() as connection:
        rows = _NAMED.rows(connection, {"name": name})
    return rows[0][0] if rows else None


def test_what_is_written_without_a_detour_is_seen_with_one_in_the_same_transaction(store: Store) -> None:
    def work(connection: Connection) -> object:
        _ADD.run(connection, {"name": "a", "value": "1"})
        return connection.scalar(select(fact.c.value).where(fact.c.name == "a"))

    assert store.write(work) == "1"
    assert _value(store, "a") == "1"


def test_what_fails_leaves_nothing_and_is_told_as_any_refusal_of_a_unique_index(store: Store) -> None:
    def work(connection: Connection) -> None:
        _ADD.run(connection, {"name": "b", "value": "1"})
        _ADD.run(connection, {"name": "b", "value": "2"})

    with pytest.raises(IntegrityError) as caught:
        store.write(work)
    assert is_duplicate(caught.value)
    assert _value(store, "b") is None


def test_a_statement_takes_values_of_every_size_and_blanks_in_turn(store: Store) -> None:
    given = bindparam("given", None, type_=literal(Decimal(1)).type)
    asked = Question(select(given + 1))
    with store.read() as connection:
        answers = [
            asked.rows(connection, {"given": value})[0][0] for value in (Decimal(7), None, Decimal(10**12), Decimal(7))
        ]
    assert answers == [8, None, 10**12 + 1, 8]


def test_more_statements_than_a_connection_keeps_are_answered_all_the_same(store: Store) -> None:
    def work(connection: Connection) -> list[object]:
        every = [*range(MOST + 20)] * 2
        return [ask(connection, f"SELECT {number}", {})[0][0] for number in every]

    assert store.write(work) == [*range(MOST + 20)] * 2


def test_whoever_listens_to_the_engines_hears_every_statement(store: Store) -> None:
    heard: list[str] = []

    def note(connection: object, cursor: object, sql: str, *rest: object) -> None:
        heard.append(sql)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        _value(store, "c")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert any("FROM fact" in sql for sql in heard)


def test_a_command_says_how_many_rows_it_changed(store: Store) -> None:
    put = Command(fact.update().where(fact.c.name.like("d%")).values(value=bindparam("to")))
    rows = [{"name": name, "value": "0"} for name in ("d1", "d2", "e")]
    store.write(lambda connection: connection.execute(insert(fact), rows))
    assert store.write(lambda connection: put.run(connection, {"to": "9"})) == 2
    assert [_value(store, name) for name in ("d1", "d2", "e")] == ["9", "9", "0"]


def test_what_waits_is_done_before_whatever_looks_for_it(store: Store) -> None:
    def work(connection: Connection, *names: str) -> list[object]:
        found: list[object] = []
        for name in names:
            _ADD.run_all(connection, [{"name": name, "value": "1"}])
            found += [_NAMED.rows(connection, {"name": name})]
            _ADD.run_all(connection, [{"name": f"{name}'", "value": "2"}])
            found += [connection.scalar(select(fact.c.value).where(fact.c.name == f"{name}'"))]
        return found

    assert store.write(lambda connection: work(connection, "f", "g", "h")) == [[("1",)], "2"] * 3
    assert _value(store, "h'") == "2"


def test_texts_that_wait_come_through_as_they_are(store: Store) -> None:
    rows = [{"name": f"odd {place}", "value": text} for place, text in enumerate(_ODD * 30)]

    def work(connection: Connection) -> None:
        for row in rows:
            _ADD.run_all(connection, [row])

    store.write(work)
    assert [_value(store, str(row["name"])) for row in rows] == [*_ODD] * 30


def test_a_refusal_of_what_waited_is_told_at_the_end_and_leaves_nothing(store: Store) -> None:
    def work(connection: Connection, name: str) -> None:
        for each in (f"{name}1", f"{name}2", name, name):
            _ADD.run_all(connection, [{"name": each, "value": "1"}])

    for name in ("i", "j"):
        with pytest.raises(IntegrityError) as caught:
            store.write(lambda connection, name=name: work(connection, name))  # type: ignore[misc]
        assert is_duplicate(caught.value)
        assert [_value(store, each) for each in (f"{name}1", f"{name}2", name)] == [None, None, None]
    assert store.write(lambda connection: _ADD.run(connection, {"name": "i", "value": "3"})) == 1


def test_what_waits_is_left_out_when_its_work_fails(store: Store) -> None:
    def work(connection: Connection) -> None:
        for name in ("k", "l", "m"):
            _ADD.run_all(connection, [{"name": name, "value": "1"}])
        raise LookupError

    for _ in range(2):
        with pytest.raises(LookupError):
            store.write(work)
    store.write(lambda connection: _ADD.run_all(connection, [{"name": "n", "value": "1"}]))
    assert [_value(store, name) for name in ("k", "l", "m", "n")] == [None, None, None, "1"]


def test_a_refusal_that_somebody_swallows_harms_no_later_work(store: Store) -> None:
    def work(connection: Connection) -> None:
        _ADD.run(connection, {"name": "o", "value": "1"})
        with suppress(IntegrityError):
            _ADD.run(connection, {"name": "o", "value": "2"})

    for _ in range(2):
        with suppress(IntegrityError):
            store.write(work)
        assert store.write(lambda connection: _NAMED.rows(connection, {"name": "nobody"})) == []


def _late(connection: Connection, name: str, before: int = 0) -> Callable[[], Sequence[Raw]]:
    """A promised row, after so many that wait."""
    for place in range(before):
        _ADD.run_all(connection, [{"name": f"{name}, {place}", "value": "0"}])
    return _SAID.answer_late(connection, {"name": name, "value": "1"})


@pytest.mark.parametrize("before", [0, 2])
def test_rows_that_are_wanted_late_come_with_the_end_of_the_transaction(store: Store, before: int) -> None:
    for name in ("p", "q", "r"):
        rows = store.write(lambda connection, name=name: _late(connection, name, before))  # type: ignore[misc]
        assert [tuple(row) for row in rows()] == [(name, "1")]
        assert [_value(store, each) for each in (name, f"{name}, 1")] == ["1", "0" if before else None]


def test_rows_that_are_wanted_late_may_be_asked_for_at_once_and_others_follow(store: Store) -> None:
    def work(connection: Connection, name: str, asked: bool) -> list[object]:
        rows = _late(connection, name, 1)
        told: list[object] = [tuple(row) for row in rows()] if asked else []
        more = _late(connection, f"{name}+", 1)
        told += _NAMED.rows(connection, {"name": name})
        _ADD.run_all(connection, [{"name": f"{name}-", "value": "2"}])
        return [*told, *map(tuple, more()), *map(tuple, rows())]

    for name, asked in (("s", True), ("t", False), ("u", True), ("v", False)):
        told = store.write(lambda connection, name=name, asked=asked: work(connection, name, asked))  # type: ignore[misc]
        assert told == [*([(name, "1")] if asked else []), ("1",), (f"{name}+", "1"), (name, "1")]
        assert [_value(store, f"{name}{more}") for more in ("+", "-", "+, 0")] == ["1", "2", "0"]


def test_a_refusal_of_what_is_wanted_late_leaves_nothing_and_harms_no_later_work(store: Store) -> None:
    store.write(lambda connection: _ADD.run(connection, {"name": "w", "value": "0"}))

    def work(connection: Connection, name: str, fails: bool) -> Callable[[], Sequence[Raw]]:
        rows = _late(connection, name, 2)
        if fails:
            raise LookupError
        return rows

    for turn in range(3):
        with pytest.raises(IntegrityError) as caught:
            store.write(lambda connection: work(connection, "w", False))
        assert is_duplicate(caught.value)
        with pytest.raises(LookupError):
            store.write(lambda connection: work(connection, "x", True))
        assert [_value(store, each) for each in ("w", "w, 0", "x", "x, 1")] == ["0", None, None, None]
        rows = store.write(lambda connection, turn=turn: work(connection, f"y{turn}", False))  # type: ignore[misc]
        assert [tuple(row) for row in rows()] == [(f"y{turn}", "1")]

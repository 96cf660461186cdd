"""Statements that go to the driver without a detour behave as those that take it."""

from decimal import Decimal

import pytest
from sqlalchemy import Connection, bindparam, event, insert, literal, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from mailuo.storage.driver import ask
from mailuo.storage.engine import Store
from mailuo.storage.faults import is_duplicate
from mailuo.storage.postgres_statements import MOST
from mailuo.storage.prepared import Command, Question, inserting
from mailuo.storage.system import fact

_ADD = inserting(fact, ("name", "value"))
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

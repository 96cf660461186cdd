"""Counters: numbers without gaps, one row for each group that a key counts.

The row is locked until the transaction ends, so the number is taken by its last statement, and a batch takes its range
at once. What is rolled back gives its numbers back.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from mailuo.storage.prepared import Command
from mailuo.storage.system import counter

_NUMBER: ColumnElement[int] = bindparam("number", type_=counter.c.value.type)
_ROW = {"table": bindparam("table"), "group": bindparam("group"), "value": _NUMBER}


def _statements(follows: ColumnElement[int]) -> Mapping[str, Command]:
    """Insert the first number of a group, or let this one follow; the answer is the row's number."""
    key, value = (counter.c.table, counter.c.group), counter.c.value
    lite = sqlite.insert(counter).values(_ROW).on_conflict_do_update(index_elements=key, set_={"value": follows})
    post = postgresql.insert(counter).values(_ROW).on_conflict_do_update(index_elements=key, set_={"value": follows})
    return {"sqlite": Command(lite.returning(value)), "postgresql": Command(post.returning(value))}


NEXT = (
    postgresql.insert(counter)
    .values({"table": bindparam("counted_table"), "group": bindparam("counted_group"), "value": 1})
    .on_conflict_do_update(index_elements=(counter.c.table, counter.c.group), set_={"value": counter.c.value + 1})
    .returning(counter.c.value)
    .cte("next_number")
)
"""The next number of the group that `counted` names, taken by the very statement in which this stands: on PostgreSQL."""
_TAKE = _statements(counter.c.value + _NUMBER)
_LIFT = _statements(case((counter.c.value < _NUMBER, _NUMBER), else_=counter.c.value))
_PUT = _statements(_NUMBER)


def take(connection: Connection, table: str, group: str, count: int = 1) -> int:
    """The first of `count` fresh numbers of the group; they begin with 1."""
    return _run(connection, _TAKE, table, group, count) - count + 1


def counted(table: str, group: str) -> Mapping[str, str]:
    """The named values that NEXT asks for."""
    return {"counted_table": table, "counted_group": group}


def lift(connection: Connection, table: str, group: str, number: int) -> None:
    """Sees to it that the numbers given from now on are greater than this one."""
    _run(connection, _LIFT, table, group, number)


def put(connection: Connection, table: str, group: str, number: int) -> None:
    """Sets the last number given out, be it lower than before."""
    _run(connection, _PUT, table, group, number)


def _run(connection: Connection, statements: Mapping[str, Command], table: str, group: str, number: int) -> int:
    values = {"table": table, "group": group, "number": number}
    return int(statements[connection.dialect.name].answer(connection, values)[0][0])

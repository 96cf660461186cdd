"""Searching: one box over all tables, for what people hold in their hands: a key, a number on a label, a phone's tail.

Only fields that an index serves are looked into, by their beginning; phones by their last digits too. What the actor
may not ask is not searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, bindparam, literal, select

from mailuo.fields import Text as TextField
from mailuo.fields.barcode import Barcode
from mailuo.fields.phone import Phone
from mailuo.fields.text import control_problem
from mailuo.metadata.model import Field, Table
from mailuo.records.actor import Actor
from mailuo.records.messages import BadQuestion
from mailuo.records.policy import TableAccess
from mailuo.records.reach import Reach, named
from mailuo.records.running import Running
from mailuo.storage.declared import unique_groups
from mailuo.storage.prepared import Prepared

_AFTER_ALL = "\U0010ffff"
_SHORTEST_TAIL = 4
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, and the field that it was found by."""

    table: str
    record: str
    key: str
    field: str
    value: str


@dataclass(frozen=True)
class Search:
    """One actor's search."""

    connection: Connection
    running: Running
    actor: Actor
    now: datetime

    def hits(self, text: str, most: int) -> list[Hit]:
        """At most so many records a table, exact matches first; refuses characters that nothing can hold."""
        sought = text.strip()[:_LONGEST]
        problem = control_problem(sought)
        if problem:
            raise BadQuestion(problem)
        found: dict[tuple[str, str], Hit] = {}
        for access in self.running.policy.access(self.actor).tables.values() if sought else ():
            for hit in self._in(access, sought, most):
                found.setdefault((hit.table, hit.record), hit)
        return sorted(found.values(), key=lambda hit: hit.value != sought)

    def _in(self, access: TableAccess, sought: str, most: int) -> Iterator[Hit]:
        for field in searched(access):
            yield from self._by(access, field, "begins", {"low": sought, "high": sought + _AFTER_ALL}, most)
            if isinstance(field.type, Phone) and sought.isdigit() and len(sought) >= _SHORTEST_TAIL:
                yield from self._by(access, field, "ends", {"tail": sought}, most)

    def _by(self, access: TableAccess, field: Field, way: str, values: dict[str, object], most: int) -> Iterator[Hit]:
        who = None if self.actor.sees_everything else frozenset(self.actor.roles)
        name = ("search", who, access.table.id, field.id, way, most)
        statement = self.running.once(name, lambda: self._statement(access, field, way, most))
        for row in statement.run(self.connection, {**values, **named(self.actor, self.now)}):
            yield Hit(access.table.id, str(row[0]), str(row[1] or row[0]), field.id, str(row[2]))

    def _statement(self, access: TableAccess, field: Field, way: str, most: int) -> Prepared:
        table = access.table.id
        declared, reach = (
            self.running.tables[table],
            Reach.of(self.running, table, self.running.context(self.now, self.actor)),
        )
        column = declared.fields[field.id]
        fits: ColumnElement[bool] = column.like(literal("%").concat(bindparam("tail", "", type_=Text)))
        if way == "begins":
            fits = (column >= bindparam("low", "", type_=Text)) & (column < bindparam("high", "", type_=Text))
        key = self.running.key_column(table)
        query = (
            select(declared.id.label("a"), key.label("b"), column.label("c"))
            .where(fits, *reach.visible(access))
            .limit(most)
        )
        return Prepared(query, self.connection.dialect)


def searched(access: TableAccess) -> list[Field]:
    """The fields of a table that are searched: text that an index leads with, or that is made to be read off."""
    if not access.sees:
        return []
    leading = {group[0] for group in unique_groups(access.table)}
    return [
        field
        for field in access.table.fields.values()
        if _is_searched(access.table, field, leading) and access.asks(field.id)
    ]


def _is_searched(table: Table, field: Field, leading: set[str]) -> bool:
    if not isinstance(field.type, TextField):
        return False
    return field.id in leading or field.index or isinstance(field.type, Phone | Barcode)

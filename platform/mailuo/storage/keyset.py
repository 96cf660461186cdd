"""Keyset paging: the order of a list with blanks last both ways, and the condition of what lies behind a row.

A page is fetched in two phases, rows whose leading value is there and rows where it is blank. So the database never
sorts by "is blank" first, and an index on the leading column serves the page however deep it lies.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, false, or_, tuple_
from sqlalchemy.sql.elements import ColumnElement


@dataclass(frozen=True)
class SortColumn:
    """One step of an order; `blank` says whether its value can be blank at all."""

    column: ColumnElement[Any]
    descending: bool = False
    blank: bool = True


@dataclass(frozen=True)
class Phase:
    """One part of a page: which rows, in which order."""

    where: ColumnElement[bool] | None
    order_by: tuple[ColumnElement[Any], ...]


@dataclass(frozen=True)
class Keyset:
    """An order made total by the record's id, which runs the way of the last step."""

    steps: tuple[SortColumn, ...]
    id: ColumnElement[Any]

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """What a row must show so that a page can begin behind it."""
        return (*(step.column for step in self.steps), self.id)

    def order_by(self) -> tuple[ColumnElement[Any], ...]:
        """The whole order, for a list that is fetched at once."""
        return tuple(_ordered(self._all()))

    def phases(self, after: Sequence[object] | None = None) -> Iterator[Phase]:
        """The parts of the list behind a row (its `columns`), to be fetched one after the other."""
        leading, *rest = self._all()
        if not leading.blank:
            yield Phase(None if after is None else _behind(self._all(), after), tuple(_ordered(self._all())))
            return
        known = SortColumn(leading.column, leading.descending, blank=False)
        if after is None or after[0] is not None:
            behind = [_behind([known, *rest], after)] if after is not None else []
            yield Phase(and_(leading.column.is_not(None), *behind), tuple(_ordered([known, *rest])))
            after = None
        behind = [_behind(rest, after[1:])] if after is not None else []
        yield Phase(and_(leading.column.is_(None), *behind), tuple(_ordered(rest)))

    def _all(self) -> list[SortColumn]:
        descending = self.steps[-1].descending if self.steps else False
        return [*self.steps, SortColumn(self.id, descending, blank=False)]


def fetch(
    connection: Connection, query: Select[Any], keyset: Keyset, after: Sequence[object] | None, limit: int
) -> list[Row[Any]]:
    """At most `limit` rows of the query behind a row, in the order of the keyset."""
    rows: list[Row[Any]] = []
    for phase in keyset.phases(after):
        part = query if phase.where is None else query.where(phase.where)
        rows += connection.execute(part.order_by(*phase.order_by).limit(limit - len(rows))).all()
        if len(rows) >= limit:
            break
    return rows


def _ordered(steps: Sequence[SortColumn]) -> Iterator[ColumnElement[Any]]:
    for step in steps:
        if step.blank:
            yield step.column.is_(None)
        yield step.column.desc() if step.descending else step.column.asc()


def _behind(steps: Sequence[SortColumn], after: Sequence[object]) -> ColumnElement[bool]:
    """Rows that come after the one with these values."""
    if not any(step.blank for step in steps) and len({step.descending for step in steps}) == 1:
        return _beyond(steps, after)
    conditions: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for step, value in zip(steps, after, strict=True):
        conditions.append(and_(*equal, _greater(step, value)))
        equal.append(step.column.is_(None) if value is None else step.column == value)
    return or_(*conditions)


def _beyond(steps: Sequence[SortColumn], after: Sequence[object]) -> ColumnElement[bool]:
    """The comparison of whole rows, which an index serves as one range."""
    if len(steps) == 1:
        return _greater(steps[0], after[0])
    row, values = tuple_(*(step.column for step in steps)), tuple_(*after, types=[step.column.type for step in steps])
    return row < values if steps[0].descending else row > values


def _greater(step: SortColumn, value: object) -> ColumnElement[bool]:
    if value is None:
        return false()
    further = step.column < value if step.descending else step.column > value
    return or_(further, step.column.is_(None)) if step.blank else further

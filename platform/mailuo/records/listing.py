"""Listings: pages of records by keyset, prepared once for each question and kind of actor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, bindparam, select

from mailuo.fields.text import control_problem
from mailuo.records.actor import Actor
from mailuo.records.cursor import Cursor, opened, plain_after
from mailuo.records.messages import UNKNOWN_TABLE, NoSuchThing
from mailuo.records.query import Query, Question, read_question
from mailuo.records.reach import named
from mailuo.records.running import Running
from mailuo.records.selection import Asked, Selection, selection
from mailuo.records.several import given
from mailuo.records.shape import KEY, Record, all_json
from mailuo.storage.counts import Count, count
from mailuo.storage.driver import Raw
from mailuo.storage.keyset import Keyset, SortColumn
from mailuo.storage.prepared import Prepared, from_driver

MOST_KEYS = 200_000
_STREAMED = 1_000


@dataclass(frozen=True)
class Page:
    """Some records, the cursor of what follows them, and how many there are in all where that was asked."""

    records: Sequence[Record]
    next: str | None = None
    count: Count | None = None

    def json(self) -> list[dict[str, object]]:
        """The records as the API writes them."""
        return all_json(self.records)


@dataclass(frozen=True)
class Names:
    """All records that answer a question, by id and by key, in order."""

    ids: Sequence[str]
    keys: Sequence[str]


@dataclass(frozen=True)
class Listing:
    """One question of one kind of actor about one table."""

    running: Running
    actor: Actor
    table: str
    query: Query
    secret: bytes

    def page(self, connection: Connection, now: datetime) -> Page:
        """The page that the query asks for."""
        start = self._start(now)
        rows = self._rows(connection, start, self.query.limit + 1, now)
        shown = rows[: self.query.limit]
        chosen = self._selection(connection, start.now)
        records = chosen.records(connection, shown, self.actor, start.now, now)
        following = self._next(connection, shown[-1], start.now) if len(rows) > len(shown) else None
        return Page(records, following, self._count(connection, start.now, now) if self.query.count else None)

    def names(self, connection: Connection, now: datetime) -> Names:
        """The ids and keys of all records in order, at most 200,000."""
        lean = replace(self, query=replace(self.query, fields=(), expand=()))
        rows = lean._rows(connection, lean._start(now), MOST_KEYS, now)
        return Names([str(row[0]) for row in rows], [str(row[KEY]) for row in rows])

    def with_ids(self, connection: Connection, now: datetime) -> Page:
        """The records with the given keys or ids that answer the question, in the order given; the others are left out."""
        start = self._start(now)
        wanted = [each for each in self.query.ids or () if not control_problem(each)]
        chosen = self._selection(connection, start.now)
        columns = {self.running.key_column(self.table), self.running.tables[self.table].id}
        rows: dict[str, Raw] = {}
        for column in columns:
            statement = self.running.once((*self._name, "among", column.name), partial(self._among, chosen, column))
            keys = {"keys": given(wanted, self.running.dialect)}
            found = statement.run(connection, {**keys, **self._given(start.now, now)})
            rows |= {str(row[0 if column.name == "id" else KEY]): row for row in found}
        shown = list({row[0]: row for row in (rows[each] for each in wanted if each in rows)}.values())
        records = chosen.records(connection, shown, self.actor, start.now, now)
        return Page(records, count=Count(len(shown), True) if self.query.count else None)

    def stream(self, connection: Connection, now: datetime) -> Iterator[Record]:
        """All records in order, a thousand at a time in memory."""
        start = self._start(now)
        chosen = self._selection(connection, now)
        while rows := self._rows(connection, start, _STREAMED, now):
            yield from chosen.records(connection, rows, self.actor, start.now, now)
            if len(rows) < _STREAMED:
                return
            start = replace(start, after=self._after(connection, rows[-1], start.now))

    # The question

    @property
    def _asked(self) -> Asked:
        return Asked(self.actor, self.table, self.query.fields, self.query.expand)

    @property
    def _name(self) -> tuple[object, ...]:
        return ("list", *self._asked.name, self.query.filter, self.query.sort, self.query.view)

    @property
    def _question(self) -> Question:
        if not self.running.access(self.actor, self.table).sees:
            raise NoSuchThing(UNKNOWN_TABLE(found=self.table))
        return self.running.once(
            ("question", *self._name), lambda: read_question(self.running, self.actor, self.table, self.query)
        )

    def _selection(self, connection: Connection, now: datetime) -> Selection:
        return selection(self.running, self._asked, connection, now)

    def _given(self, now: datetime, seen_at: datetime) -> dict[str, object]:
        return named(self.actor, now, seen_at)

    # Where a page begins

    def _start(self, now: datetime) -> Cursor:
        question = self._question
        if self.query.cursor is None:
            return Cursor((), now)
        return opened(self.query.cursor, self.secret, self._digest(question))

    def _digest(self, question: Question) -> str:
        """What a cursor is bound to: the revision, the table, who asks, the filter and the order."""
        return self.running.once(("digest", self.actor.roles, *self._name), lambda: self._digested(question))

    def _digested(self, question: Question) -> str:
        order = [(key.formula.text, key.descending) for key in question.order]
        roles = sorted(self.actor.roles)
        parts = (self.running.number, self.table, roles, self.query.filter, self.query.view, order)
        return sha256(repr(parts).encode()).hexdigest()

    def _next(self, connection: Connection, row: Raw, now: datetime) -> str:
        cursor = Cursor(self._after(connection, row, now), now)
        return cursor.sealed(self.secret, self._digest(self._question))

    def _after(self, connection: Connection, row: Raw, now: datetime) -> tuple[object, ...]:
        chosen = self._selection(connection, now)
        columns = self._keyset(chosen).columns
        converts = [from_driver(column.type, connection.dialect) for column in columns]
        pairs = zip(converts, row[chosen.further :], strict=True)
        return tuple(convert(value) if convert and value is not None else value for convert, value in pairs)

    # The SQL

    def _rows(self, connection: Connection, start: Cursor, limit: int, seen_at: datetime) -> list[Raw]:
        """The rows from there: the cursor's moment is the question's; who sees them is judged at `seen_at`."""
        values = {f"after{position}": value for position, value in enumerate(start.after)} | self._given(start.now, seen_at)
        rows: list[Raw] = []
        there = plain_after(start.after)
        phases = self.running.once((*self._name, there), lambda: self._prepared(connection, start.now, there))
        for phase in phases:
            rows += phase.run(connection, {**values, "most": limit - len(rows)})
            if len(rows) >= limit:
                break
        return rows

    def _prepared(self, connection: Connection, now: datetime, there: Sequence[bool]) -> tuple[Prepared, ...]:
        """The statements of a page that begins behind a row whose sort values are there, or blank."""
        chosen = self._selection(connection, now)
        keyset = self._keyset(chosen)
        query = chosen.statement(*keyset.columns).where(*self._conditions(chosen))
        after = [
            bindparam(f"after{position}", None, type_=keyset.columns[position].type) if known else None
            for position, known in enumerate(there)
        ]
        return tuple(
            chosen.prepared(
                (query if phase.where is None else query.where(phase.where))
                .order_by(*phase.order_by)
                .limit(bindparam("most", 0, type_=BigInteger))
            )
            for phase in keyset.phases(after if there else None)
        )

    def _among(self, chosen: Selection, column: ColumnElement[Any]) -> Prepared:
        return chosen.among(column, *self._conditions(chosen))

    def _keyset(self, chosen: Selection) -> Keyset:
        declared = self.running.tables[self.table]

        def make() -> Keyset:
            order = self._question.order
            steps = [SortColumn(chosen.reach.formula(key.formula), key.descending) for key in order]
            return Keyset(tuple(steps) or (SortColumn(declared.created_at, True, blank=False),), declared.id)

        return self.running.once((*self._name, "keyset"), make)

    def _conditions(self, chosen: Selection) -> list[ColumnElement[Any]]:
        return [chosen.reach.formula(condition) for condition in self._question.conditions]

    def _count(self, connection: Connection, now: datetime, seen_at: datetime) -> Count:
        chosen = self._selection(connection, now)
        reach = replace(chosen.reach, context=self.running.context(now, self.actor, seen_at))
        conditions = [reach.formula(condition) for condition in self._question.conditions]
        query = select(self.running.tables[self.table].id).where(*reach.visible(chosen.access), *conditions)
        return count(connection, query)

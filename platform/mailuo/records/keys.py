"""Keys: the one identity of a record, made from its values and the next number of its group."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, func, select

from mailuo.metadata.key_pattern import UNITS, KeyPattern, parse_pattern, written
from mailuo.metadata.model import Table
from mailuo.records.running import Running
from mailuo.storage import counters

Values = Mapping[str, object]
_UNIT_FORMATS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a record's values give to its key: the texts of fields, and the local days of date fields."""

    texts: Mapping[str, str]
    days: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A key that the statement makes which writes its row: it takes the number in the same breath."""

    column: str
    made: ColumnElement[str]
    values: Mapping[str, str]
    """The named values that `made` asks for."""


@dataclass(frozen=True)
class KeyMaker:
    """Makes the keys of one table."""

    running: Running
    table: Table
    pattern: KeyPattern
    restart: tuple[str, ...]

    @classmethod
    def of(cls, running: Running, table: Table) -> "KeyMaker | None":
        """The maker of a table's keys, or None where they are entered or the id serves."""
        if table.key is None or table.key.pattern is None:
            return None
        pattern = parse_pattern(table.key.pattern)
        assert isinstance(pattern, KeyPattern), "checked when it was declared"
        return cls(running, table, pattern, table.key.restart)

    @property
    def column(self) -> str:
        """The column that holds the keys."""
        assert self.table.key is not None
        return self.running.tables[self.table.id].fields[self.table.key.field].name

    def give(
        self, connection: Connection, born: Sequence[tuple[str, Values]], *, careful: bool = False
    ) -> Mapping[str, str]:
        """The keys of new records (id, values) that brought none, by id.

        Groups are taken in one order, so that no two writers wait for each other. With `careful` numbers are left out
        whose key somebody bears already, because it was brought by an import although it does not fit its record.
        """
        assert self.table.key is not None
        found: dict[str, str] = {}
        groups: dict[str, list[tuple[str, _Parts]]] = {}
        for record, values in born:
            if values.get(self.table.key.field) is None:
                parts = self._parts(values)
                groups.setdefault(self._group(parts), []).append((record, parts))
        for group in sorted(groups):
            members = groups[group]
            texts = self._taken(connection, group, [parts for _, parts in members])
            while careful and self.pattern.counts and (borne := self._borne(connection, texts)):
                again = [place for place, text in enumerate(texts) if text in borne]
                fresh = self._taken(connection, group, [members[place][1] for place in again])
                for place, text in zip(again, fresh, strict=True):
                    texts[place] = text
            found |= {record: text for (record, _), text in zip(members, texts, strict=True)}
        return found

    def awaited(self, values: Values) -> Awaited | None:
        """The key of a new record, for PostgreSQL to make; None elsewhere, and where it is brought or holds no number."""
        assert self.table.key is not None
        brought = values.get(self.table.key.field) is not None
        if brought or not self.pattern.counts or self.running.dialect != "postgresql":
            return None
        parts = self._parts(values)
        before, after = self.pattern.around(parts.texts, parts.days)
        named = {**counters.counted(self.table.id, self._group(parts)), "before_number": before, "after_number": after}
        return Awaited(self.column, self._made, named)

    @cached_property
    def _made(self) -> ColumnElement[str]:
        number = cast(counters.NEXT.c.value, Text())
        padded = func.lpad(number, func.greatest(self.pattern.digits, func.length(number)), "0", type_=Text())
        before, after = (bindparam(name, type_=Text()) for name in ("before_number", "after_number"))
        return select(before + padded + after).scalar_subquery()

    def _taken(self, connection: Connection, group: str, members: Sequence[_Parts]) -> list[str]:
        """The keys of some records of a group, with the next numbers."""
        first = counters.take(connection, self.table.id, group, len(members)) if self.pattern.counts else 0
        return [self.pattern.render(parts.texts, parts.days, first + place) for place, parts in enumerate(members)]

    def _borne(self, connection: Connection, texts: Sequence[str]) -> set[str]:
        """Those of the keys that some record bears already."""
        column = self.running.key_column(self.table.id)
        return set(connection.scalars(select(column).where(column.in_(texts))))

    def lift(self, connection: Connection, brought: Sequence[Values]) -> None:
        """Lets the counters follow keys that an import brought and that fit the pattern."""
        assert self.table.key is not None
        highest: dict[str, int] = {}
        for values in brought:
            parts = self._parts(values)
            number = self.pattern.number_in(str(values.get(self.table.key.field)), parts.texts, parts.days)
            if number is not None:
                group = self._group(parts)
                highest[group] = max(number, highest.get(group, 0))
        for group in sorted(highest):
            counters.lift(connection, self.table.id, group, highest[group])

    def _group(self, parts: _Parts) -> str:
        """The group whose numbers follow each other."""
        return group_of(tuple([self._restart(name, parts) for name in self.restart]))

    def _restart(self, name: str, parts: _Parts) -> str:
        if name in UNITS and self.pattern.date_field and name not in self.pattern.fields:
            return written(parts.days[self.pattern.date_field], _UNIT_FORMATS[name])
        return parts.days[name].isoformat() if name in parts.days else parts.texts[name]

    def _parts(self, values: Values) -> _Parts:
        given = {name: values.get(name) for name in self.pattern.fields}
        days = {name: day for name, value in given.items() if (day := self._day(value))}
        return _Parts({name: _text(value) for name, value in given.items()}, days)

    def _day(self, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.astimezone(self.running.zone).date()
        return value if isinstance(value, date) else None


@lru_cache(1000)
def group_of(parts: tuple[str, ...]) -> str:
    """The name of a counter's group: what it restarts by, in the declared order."""
    return json.dumps(parts, ensure_ascii=False)


def _text(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)

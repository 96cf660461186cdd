"""Keys: the one identity of a record, made from its values and the next number of its group."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from mailuo.metadata.key_pattern import UNITS, KeyPattern, parse_pattern
from mailuo.metadata.model import Table
from mailuo.records.running import Running
from mailuo.storage import counters

Values = Mapping[str, object]
_UNIT_FORMATS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}


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
        groups: dict[str, list[tuple[str, Values]]] = {}
        for record, values in born:
            if values.get(self.table.key.field) is None:
                groups.setdefault(self.group(values), []).append((record, values))
        for group in sorted(groups):
            members = groups[group]
            texts = self._taken(connection, group, [values for _, values in members])
            while careful and self.pattern.counts and (borne := self._borne(connection, texts)):
                again = [place for place, text in enumerate(texts) if text in borne]
                fresh = self._taken(connection, group, [members[place][1] for place in again])
                for place, text in zip(again, fresh, strict=True):
                    texts[place] = text
            found |= {record: text for (record, _), text in zip(members, texts, strict=True)}
        return found

    def _taken(self, connection: Connection, group: str, members: Sequence[Values]) -> list[str]:
        """The keys of some records of a group, with the next numbers."""
        first = counters.take(connection, self.table.id, group, len(members)) if self.pattern.counts else 0
        return [self._key(values, first + place) for place, values in enumerate(members)]

    def _borne(self, connection: Connection, texts: Sequence[str]) -> set[str]:
        """Those of the keys that some record bears already."""
        column = self.running.key_column(self.table.id)
        return set(connection.scalars(select(column).where(column.in_(texts))))

    def lift(self, connection: Connection, brought: Sequence[Values]) -> None:
        """Lets the counters follow keys that an import brought and that fit the pattern."""
        assert self.table.key is not None
        highest: dict[str, int] = {}
        for values in brought:
            number = self.pattern.number_in(
                str(values.get(self.table.key.field)), self._texts(values), self._days(values)
            )
            if number is not None:
                group = self.group(values)
                highest[group] = max(number, highest.get(group, 0))
        for group in sorted(highest):
            counters.lift(connection, self.table.id, group, highest[group])

    def group(self, values: Values) -> str:
        """The group whose numbers follow each other."""
        texts, days = self._texts(values), self._days(values)
        return group_of([self._restart(name, texts, days) for name in self.restart])

    def _restart(self, name: str, texts: Mapping[str, str], days: Mapping[str, date]) -> str:
        if name in UNITS and self.pattern.date_field and name not in self.pattern.fields:
            return f"{days[self.pattern.date_field]:{_UNIT_FORMATS[name]}}"
        return days[name].isoformat() if name in days else texts[name]

    def _key(self, values: Values, number: int) -> str:
        return self.pattern.render(self._texts(values), self._days(values), number)

    def _texts(self, values: Values) -> dict[str, str]:
        return {name: _text(values.get(name)) for name in self.pattern.fields}

    def _days(self, values: Values) -> dict[str, date]:
        return {name: day for name in self.pattern.fields if (day := self._day(values.get(name)))}

    def _day(self, value: object) -> date | None:
        if isinstance(value, datetime):
            return value.astimezone(self.running.zone).date()
        return value if isinstance(value, date) else None


def group_of(parts: Sequence[str]) -> str:
    """The name of a counter's group: what it restarts by, in the declared order."""
    return json.dumps(list(parts), ensure_ascii=False)


def _text(value: object) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)

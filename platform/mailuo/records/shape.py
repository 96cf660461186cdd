"""The shape of an answer: which members a record shows to whom, and how each is read from the driver's row.

A row begins with the record's id, key and version; then come the members' columns, the flags of rights that hold in
some rows only, and whatever the query needed besides. Converters are chosen once; a row is then only walked through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlalchemy.engine import Dialect

from mailuo.fields import FieldType
from mailuo.records.policy import Sight, TableAccess
from mailuo.records.writers import writer
from mailuo.storage.prepared import EMPTY, Convert, from_driver

ID, KEY, VERSION = 0, 1, 2
Step = tuple[str, int, Convert | None]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a record: its column, and the type that says how it is written (None: a system value)."""

    name: str
    column: ColumnElement[Any]
    type: FieldType | None = None
    sight: Sight = Sight.SHOWN


@dataclass(frozen=True, slots=True)
class _Steps:
    """How the rows with the same rights are read: as Python values and as JSON; and what is shown whole."""

    python: Sequence[Step]
    json: Sequence[Step]
    whole: frozenset[str]


@dataclass
class Shape:
    """How rows of one query become records."""

    members: Sequence[Member]
    access: TableAccess
    dialect: Dialect
    zone: ZoneInfo
    _steps: dict[tuple[bool, ...], "_Steps"] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """Where the members' columns begin."""
        return VERSION + 1

    @property
    def end(self) -> int:
        """Where the flags end."""
        return self.first + len(self.members) + (len(self.access.conditional) if self.access.varies else 0)

    @property
    def flags(self) -> slice:
        """Where the flags of the rights stand that hold in some rows only."""
        return slice(self.first + len(self.members), self.end)

    def values(self, row: Sequence[Any]) -> dict[str, object]:
        """The Python values of a row; what is masked is text."""
        return _walk(row, self._of(row).python)

    def json(self, row: Sequence[Any]) -> dict[str, object]:
        """The members of a row as JSON writes them."""
        return _walk(row, self._of(row).json)

    def all_json(self, rows: Sequence[Sequence[Any]]) -> list[dict[str, object]]:
        """The same for many rows; column by column, where all are read alike."""
        if self.access.varies or not rows:
            return [self.json(row) for row in rows]
        columns, steps = list(zip(*rows, strict=True)), self._of(rows[0]).json
        names = [name for name, _, _ in steps]
        shown = [_converted(columns[position], convert) for _, position, convert in steps]
        return [dict(zip(names, values, strict=True)) for values in zip(*shown, strict=True)]

    def whole(self, row: Sequence[Any]) -> frozenset[str]:
        """The members that are fully shown in a row."""
        return self._of(row).whole

    def _of(self, row: Sequence[Any]) -> "_Steps":
        flags = tuple(map(bool, row[self.flags])) if self.access.varies else ()
        found = self._steps.get(flags)
        if found is None:
            found = self._steps[flags] = self._made(flags)
        return found

    def _made(self, flags: tuple[bool, ...]) -> "_Steps":
        within = self.access.in_row(flags) if flags else None
        python: list[Step] = []
        json: list[Step] = []
        whole: set[str] = set()
        for position, member in enumerate(self.members, start=self.first):
            sight = within.sight(member.name) if within and member.type else member.sight
            if sight is Sight.HIDDEN:
                continue
            read = from_driver(member.column.type, self.dialect)
            python.append((member.name, position, _masked(member.type, read) if sight is Sight.MASKED else read))
            json.append((member.name, position, self._writer(member, read, sight)))
            if sight is Sight.SHOWN:
                whole.add(member.name)
        return _Steps(python, json, frozenset(whole))

    def _writer(self, member: Member, read: Convert | None, sight: Sight) -> Convert | None:
        """What makes JSON of a driver's value; None where it is JSON already."""
        if sight is Sight.MASKED:
            return _masked(member.type, read)
        return writer(member.column.type, member.type, self.dialect, self.zone)


def _walk(row: Sequence[Any], steps: Sequence[Step]) -> dict[str, object]:
    answer: dict[str, object] = {}
    for name, position, convert in steps:
        value = row[position]
        answer[name] = value if value is None or convert is None else convert(value)
    return answer


def _masked(type_: FieldType | None, read: Convert | None) -> Convert:
    assert type_ is not None
    return type_.mask if read is None else (lambda raw: type_.mask(read(raw)))


def _converted(column: Sequence[Any], convert: Convert | None) -> Sequence[object]:
    return column if convert is None else [None if value is None else convert(value) for value in column]


class Record(NamedTuple):
    """A record as one actor may see it: what is hidden is absent, what is masked is masked text."""

    shape: Shape
    row: Sequence[Any]
    more: Mapping[str, object] = EMPTY

    @property
    def id(self) -> str:
        """The id, which every record has."""
        return str(self.row[ID])

    @property
    def key(self) -> str:
        """The key's value, or the id where the table has no key."""
        return str(self.row[KEY] or self.row[ID])

    @property
    def version(self) -> int:
        """How many times its fields were written."""
        return int(self.row[VERSION])

    @property
    def values(self) -> Mapping[str, object]:
        """Its members as Python values; gathered ones (children, files, expanded links) as JSON has them."""
        return {**self.shape.values(self.row), **self.more}

    def json(self) -> dict[str, object]:
        """The record as the API writes it."""
        answer = self.shape.json(self.row)
        answer.update(self.more)
        return answer


def all_json(records: Sequence[Record]) -> list[dict[str, object]]:
    """The records of one query as the API writes them."""
    if not records:
        return []
    answers = records[0].shape.all_json([record.row for record in records])
    for answer, record in zip(answers, records, strict=True):
        if record.more:
            answer.update(record.more)
    return answers

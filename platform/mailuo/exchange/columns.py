"""Columns: which field each column of a file means, and how its cells are read. Pure."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from mailuo.base.near import nearest
from mailuo.base.problems import Problem, Problems
from mailuo.exchange.messages import (
    DOUBLE_COLUMN,
    NEEDS_KEY,
    NO_SUCH_COLUMN,
    NO_SUCH_COLUMN_NEAR,
    SHORTENED,
    UNKNOWN_COLUMN,
    UNKNOWN_COLUMN_NEAR,
)
from mailuo.exchange.source import ABSENT
from mailuo.fields import Computed
from mailuo.fields.json_value import JsonValue
from mailuo.formulas.columns import ColumnKind
from mailuo.metadata.model import Field, Table
from mailuo.metadata.outline import RESERVED
from mailuo.records.messages import FIELD_NOT_PERMITTED, MASKED_FIELD
from mailuo.records.policy import Sight, TableAccess

NOTE = "#"
"""A column whose name begins so is a remark beside the data, such as why a row was returned."""
_SHORT = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+\d{2,3}", re.ASCII)
_MOST_EXACT = 10**15
_SHAPED = (ColumnKind.LIST, ColumnKind.JSON)
Read = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is taken in: where it stands, its header, its field."""

    place: int
    header: str
    field: Field
    read: Read


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that are taken in, and those that are known but given by the system, or named by nobody."""

    taken: tuple[Column, ...]
    left_out: tuple[str, ...] = ()

    def header_of(self, field: str | None) -> str:
        """The header under which a field stands; the field itself where it has no column."""
        return next((column.header for column in self.taken if column.field.id == field), field or "")

    def values(self, cells: Sequence[object]) -> dict[str, object] | Problem:
        """The raw values of a row by field, or what is wrong with a cell; a short row is blank at its end."""
        values: dict[str, object] = {}
        count = len(cells)
        for column in self.taken:
            value = column.read(cells[column.place]) if column.place < count else None
            if isinstance(value, Problem):
                return replace(value, field=column.field.id)
            if value is not ABSENT:
                values[column.field.id] = value
        return values


@dataclass(frozen=True)
class Matching:
    """Finds the fields of one table for an actor's columns."""

    table: Table
    access: TableAccess
    upsert: bool = False

    def match(self, headers: Sequence[str], mapping: Mapping[str, str | None] | None) -> Columns | Problems:
        """The columns, or everything that is wrong with the header. What a mapping does not name may be left out."""
        problems: list[Problem] = []
        wanted = self._mapped(headers, mapping or {}, problems)
        taken: dict[str, Column] = {}
        left_out: list[str] = []
        for place, header in enumerate(headers):
            name = wanted.get(header, header)
            if not header or header.startswith(NOTE):
                continue
            found = None if name is None else self._field(name)
            if found is None:
                if name is None or self._is_given(name) or (mapping and header not in wanted):
                    left_out.append(header)
                else:
                    problems.append(self._unknown(name, header))
                continue
            self._take(Column(place, header, found, reader_of(found)), taken, left_out, problems)
        problems += self._key_problem(taken)
        return tuple(problems) or Columns(tuple(taken.values()), tuple(left_out))

    def _take(self, column: Column, taken: dict[str, Column], left_out: list[str], problems: list[Problem]) -> None:
        field = column.field
        if isinstance(field.type, Computed) or field.type.column is None:
            left_out.append(column.header)
        elif self.access.sight(field.id) is Sight.MASKED:
            problems.append(MASKED_FIELD(field=column.header, title=field.title))
        elif not self._may_write(field):
            problems.append(FIELD_NOT_PERMITTED(field=column.header, title=field.title))
        elif field.id in taken:
            problems.append(DOUBLE_COLUMN(field=column.header, found=column.header, other=taken[field.id].header))
        else:
            taken[field.id] = column

    def _may_write(self, field: Field) -> bool:
        return self.access.gives(field.id) or (self.upsert and self.access.changes(field.id))

    def _mapped(
        self, headers: Sequence[str], mapping: Mapping[str, str | None], problems: list[Problem]
    ) -> Mapping[str, str | None]:
        """The mapping by the headers as the file writes them."""
        by_name = {plain(header): header for header in headers}
        wanted: dict[str, str | None] = {}
        for name, field in mapping.items():
            header = by_name.get(plain(name))
            if header is not None:
                wanted[header] = field
                continue
            near = nearest(name, headers)
            said = NO_SUCH_COLUMN_NEAR(found=name[:60], near=near) if near else NO_SUCH_COLUMN(found=name[:60])
            problems.append(said)
        return wanted

    def _field(self, name: str) -> Field | None:
        """The field of an id, else of a title that only one field bears, as far as the actor knows it."""
        fields = [self.table.fields[key] for key in self.access.readable]
        wanted = plain(name)
        by_id = next((field for field in fields if plain(field.id) == wanted), None)
        titled = [field for field in fields if plain(field.title) == wanted]
        return by_id or (titled[0] if len(titled) == 1 else None)

    def _is_given(self, name: str) -> bool:
        """Whether the system gives what a column names: the status, a node's time, who changed it when."""
        flow, wanted = self.table.flow, plain(name)
        names = {*RESERVED, *(_told(flow.nodes) if flow else ()), *(_told(flow.exits) if flow else ())}
        return wanted in {plain(each) for each in names}

    def _unknown(self, name: str, header: str) -> Problem:
        fields = [self.table.fields[key] for key in self.access.readable]
        near = nearest(name, [*(field.id for field in fields), *(field.title for field in fields)])
        if near:
            return UNKNOWN_COLUMN_NEAR(field=header, found=name[:60], near=near)
        return UNKNOWN_COLUMN(field=header, found=name[:60])

    def _key_problem(self, taken: Mapping[str, Column]) -> Iterator[Problem]:
        key = self.table.key
        if self.upsert and key and key.field not in taken:
            yield NEEDS_KEY(title=self.table.fields[key.field].title)


def plain(name: str) -> str:
    """A name without what people write differently: case, blanks, wide letters."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def reader_of(field: Field) -> Read:
    """How a cell of this field's column is read before the field's type parses it; blank is None."""
    kind = field.type.column
    if kind is ColumnKind.TEXT:
        return _text
    if kind is ColumnKind.MOMENT:
        return midnight
    if kind in _SHAPED and not isinstance(field.type, JsonValue):
        return _shaped
    return _blank


def _blank(cell: object) -> object:
    return None if cell == "" else cell


def midnight(cell: object) -> object:
    """A moment; a day of a spreadsheet, which drops a time of nought, is its midnight."""
    return datetime.combine(cell, time()) if type(cell) is date else _blank(cell)


def _text(cell: object) -> object:
    """A text; a number that a spreadsheet has shortened is refused."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        if cell and cell[-1].isdigit() and "+" in cell and _SHORT.fullmatch(cell):
            return SHORTENED(found=cell[:40])
        return cell or None
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= _MOST_EXACT:
        return SHORTENED(found=cell) if isinstance(cell, float) else cell
    return cell


def _shaped(cell: object) -> object:
    """A list or an object, written as JSON in its cell."""
    if isinstance(cell, str) and cell[:1] in ("[", "{"):
        return _loaded(cell)
    return _blank(cell)


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _told(named: Mapping[str, object]) -> Iterator[str]:
    for key, each in named.items():
        yield key
        yield str(getattr(each, "title", key))

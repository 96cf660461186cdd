"""Members: what names in a rule stand for while it runs, and what a path that begins with one comes to.

Rows are read as the system sees them, in the transaction of the step, be they in the trash: one query for each row.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, select

from mailuo.base.moments import format_duration, format_moment
from mailuo.formulas import Context, Formula, evaluate
from mailuo.formulas.columns import ColumnKind, column_type
from mailuo.formulas.numbers import plain
from mailuo.formulas.outside import member, text_of
from mailuo.formulas.postgres import column_of
from mailuo.formulas.sql import to_sql
from mailuo.formulas.tree import Read, nodes
from mailuo.records.actor import SYSTEM
from mailuo.records.reach import Reach
from mailuo.records.running import Running

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowMember:
    """A row of a table, or none."""

    table: str
    id: str | None

    def json(self) -> dict[str, Any]:
        """How a run keeps it."""
        return {"row": self.id, "table": self.table}


@dataclass(frozen=True, slots=True)
class OutsideMember:
    """What came from outside: any member may be asked for."""

    value: Any

    def json(self) -> dict[str, Any]:
        """How a run keeps it."""
        return {"outside": self.value}


@dataclass(frozen=True, slots=True)
class NumberMember:
    """A count."""

    number: int

    def json(self) -> dict[str, Any]:
        """How a run keeps it."""
        return {"number": self.number}


Member = RowMember | OutsideMember | NumberMember


def member_of(kept: Mapping[str, Any]) -> Member:
    """The member that a run has kept."""
    if "number" in kept:
        return NumberMember(int(kept["number"]))
    return RowMember(str(kept["table"]), kept["row"]) if "table" in kept else OutsideMember(kept.get("outside"))


@dataclass(frozen=True)
class Members:
    """The names of a run in one transaction, over the fields of the record that started it."""

    connection: Connection
    running: Running
    now: datetime
    table: str | None
    record: str
    named: Mapping[str, Member] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        """What formulas are evaluated in."""
        return self.running.context(self.now, SYSTEM)

    @property
    def own(self) -> RowMember | None:
        """The record that started the run."""
        return None if self.table is None else RowMember(self.table, self.record or None)

    def reader(self, paths: Iterable[Path]) -> Callable[[Path], object]:
        """What gives the value of each of these paths."""
        found: dict[Path, object] = {}
        wanted: dict[RowMember, list[Path]] = {}
        for path in set(paths):
            owner, rest = self.owner(path)
            if isinstance(owner, RowMember):
                wanted.setdefault(owner, []).append(path)
            else:
                found[path] = _of_outside(owner, rest)
        for row, its_paths in wanted.items():
            found |= self._read(row, its_paths)
        return found.get

    def holds(self, condition: Formula | None) -> bool:
        """Whether a condition is true; one that is not written is."""
        return condition is None or evaluate(condition, self.reader(condition.reads), self.context) is True

    def rows(self, table: str, where: Formula | None) -> list[str]:
        """The ids of the rows of a table for which a condition holds, in order of birth."""
        declared = self.running.tables[table]
        query = select(declared.id).where(declared.deleted_at.is_(None)).order_by(declared.id)
        if where is not None:
            query = query.where(self.true_of(table, where))
        return list(self.connection.scalars(query))

    def true_of(self, table: str, where: Formula) -> ColumnElement[bool]:
        """That a condition holds of a row of a table; with no record of its own, `record` is that row."""
        return to_sql(where, self._columns(table, where), self.running.dialect, self.context)

    def owner(self, path: Path) -> tuple[Member | None, Path]:
        """Whose member a path is, and the way from there."""
        known = self.named.get(path[0])
        if known is not None:
            return known, path[1:]
        if path[0] == "record" and (len(path) > 1 or not self._has(path[0])):
            return self.own, path[1:]
        return self.own, path

    def in_text(self, path: Path, value: object) -> object:
        """The value of a path as a text tells it."""
        owner, way = self.owner(path)
        return self.running.in_text(owner.table, way, value) if isinstance(owner, RowMember) else value

    def _has(self, name: str) -> bool:
        return self.table is not None and name in self.running.manifest.tables[self.table].fields

    def _columns(self, table: str, where: Formula) -> Callable[[Path], ColumnElement[Any]]:
        """The columns of a condition over a table: its own, and named values as literals."""
        reach = Reach.of(self.running, table, self.context)
        types = {node.path: node.type for node in nodes(where.tree) if isinstance(node, Read)}
        given = [path for path in where.reads if path[0] in self.named or path[0] == "record"]
        read = self.reader(given)

        def column(path: Path) -> ColumnElement[Any]:
            if path not in given:
                return reach.column(path)
            if self.table is None and path[0] == "record":
                return reach.column(path[1:]) if len(path) > 1 else self.running.key_column(table)
            value, type_ = read(path), types[path]
            return literal(text_of(value), column_type(ColumnKind.TEXT)) if type_.outside else literal(value, column_of(type_))

        return column

    def _read(self, row: RowMember, paths: Sequence[Path]) -> dict[Path, object]:
        if row.id is None or row.table not in self.running.tables:
            return {}
        reach = Reach.of(self.running, row.table, self.context)
        declared = self.running.tables[row.table]
        ways = [self.owner(path)[1] for path in paths]
        columns = [reach.column(way) if way else self.running.key_column(row.table) for way in ways]
        labelled = (column.label(f"c{place}") for place, column in enumerate(columns))
        found = self.connection.execute(select(declared.id, *labelled).where(declared.id == row.id)).first()
        return {} if found is None else dict(zip(paths, found[1:], strict=True))


def _of_outside(owner: Member | None, rest: Path) -> object:
    match owner:
        case OutsideMember(value=value):
            return member(value, rest)
        case NumberMember(number=number):
            return Decimal(number)
    return None


def shown(value: object, zone: tzinfo) -> str:
    """A value inside a text."""
    match value:
        case datetime():
            return format_moment(value, zone)
        case date():
            return value.isoformat()
        case timedelta():
            return format_duration(value)
        case Decimal():
            return plain(value)
        case tuple():
            return "、".join(map(str, value))
    return text_of(value) or ""

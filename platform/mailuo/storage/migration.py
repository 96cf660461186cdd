"""The way from one set of declared tables to the next: pure, from manifests and identities to steps.

Steps only add: whoever still serves the old revision does not notice them. What the old revision would notice (names,
what goes to the trash, converted values) happens in the flip, one short transaction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Table, column
from sqlalchemy.sql.elements import ColumnElement

from mailuo.base.problems import Problem, Problems
from mailuo.metadata.model import Field, Manifest
from mailuo.storage.conversion import Conversion, conversion_of
from mailuo.storage.declared import DeclaredTable, physical
from mailuo.storage.identities import (
    NOTHING,
    Identities,
    Path,
    form_of,
    is_stored,
    succeed,
)
from mailuo.storage.messages import CHANGE_REFUSED
from mailuo.storage.renames import Rename, renames


@dataclass(frozen=True)
class AddTable:
    """Creates a table with its indexes."""

    table: Table


@dataclass(frozen=True)
class AddColumn:
    """Adds a column that is blank everywhere."""

    table: Table
    column: Column[Any]


@dataclass(frozen=True)
class AddIndex:
    """Builds an index."""

    index: Index
    path: str


@dataclass(frozen=True)
class Fill:
    """Gives the blank values of a column, in batches: the default, or what the old column's value becomes."""

    table: Table
    column: Column[Any]
    value: object = None
    source: ColumnElement[Any] | None = None
    convert: Conversion | None = None


Step = AddTable | AddColumn | AddIndex | Fill


@dataclass(frozen=True)
class Migration:
    """What has to be done before the flip, and in it."""

    after: Identities
    tables: Mapping[str, DeclaredTable]
    steps: tuple[Step, ...]
    renames: tuple[Rename, ...]
    obsolete: tuple[Index, ...]

    @property
    def fills(self) -> tuple[Fill, ...]:
        """The fills, which the flip repeats for what was written meanwhile."""
        return tuple(step for step in self.steps if isinstance(step, Fill))


def plan(
    before: Identities, old: Manifest | None, new: Manifest, now: datetime, then: Mapping[Path, int] = NOTHING
) -> Migration | Problems:
    """The migration to a manifest, or what forbids it; `then` are the names of a revision to go back to."""
    after = succeed(before, new, now, then)
    tables = physical(new, after)
    former = physical(old, before) if old else {}
    planner = _Planner(before, after, {table.table.name: table for table in former.values()}, old, new)
    steps = tuple(step for name, table in tables.items() for step in planner.steps(name, table))
    if planner.problems:
        return tuple(planner.problems)
    return Migration(after, tables, steps, tuple(renames(before, after)), tuple(planner.obsolete(tables)))


class _Planner:
    """Compares the tables of two revisions, one after the other."""

    def __init__(
        self,
        before: Identities,
        after: Identities,
        former: Mapping[str, DeclaredTable],
        old: Manifest | None,
        new: Manifest,
    ) -> None:
        self.problems: list[Problem] = []
        self._before = before
        self._known = {row.number: row for row in before.rows}
        self._after = after
        self._former = former
        self._old = old
        self._new = new

    def steps(self, name: str, declared: DeclaredTable) -> Iterator[Step]:
        """What one table needs."""
        identity = self._after.table(name)
        if identity.number not in self._known:
            yield AddTable(declared.table)
            return
        new = {row.physical for row in self._after.rows if row.number not in self._known}
        columns = (*declared.fields.values(), *declared.nodes.values(), *declared.exits.values())
        yield from (AddColumn(declared.table, added) for added in columns if added.name in new)
        yield from self._fills(name, declared)
        known = _indexes(self._former.get(declared.table.name))
        for index in sorted(declared.table.indexes, key=lambda index: str(index.name)):
            if index.name not in known:
                yield AddIndex(index, f"tables.{name}")

    def obsolete(self, tables: Mapping[str, DeclaredTable]) -> Iterator[Index]:
        """The indexes that nothing declared needs any longer."""
        wanted = {name for declared in tables.values() for name in _indexes(declared)}
        for former in self._former.values():
            yield from (index for name, index in sorted(_indexes(former).items()) if name not in wanted)

    def _fills(self, name: str, declared: DeclaredTable) -> Iterator[Fill]:
        for field in self._new.tables[name].fields.values():
            if field.id not in declared.fields:
                continue
            yield from self._converted(name, field, declared)
            if field.required and field.default is not None and not self._was_required(name, field):
                yield Fill(declared.table, declared.fields[field.id], field.default)

    def _converted(self, name: str, field: Field, declared: DeclaredTable) -> Iterator[Fill]:
        """The filling of a new column from the one that it replaces."""
        parent = self._after.table(name).number
        number = self._after.live(parent, "field")[field.id].number
        former = self._before.live(parent, "field")
        replaced = former.get(field.id) or former.get(field.was or "")
        if number in self._known or replaced is None or not is_stored(replaced):
            return
        convert = conversion_of(replaced.form, form_of(field))
        if convert is None:
            types = {"old": str(replaced.form).partition(":")[0], "new": field.type.name}
            path = f"tables.{name}.fields.{field.id}"
            self.problems.append(CHANGE_REFUSED(place=field.place, path=path, **types))
            return
        former_column = self._former[declared.table.name].table.c[replaced.physical]
        source = column(former_column.name, former_column.type)
        yield Fill(declared.table, declared.fields[field.id], source=source, convert=convert)

    def _was_required(self, name: str, field: Field) -> bool:
        parent = self._after.table(name).number
        number = self._after.live(parent, "field")[field.id].number
        former = self._known.get(number)
        table = self._known.get(parent)
        if self._old is None or former is None or table is None or table.name not in self._old.tables:
            return False
        declared = self._old.tables[table.name].fields.get(former.name)
        return declared is not None and declared.required


def _indexes(declared: DeclaredTable | None) -> dict[str, Index]:
    return {str(index.name): index for index in declared.table.indexes} if declared else {}


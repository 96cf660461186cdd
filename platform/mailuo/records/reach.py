"""Reach: the SQL of what a path names, seen from the rows of one table.

What lies behind a link is a scalar subquery on the target's key, so that a row never multiplies. Rows in which the
asker does not see what is read are not reached: what hangs on them is blank. A field with `release` looks with the
system's eyes.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, case, cast, false, func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSON

from mailuo.fields import FormulaField, Link, Links, Lookup, Rollup
from mailuo.formulas import Context, Formula
from mailuo.formulas.columns import ColumnKind, column_type
from mailuo.formulas.sql import aggregate, to_sql
from mailuo.records.actor import Actor
from mailuo.records.policy import Access, TableAccess
from mailuo.records.projection import LETTERS
from mailuo.records.running import Running
from mailuo.storage.declared import SYSTEM_COLUMNS, DeclaredTable

Path = tuple[str, ...]
_PLACES = {"#state": 0, "#source": 2, "#due": 3}
_TEXT = column_type(ColumnKind.TEXT)
_MOMENT = column_type(ColumnKind.MOMENT)


@dataclass(frozen=True)
class Reach:
    """What can be reached from `rows`, which are a declared table or an alias of it."""

    running: Running
    table: str
    rows: FromClause
    context: Context
    access: Access | None = None  # None: the system's eyes

    @classmethod
    def of(cls, running: Running, table: str, context: Context, access: Access | None = None) -> "Reach":
        """What can be reached from the declared table itself."""
        return cls(running, table, running.tables[table].table, context, access)

    def formula(self, formula: Formula) -> ColumnElement[Any]:
        """The SQL of a formula over a row."""
        return to_sql(formula, self.column, self.running.dialect, self.context)

    def visible(self, access: TableAccess) -> list[ColumnElement[bool]]:
        """The conditions under which a row is there: not in the trash, and seen."""
        return [self.rows.c.deleted_at.is_(None), *self.seen(access)]

    def seen(self, access: TableAccess) -> list[ColumnElement[bool]]:
        """The conditions under which a row is seen, be it in the trash."""
        if access.sees_all_rows:
            return []
        if not access.sees:
            return [false()]
        return [or_(*map(self.right, access.row_conditions))]

    def right(self, condition: Formula) -> ColumnElement[Any]:
        """The SQL of a right's condition: with the system's eyes, at the moment of looking."""
        return replace(self, access=None, context=self.context.of_rights).formula(condition)

    def column(self, path: Path) -> ColumnElement[Any]:
        """The SQL of what a path of ids names."""
        first, *rest = path
        if not rest:
            return self._own(first)
        if rest[0] in _PLACES:
            return self._standing(first, rest[0])
        return self._through(first, tuple(rest))

    @property
    def _declared(self) -> DeclaredTable:
        return self.running.tables[self.table]

    def _own(self, name: str) -> ColumnElement[Any]:
        declared = self._declared
        if name in SYSTEM_COLUMNS:
            return self.rows.c[name]
        for columns in (declared.fields, declared.nodes, declared.exits):
            if name in columns:
                return self.rows.c[columns[name].name]
        return self._computed(name)

    def _computed(self, name: str) -> ColumnElement[Any]:
        field = self.running.manifest.tables[self.table].fields[name]
        eyes = replace(self, access=None) if field.release else self
        match field.type:
            case FormulaField(formula=formula) if formula is not None:
                return eyes.formula(formula)
            case Lookup(link=link, field=wanted):
                return eyes._through(link, (wanted,))
            case Rollup():
                return eyes._rolled_up(field.type)
            case Links(to=to, by=by):
                first = self.running.key_column(to).name
                return eyes._children(to, by, lambda child: func.min(child.rows.c[first]))
        raise LookupError(name)

    def _beyond(self, table: str) -> "Reach":
        """The same eyes, over another table's rows under a name of their own."""
        return replace(self, table=table, rows=self.running.tables[table].table.alias())

    def _there(self, *fields: str) -> list[ColumnElement[bool]]:
        """The conditions under which these eyes find a row, and see these fields in it."""
        if self.access is None:
            return [self.rows.c.deleted_at.is_(None)]
        access = self.access.tables.get(self.table)
        return self.visible(access.showing(*fields)) if access else [false()]

    def _through(self, link: str, rest: Path) -> ColumnElement[Any]:
        type_ = self.running.manifest.tables[self.table].fields[link].type
        assert isinstance(type_, Link)
        target = self._beyond(type_.to)
        key = target.rows.c[self.running.key_column(type_.to).name]
        value = target.column(rest)
        query = select(value).where(key == self._own(link), *target._there(rest[0])).correlate(self.rows)
        return type_coerce(query.scalar_subquery(), value.type)

    def _rolled_up(self, rollup: Rollup) -> ColumnElement[Any]:
        links = self.running.manifest.tables[self.table].fields[rollup.links].type
        assert isinstance(links, Links)

        def total(child: "Reach") -> ColumnElement[Any]:
            of = None if rollup.field is None else child.column((rollup.field,))
            return aggregate(rollup.function, of, rollup.formula_type, self.running.dialect)

        return self._children(links.to, links.by, total, *((rollup.field,) if rollup.field else ()))

    def _children(self, table: str, by: str, value: Any, *fields: str) -> ColumnElement[Any]:
        """A value computed over the rows of another table whose link `by` names this row, out of these fields."""
        child = self._beyond(table)
        own = self.rows.c[self.running.key_column(self.table).name]
        wanted = value(child)
        query = select(wanted).where(child._own(by) == own, *child._there(by, *fields)).correlate(self.rows)
        return type_coerce(query.scalar_subquery(), wanted.type)

    def _standing(self, node: str, what: str) -> ColumnElement[Any]:
        """State, source or due moment of a node, out of the lifeline's text."""
        text, place = self.rows.c.lifeline, _PLACES[what]
        if self.running.dialect == "postgresql":
            found: ColumnElement[Any] = func.json_extract_path_text(cast(text, JSON), node, str(place))
        else:
            found = func.json_extract(text, f'$."{node}"[{place}]')
        if what == "#due":
            return type_coerce(cast(found, BigInteger), _MOMENT)
        if what == "#state":
            return type_coerce(case({letter: state for state, letter in LETTERS.items()}, value=found), _TEXT)
        return type_coerce(found, _TEXT)


def named(actor: Actor, now: datetime, seen_at: datetime | None = None) -> dict[str, object]:
    """The named values that formulas may ask for; `seen_at` is when rights are judged, where that is another moment."""
    return {"now": now, "seen_at": seen_at or now, "me": actor.name}

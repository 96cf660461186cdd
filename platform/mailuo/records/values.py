"""Values: what a formula reads when one record is written: its own new values, and what lies behind its links."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from mailuo.fields import FormulaField, Link, Lookup
from mailuo.formulas import Context, Formula, evaluate
from mailuo.records.reach import Path, Reach
from mailuo.records.running import Running


@dataclass(frozen=True)
class Values:
    """The values of one record that is being written; `record` is its id where it exists already."""

    connection: Connection
    running: Running
    table: str
    own: Mapping[str, object]
    context: Context
    record: str | None = None

    def of(self, formula: Formula) -> object:
        """The value of a formula."""
        return evaluate(formula, self, self.context)

    def __call__(self, path: Path) -> object:
        """The value that a path of ids names."""
        first, *rest = path
        if not rest:
            return self._own(first)
        if rest[0].startswith("#"):
            return self._stored(path)
        return self._through(first, tuple(rest))

    def _own(self, name: str) -> object:
        if name in self.own:
            return self.own[name]
        field = self.running.manifest.tables[self.table].fields.get(name)
        match field.type if field else None:
            case FormulaField(formula=formula) if formula is not None:
                return self.of(formula)
            case Lookup(link=link, field=wanted):
                return self._through(link, (wanted,))
        return self._stored((name,))

    def _stored(self, path: Path) -> object:
        """What the store has for a node, a system field or a rollup; blank before birth."""
        if self.record is None:
            return None
        reach = Reach.of(self.running, self.table, self.context)
        query = select(reach.column(path)).where(self.running.tables[self.table].id == self.record)
        return self.connection.scalar(query)

    def _through(self, link: str, rest: Path) -> object:
        key = self._own(link)
        type_ = self.running.manifest.tables[self.table].fields[link].type
        if key is None or not isinstance(type_, Link):
            return None
        target = Reach.of(self.running, type_.to, self.context)
        column = self.running.key_column(type_.to)
        query = select(target.column(rest)).where(column == key, self.running.tables[type_.to].deleted_at.is_(None))
        return self.connection.scalar(query)

"""Rights: what one role may do in one table, with everything that follows from what it may not see."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from mailuo.fields import FormulaField, Link, Links, Lookup, Rollup
from mailuo.formulas import Formula
from mailuo.metadata.model import Field, Grant, Manifest, Role, Table


class Sight(Enum):
    """How much of a field somebody sees."""

    HIDDEN = 0
    MASKED = 1
    SHOWN = 2


@dataclass(frozen=True, slots=True)
class Right:
    """What a role may do in a table: in which rows, with which fields."""

    role: str
    see: Formula | bool
    shown: frozenset[str]
    masked: frozenset[str]
    change: frozenset[str]
    create: bool
    delete: bool

    def sight(self, field: str) -> Sight:
        """How much of a field the role sees, in the rows it sees."""
        if field in self.shown:
            return Sight.SHOWN
        return Sight.MASKED if field in self.masked else Sight.HIDDEN


def right_of(manifest: Manifest, role: Role, table: Table) -> Right | None:
    """The role's right in the table, or None when nothing was granted."""
    grant = role.tables.get(table.id)
    if grant is None or (grant.see is False and not grant.create):
        return None
    eyes = _Eyes(manifest, role)
    sights = {field: eyes.sight(table.id, field) for field in table.fields}
    shown = frozenset(field for field, sight in sights.items() if sight is Sight.SHOWN)
    masked = frozenset(field for field, sight in sights.items() if sight is Sight.MASKED)
    change = shown if grant.change == "all" else grant.change & shown
    return Right(role.id, grant.see, shown, masked, change, grant.create, grant.delete)


class _Eyes:
    """The sight of one role, through computed fields: what reads something unseen is itself unseen."""

    def __init__(self, manifest: Manifest, role: Role) -> None:
        self._manifest = manifest
        self._role = role

    def sight(self, table: str, field: str) -> Sight:
        """How much of a field the role sees."""
        grant, declared = self._role.tables.get(table), self._manifest.tables[table].fields.get(field)
        if grant is None or (grant.see is False and not grant.create) or field in grant.hide:
            return Sight.HIDDEN
        if field in grant.mask:
            return Sight.MASKED
        if declared is None or declared.release:
            return Sight.SHOWN
        return Sight.SHOWN if all(self._sees(*each) for each in self._reads(table, declared)) else Sight.HIDDEN

    def _sees(self, table: str, path: tuple[str, ...]) -> bool:
        """Whether every step of a path is shown, each in its own table."""
        for step in path[:-1]:
            if not self._sees(table, (step,)):
                return False
            link = self._manifest.tables[table].fields[step].type
            table = link.to if isinstance(link, Link) else table
        return self._grants(table) and self.sight(table, path[-1]) is Sight.SHOWN

    def _grants(self, table: str) -> bool:
        grant: Grant | None = self._role.tables.get(table)
        return grant is not None and (grant.see is not False or grant.create)

    def _reads(self, table: str, field: Field) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The (table, path) of everything that a computed field reads."""
        match field.type:
            case FormulaField(formula=formula) if formula is not None:
                yield from ((table, path) for path in formula.reads)
            case Lookup(link=link, field=wanted):
                yield table, (link, wanted)
            case Links(to=to, by=by):
                yield to, (by,)
            case Rollup(links=links, field=wanted):
                yield table, (links,)
                target = self._manifest.tables[table].fields[links].type
                if wanted is not None and isinstance(target, Links):
                    yield target.to, (wanted,)

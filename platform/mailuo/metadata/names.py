"""Names: what a formula of a table may name, and of what type each is.

Computed fields are resolved when they are first asked for; one that leads back to itself is a cycle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from mailuo.fields import Computed, FieldType, FormulaField, Link
from mailuo.formulas.scope import Name
from mailuo.formulas.types import Kind, Type
from mailuo.metadata.model import Manifest
from mailuo.metadata.outline import SYSTEM_FIELDS, FieldOutline, Outline, outline_of

_MOMENT = Type(Kind.MOMENT)
_FARTHEST = 4


class FieldResolver(Protocol):
    """Gives the complete type of a computed field."""

    def __call__(self, directory: "Directory", table: str, name: str, outline: FieldOutline) -> FieldType: ...


def complete(directory: "Directory", table: str, name: str, outline: FieldOutline) -> FieldType:
    """The type as it is: the resolver of a finished manifest."""
    return outline.type


@dataclass
class Directory:
    """The names of all tables."""

    outlines: Mapping[str, Outline]
    resolver: FieldResolver = complete
    _resolved: dict[tuple[str, str], FieldType] = field(default_factory=dict)
    _by_title: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def id_of(self, table: str, word: str) -> str | None:
        """The id that an id or a title names in a table; a title borne twice names nothing."""
        outline = self.outlines[table]
        if word in outline.fields or word in outline.nodes or word in outline.exits or word in SYSTEM_FIELDS:
            return word
        if table not in self._by_title:
            self._by_title[table] = _ids_by_title(outline.titles)
        return self._by_title[table].get(word)

    def field_type(self, table: str, name: str) -> FieldType:
        """The complete type of a field."""
        where = (table, name)
        if where not in self._resolved:
            self._resolved[where] = self.resolver(self, table, name, self.outlines[table].fields[name])
        return self._resolved[where]

    def name(self, table: str, word: str) -> Name | None:
        """What an id or a title names in a table."""
        key, outline = self.id_of(table, word), self.outlines[table]
        if key is None:
            return None
        if key in outline.fields:
            type_ = self.field_type(table, key)
            formula = type_.formula if isinstance(type_, FormulaField) else None
            return Name((key,), type_.formula_type, "computed" if isinstance(type_, Computed) else "field", formula)
        if key in SYSTEM_FIELDS:
            return Name((key,), _status_type(outline) if key == "status" else SYSTEM_FIELDS[key], "system", None)
        return Name((key,), _MOMENT, "node" if key in outline.nodes else "exit", None)

    def link_target(self, table: str, word: str) -> str | None:
        """The table that a link field points to, if it is one and the table is there."""
        key = self.id_of(table, word)
        outline = self.outlines[table].fields.get(key or "")
        target = outline.type.to if outline and isinstance(outline.type, Link) else None
        return target if target in self.outlines else None


@dataclass(frozen=True)
class TableScope:
    """What formulas of one table may name: its own names, and through links those of others."""

    directory: Directory
    table: str

    def resolve(self, path: tuple[str, ...]) -> Name | None:
        """What a path of ids or titles names, its path in ids, or None."""
        table, ids = self.table, []
        if not 1 <= len(path) <= _FARTHEST:
            return None
        for step in path[:-1]:
            target = self.directory.link_target(table, step)
            if target is None:
                return None
            ids.append(str(self.directory.id_of(table, step)))
            table = target
        last = self.directory.name(table, path[-1])
        return replace(last, path=(*ids, *last.path)) if last else None

    def known(self, prefix: tuple[str, ...] = ()) -> Sequence[str]:
        """The ids and titles that may follow a path of links."""
        table = self.table
        for step in prefix:
            target = self.directory.link_target(table, step)
            if target is None:
                return ()
            table = target
        outline = self.directory.outlines[table]
        return (*outline.names, *outline.titles.values())


def scope_of(manifest: Manifest, table: str) -> TableScope:
    """What a formula about records of the table may name."""
    return TableScope(directory_of(manifest), table)


def directory_of(manifest: Manifest) -> Directory:
    """The names of all tables of a manifest; build it once where many scopes are needed."""
    return Directory({key: outline_of(table) for key, table in manifest.tables.items()})


def _ids_by_title(titles: Mapping[str, str]) -> Mapping[str, str]:
    found: dict[str, str | None] = {}
    for key, title in titles.items():
        found[title] = None if title in found else key
    return {title: key for title, key in found.items() if key is not None}


def _status_type(outline: Outline) -> Type:
    return Type(Kind.CHOICE, options={**outline.nodes, **outline.exits})

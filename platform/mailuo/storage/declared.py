"""Declared tables as SQL tables: opaque names, real columns, and the indexes that their use calls for.

A name is made of an identity's number, so a rename touches no table: `t12` with columns `f345`, `n78`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, false, text

from mailuo.formulas.columns import ColumnKind, column_type
from mailuo.metadata import model
from mailuo.storage.identities import Identities, Identity, is_stored

_TEXT = column_type(ColumnKind.TEXT)
_WHOLE = column_type(ColumnKind.INTEGER)
_TRUTH = column_type(ColumnKind.BOOLEAN)
_MOMENT = column_type(ColumnKind.MOMENT)


@dataclass(frozen=True)
class DeclaredTable:
    """A declared table's SQL table: its columns by declared id, and the system's columns.

    `nodes` and `exits` hold the time at which each stands; `lifeline` is the present timeline as compact text.
    """

    name: str  # the declared id
    table: Table
    fields: Mapping[str, Column[Any]]  # those that are stored
    nodes: Mapping[str, Column[Any]]
    exits: Mapping[str, Column[Any]]
    id: Column[Any]
    version: Column[Any]
    status: Column[Any]
    status_since: Column[Any]
    disputed: Column[Any]
    closed: Column[Any]
    lifeline: Column[Any]
    alerts_opened: Column[Any]
    created_at: Column[Any]
    created_by: Column[Any]
    updated_at: Column[Any]
    updated_by: Column[Any]
    deleted_at: Column[Any]


def _system_columns() -> list[Column[Any]]:
    return [
        Column("id", _TEXT, primary_key=True, nullable=False),
        Column("version", _WHOLE, nullable=False, server_default=text("1")),
        Column("status", _TEXT),
        Column("status_since", _MOMENT),
        Column("disputed", _TRUTH, nullable=False, server_default=false()),
        Column("closed", _TRUTH, nullable=False, server_default=false()),
        Column("lifeline", _TEXT),
        Column("alerts_opened", _WHOLE, nullable=False, server_default=text("0")),
        Column("created_at", _MOMENT, nullable=False),
        Column("created_by", _TEXT, nullable=False),
        Column("updated_at", _MOMENT, nullable=False),
        Column("updated_by", _TEXT, nullable=False),
        Column("deleted_at", _MOMENT),
    ]


SYSTEM_COLUMNS = tuple(column.name for column in _system_columns())


def physical(manifest: model.Manifest, identities: Identities) -> Mapping[str, DeclaredTable]:
    """The SQL tables of every declared table, by declared id."""
    metadata = MetaData()
    return MappingProxyType({table.id: _declared(table, identities, metadata) for table in manifest.tables.values()})


def whole(identities: Identities) -> tuple[Table, ...]:
    """Every SQL table with every column that is there, what lies in the trash included; without indexes."""
    metadata = MetaData()
    children: dict[int | None, list[Identity]] = {}
    for row in identities.rows:
        children.setdefault(row.parent, []).append(row)
    tables = [row for row in children.get(None, ()) if row.kind == "table"]
    return tuple(
        Table(row.physical, metadata, *_system_columns(), *_kept(children.get(row.number, ())), sqlite_strict=True)
        for row in tables
    )


def _kept(children: Iterable[Identity]) -> Iterator[Column[Any]]:
    for row in children:
        if row.kind in ("node", "exit"):
            yield Column(row.physical, _MOMENT)
        elif row.kind == "field" and is_stored(row):
            _, kind, places = str(row.form).split(":")
            yield Column(row.physical, column_type(ColumnKind(kind), int(places)))


def _declared(table: model.Table, identities: Identities, metadata: MetaData) -> DeclaredTable:
    own = identities.table(table.id)
    fields, nodes, exits = (identities.live(own.number, kind) for kind in ("field", "node", "exit"))
    stored = {field.id: _column(fields[field.id].physical, field) for field in _stored(table)}
    flow = table.flow or model.Flow({}, {}, None)
    reached = {node: Column[Any](nodes[node].physical, _MOMENT) for node in flow.nodes}
    left = {exit_: Column[Any](exits[exit_].physical, _MOMENT) for exit_ in flow.exits}
    columns = (*_system_columns(), *stored.values(), *reached.values(), *left.values())
    sql = Table(own.physical, metadata, *columns, sqlite_strict=True)
    system: dict[str, Any] = {name: sql.c[name] for name in SYSTEM_COLUMNS}
    maps = (MappingProxyType(stored), MappingProxyType(reached), MappingProxyType(left))
    declared = DeclaredTable(table.id, sql, *maps, **system)
    _index(table, declared)
    return declared


def _stored(table: model.Table) -> Iterator[model.Field]:
    return (field for field in table.fields.values() if field.type.column is not None)


def _column(name: str, field: model.Field) -> Column[Any]:
    assert field.type.column is not None
    return Column(name, column_type(field.type.column, field.type.places))


def _index(table: model.Table, declared: DeclaredTable) -> None:
    """Unique indexes span the trash too. The others end with the id, so that they serve a whole sorted page.

    That of open records holds no others: how many there are is asked again and again, and most records are closed.
    """
    for names in unique_groups(table):
        columns = [declared.fields[name] for name in names]
        Index(_name("u", declared, columns), *columns, unique=True)
    for column in _sought(table, declared):
        Index(_name("i", declared, [column]), column, declared.id)
    if table.flow:
        still = declared.closed.is_(False)
        Index(_name("o", declared, [declared.closed]), declared.deleted_at, declared.id, sqlite_where=still, postgresql_where=still)


def unique_groups(table: model.Table) -> list[tuple[str, ...]]:
    """The sets of fields of which no two records may have the same values; the key comes first."""
    groups: list[tuple[str, ...]] = [(table.key.field,)] if table.key else []
    for field in table.fields.values():
        if field.type.column is None:
            continue
        if field.unique and (field.id,) not in groups:
            groups.append((field.id,))
        if field.unique_with:
            groups.append((field.id, *field.unique_with))
    return groups


def _sought(table: model.Table, declared: DeclaredTable) -> Iterator[Column[Any]]:
    """Columns by which records are looked for: links, what is declared so, the status, and when they came."""
    unique = {names[0] for names in unique_groups(table) if len(names) == 1}
    for field in table.fields.values():
        if field.id in declared.fields and field.id not in unique and (field.index or field.type.name == "link"):
            yield declared.fields[field.id]
    if table.flow:
        yield declared.status
    yield declared.created_at


def _name(letter: str, declared: DeclaredTable, columns: list[Column[Any]]) -> str:
    return "_".join((letter, declared.table.name, *(column.name for column in columns)))

"""Then: the rows of a table as they were known at a moment, in the same columns as the table itself.

A record exists from its creation or the first word heard of it, whichever came first, but while it is in the trash. Its
nodes stand as they were known; its own fields hold what the history says. What lies behind links is as of now, and so
is who may see a row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Label,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)

from mailuo.fields import FormulaField, Lookup, Rollup
from mailuo.formulas.columns import ColumnKind, column_type
from mailuo.metadata.model import Table
from mailuo.records.reach import Path, Reach
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.declared import DeclaredTable
from mailuo.storage.prepared import to_driver

_TEXT = column_type(ColumnKind.TEXT)
_MOMENT = column_type(ColumnKind.MOMENT)
_WHOLE = frozenset({"status", "status_since", "disputed", "closed"})
_BACK = 3
"""The version of a record that was made, thrown away and brought back."""
_TOLD = ("#state", "#source", "#due")


@dataclass(frozen=True)
class ReachThen(Reach):
    """What can be reached from rows as they were known then."""

    def _standing(self, node: str, what: str) -> ColumnElement[Any]:
        """State, source or due moment of a node; those of other tables are as of now."""
        own = self.running.tables[self.table].nodes.get(node)
        name = f"{own.name}{what}" if own is not None else ""
        return self.rows.c[name] if name in self.rows.c else super()._standing(node, what)


def rows_then(
    connection: Connection,
    running: Running,
    table: str,
    reads: Iterable[Path],
    at: datetime,
    seen: Sequence[ColumnElement[bool]],
) -> FromClause:
    """The rows that were there then and that are `seen`, with what these paths read as it was known then."""
    return _Then(connection, running, table, frozenset(_own_reads(running, table, reads)), at).rows(seen)


def _own_reads(running: Running, table: str, reads: Iterable[Path]) -> Iterable[str]:
    """The names of the table's own columns that paths come down to, through its computed fields."""
    fields = running.manifest.tables[table].fields
    left, known = [path[0] for path in reads], set[str]()
    while left:
        name = left.pop()
        if name in known:
            continue
        known.add(name)
        match fields[name].type if name in fields else None:
            case FormulaField(formula=formula) if formula is not None:
                left += [path[0] for path in formula.reads]
            case Lookup(link=link):
                left.append(link)
            case Rollup():
                pass
    return known


class _Then:
    """The rows of one table at one moment."""

    def __init__(
        self, connection: Connection, running: Running, table: str, names: frozenset[str], at: datetime
    ) -> None:
        self._connection = connection
        self._running = running
        self._names = names
        self._at = at
        self._table: Table = running.manifest.tables[table]
        self._declared: DeclaredTable = running.tables[table]

    def rows(self, seen: Sequence[ColumnElement[bool]]) -> Subquery:
        """The rows, named and typed as the table's."""
        declared = self._declared
        source: FromClause = declared.table
        columns: dict[str, ColumnElement[Any]] = {column.name: column for column in declared.table.c}
        columns["deleted_at"] = case((self._thrown_away(), literal(self._at, _MOMENT)), else_=null())
        if nodes := self._needed_nodes():
            states = self._states(nodes)
            source = source.outerjoin(states, states.c.record == declared.id)
            columns |= {column.name: column for column in states.c if column.name != "record"}
        exits = self._exits() if self._needs_exits() else None
        if exits is not None:
            source = source.outerjoin(exits, exits.c.record == declared.id)
            columns |= {column.name: exits.c[column.name] for column in declared.exits.values()}
        if self._names & _WHOLE:
            columns |= self._whole(columns, exits)
        if "alerts_opened" in self._names:
            columns["alerts_opened"] = self._alerts()
        source, columns = self._with_fields(source, columns)
        named = [_labelled(name, column, declared) for name, column in columns.items()]
        return select(*named).select_from(source).where(self._existed(), *seen).subquery("then")

    def _existed(self) -> ColumnElement[bool]:
        claim, declared = system.claim, self._declared
        heard = select(claim.c.id).where(claim.c.record == declared.id, claim.c.received_at <= self._at)
        return or_(declared.created_at <= self._at, heard.exists())

    def _thrown_away(self) -> ColumnElement[bool]:
        """Whether a record was in the trash: it still is, or its next turn was the way back.

        A record that has been there and back has been written three times; nobody else's history is asked.
        """
        declared, turn = self._declared, system.history
        told = func.replace(cast(turn.c.new, Text), '"', "")
        turns = (turn.c.record == declared.id, turn.c.field == "", turn.c.at > self._at, told.in_(("deleted", "restored")))
        following = select(told).where(*turns).order_by(turn.c.at, turn.c.id).limit(1).scalar_subquery()
        back = and_(declared.version >= _BACK, following == "restored")
        return or_(declared.deleted_at <= self._at, back)

    # Nodes and exits

    def _needed_nodes(self) -> tuple[str, ...]:
        every = tuple(self._declared.nodes)
        return every if self._names & _WHOLE else tuple(node for node in every if node in self._names)

    def _needs_exits(self) -> bool:
        return bool(self._declared.exits) and bool(self._names & (_WHOLE | self._declared.exits.keys()))

    def _states(self, nodes: Sequence[str]) -> Subquery:
        """How these nodes stood: times under the nodes' own columns, the rest beside them."""
        state = system.node_state
        columns: list[Label[Any]] = []
        for node in nodes:
            name, here = self._declared.nodes[node].name, state.c.node == node
            reached = case((and_(here, state.c.state == "reached"), state.c.at))
            columns.append(type_coerce(func.max(reached), _MOMENT).label(name))
            told = func.coalesce(func.max(case((here, state.c.state))), "pending")
            columns.append(type_coerce(told, _TEXT).label(f"{name}#state"))
            columns.append(type_coerce(func.max(case((here, state.c.source))), _TEXT).label(f"{name}#source"))
            columns.append(type_coerce(func.max(case((here, state.c.due_since))), _MOMENT).label(f"{name}#due"))
        disputed = func.max(case((state.c.state == "disputed", 1), else_=0)).label("was_disputed")
        known = (state.c.table == self._table.id, state.c.node.in_(nodes), state.c.part == "")
        then = (state.c.known_from <= self._at, state.c.known_to > self._at)
        query = select(state.c.record, *columns, disputed).where(*known, *then).group_by(state.c.record)
        return query.subquery("states")

    def _exits(self) -> Subquery:
        """By which ways records had left, and when."""
        claim, taken = system.claim, system.claim.alias("taken")
        back = and_(taken.c.record == claim.c.record, taken.c.retracts == claim.c.id, taken.c.received_at <= self._at)
        columns = [
            type_coerce(func.min(case((claim.c.node == exit_, claim.c.at))), _MOMENT).label(column.name)
            for exit_, column in self._declared.exits.items()
        ]
        query: Select[Any] = select(claim.c.record, *columns).select_from(claim.outerjoin(taken, back))
        said = (
            claim.c.table == self._table.id,
            claim.c.node.in_(list(self._declared.exits)),
            claim.c.retracts.is_(None),
        )
        return (
            query.where(*said, claim.c.received_at <= self._at, taken.c.id.is_(None))
            .group_by(claim.c.record)
            .subquery("ways_out")
        )

    def _whole(
        self, columns: Mapping[str, ColumnElement[Any]], exits: FromClause | None
    ) -> dict[str, ColumnElement[Any]]:
        """Status and what goes with it: the earliest way out, else the furthest node that was reached."""
        left = (
            [(exit_, exits.c[column.name]) for exit_, column in self._declared.exits.items()]
            if exits is not None
            else []
        )
        first = _earliest([at for _, at in left])
        reached = [(node, columns[column.name]) for node, column in reversed(tuple(self._declared.nodes.items()))]
        stands = [(at == first, exit_) for exit_, at in left] + [(at.is_not(None), node) for node, at in reached]
        since = [(first.is_not(None), first)] + [(at.is_not(None), at) for _, at in reached]
        flow = self._table.flow
        ending = columns[self._declared.nodes[flow.closed_by].name] if flow and flow.closed_by else null()
        disputed = columns.get("was_disputed", literal(0))
        return {
            "status": case(*((when, literal(name)) for when, name in stands)) if stands else null(),
            "status_since": case(*since),
            "disputed": func.coalesce(disputed, 0) == 1,
            "closed": or_(first.is_not(None), ending.is_not(None)),
        }

    def _alerts(self) -> ColumnElement[Any]:
        alert = system.alert
        return (
            select(func.count())
            .select_from(alert)
            .where(alert.c.record == self._declared.id, alert.c.opened_at <= self._at)
            .correlate(self._declared.table)
            .scalar_subquery()
        )

    # Own fields

    def _with_fields(
        self, source: FromClause, columns: dict[str, ColumnElement[Any]]
    ) -> tuple[FromClause, dict[str, ColumnElement[Any]]]:
        """The columns with what fields held that have changed since."""
        for name, held in self._held().items():
            column = self._declared.fields[name]
            old = self._listed(f"held_{column.name}", held, column)
            source = source.outerjoin(old, old.c.key == self._declared.id)
            columns[column.name] = case((old.c.key.is_not(None), old.c.held), else_=column)
        return source, columns

    def _held(self) -> Mapping[str, Mapping[str, object]]:
        """By field and record, what was held then of what has changed since, as the driver takes it."""
        history = system.history
        fields = [name for name in self._declared.fields if name in self._names]
        if not fields:
            return {}
        query = select(history.c.record, history.c.field, history.c.old).where(
            history.c.table == self._table.id, history.c.field.in_(fields), history.c.at > self._at
        )
        held: dict[str, dict[str, object]] = {}
        for record, name, old in self._connection.execute(query.order_by(history.c.id)):
            held.setdefault(name, {}).setdefault(record, self._driven(name, old))
        return held

    def _driven(self, name: str, old: object) -> object:
        """What the history holds as JSON, as the driver takes it."""
        column, zone = self._declared.fields[name], self._running.zone
        value = None if old is None else self._table.fields[name].type.parse(old, zone)
        convert = to_driver(column.type, self._connection.dialect)
        return convert(value) if convert and value is not None else value

    def _listed(self, name: str, held: Mapping[str, object], column: Column[Any]) -> Subquery:
        """The values by record as rows `key, held`."""
        text = orjson.dumps(held, default=_json).decode()
        if self._running.dialect == "postgresql":
            given = cast(bindparam(None, text, type_=Text), JSON)
            each = func.json_each_text(given).table_valued("key", "value", name=f"{name}_each")
            value: ColumnElement[Any] = cast(each.c.value, column.type)
        else:
            each = func.json_each(bindparam(None, text, type_=Text)).table_valued("key", "value", name=f"{name}_each")
            value = type_coerce(each.c.value, column.type)
        rows = select(each.c.key.label("key"), value.label("held")).cte(name, nesting=True)
        return select(rows.c.key, rows.c.held).subquery(f"{name}_rows")


def _labelled(name: str, column: ColumnElement[Any], declared: DeclaredTable) -> Label[Any]:
    """A column under its name, of the type that the table's own has."""
    own = declared.table.c.get(name)
    return (column if own is None else type_coerce(column, own.type)).label(name)


def _earliest(moments: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """The earliest of moments of which any may be blank."""
    if not moments:
        return type_coerce(cast(null(), BigInteger), _MOMENT)
    found = moments[0]
    for at in moments[1:]:
        found = case((found.is_(None), at), (at < found, at), else_=found)
    return type_coerce(found, _MOMENT)


def _json(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)

"""Selections: what a query reads of a table for one kind of actor, and how its rows become whole records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, and_, bindparam, insert, null, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import SelectBase

from mailuo.fields import File, Link, Links
from mailuo.records.actor import Actor
from mailuo.records.gathering import Gathering, gather_children, gather_files, gather_lifelines, gather_linked
from mailuo.records.keys import Awaited
from mailuo.records.messages import NOT_EXPANDABLE, BadQuestion
from mailuo.records.policy import Sight
from mailuo.records.query import unknown
from mailuo.records.reach import Reach, named
from mailuo.records.running import Running
from mailuo.records.several import among, given
from mailuo.records.shape import KEY, Member, Record, Shape
from mailuo.storage.driver import Raw
from mailuo.storage.prepared import Command, Prepared

LIFELINE = "lifeline"
_BEFORE = ("version", "status", "status_since", "disputed", "closed", "alerts_opened")
_AFTER = ("created_at", "created_by", "updated_at", "updated_by")


@dataclass(frozen=True)
class Asked:
    """Who asks for what of each record."""

    actor: Actor
    table: str
    fields: tuple[str, ...] | None = None
    expand: tuple[str, ...] = ()

    @cached_property
    def name(self) -> tuple[object, ...]:
        """What the selection depends on."""
        who = None if self.actor.sees_everything else frozenset(self.actor.roles)
        return ("selection", who, self.table, self.fields, self.expand)


class Selection:
    """The columns of a query and what its records gather from elsewhere. Immutable; kept with the revision."""

    def __init__(self, running: Running, asked: Asked, connection: Connection, now: datetime) -> None:
        self.running = running
        self.asked = asked
        self.access = running.access(asked.actor, asked.table)
        whole = running.policy.access(asked.actor)
        self.reach = Reach.of(
            running, asked.table, running.context(now, asked.actor), None if asked.actor.sees_everything else whole
        )
        self._dialect = connection.dialect
        names = self._names()
        self._gathered = tuple(self._gathering(names))
        members = [self._member(name) for name in names]
        self.shape = Shape(members, self.access, connection.dialect, running.zone)

    def statement(self, *more: ColumnElement[Any]) -> Select[Any]:
        """The query of all rows that the actor may see, with further columns at its end."""
        return select(*self._columns(*more)).where(*self.reach.visible(self.access))

    def _columns(self, *more: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        declared = self.running.tables[self.asked.table]
        key = self.running.key_column(self.asked.table)
        flags = [self.reach.right(right.see) for right in self._conditional()]
        members = [member.column for member in self.shape.members]
        head = (declared.id, key, declared.version)
        return [column.label(f"c{position}") for position, column in enumerate((*head, *members, *flags, *more))]

    def echo(self, names: Sequence[str], key: Awaited | None = None) -> Command | None:
        """The insert of a row that names these columns, which answers it, and at its end whether the actor sees it.

        It makes the key, where that is awaited.

        None where something is computed from other rows: what an insert answers knows nothing of its own row there. And
        on SQLite, where it takes no value for blank (3.40: `RETURNING d IS NULL` is false of every `d`).
        """
        if self._dialect.name != "postgresql":
            return None
        table = self.running.tables[self.asked.table].table
        columns = self._columns(and_(*self.reach.visible(self.access)))
        apart = (each for column in columns for each in visitors.iterate(column) if _looks_beyond(each, table))
        if next(apart, None) is not None:
            return None
        adding = insert(table).values({key.column: key.made}) if key else insert(table)
        return Command(adding.returning(*columns), names)

    def _conditional(self) -> Iterable[Any]:
        return self.access.conditional if self.access.varies else ()

    @property
    def further(self) -> int:
        """Where the further columns begin in a row."""
        return self.shape.end

    def prepared(self, statement: Select[Any]) -> Prepared:
        """The statement made ready."""
        return Prepared(statement, self._dialect)

    def records(
        self,
        connection: Connection,
        rows: Sequence[Raw],
        actor: Actor,
        now: datetime,
        seen_at: datetime | None = None,
    ) -> list[Record]:
        """The rows as records, with what each gathers from elsewhere: one query a kind, however many rows.

        The actor is the one who asks now, and not the one for whom the selection was made. `seen_at` is when rights are
        judged, where that is another moment than the question's.
        """
        if not self._gathered or not rows:
            return [Record(self.shape, row) for row in rows]
        more: list[dict[str, object]] = [{} for _ in rows]
        for gathering in self._gathered:
            gathering.into(connection, rows, more, actor, now, seen_at or now)
        return [Record(self.shape, row, self._shown(row, extra)) for row, extra in zip(rows, more, strict=True)]

    def asks_for_new(self, row: Mapping[str, object]) -> bool:
        """Whether something has to be looked up to tell a new record, whose key nobody bore."""
        fields = self.running.tables[self.asked.table].fields
        asked = (
            each.of_new is None or (each.looked_up and row[fields[each.looked_up].name] is not None)
            for each in self._gathered
        )
        return any(asked)

    def new_record(self, row: Raw) -> Record:
        """The row of a new record as a record, where nothing has to be looked up."""
        extra: dict[str, object] = {}
        for gathering in self._gathered:
            assert gathering.of_new is not None
            gathering.of_new(row, extra)
        return Record(self.shape, row, self._shown(row, extra)) if extra else Record(self.shape, row)

    def _shown(self, row: Raw, extra: dict[str, object]) -> dict[str, object]:
        """What was gathered, less what the actor does not see in this very row."""
        if not self.access.varies:
            return extra
        whole = self.shape.whole(row)
        return {name: value for name, value in extra.items() if name in whole}

    def by(self, column: ColumnElement[Any], name: str) -> Prepared:
        """The statement of the one row that has the value given as `name`."""
        return self.prepared(self.statement().where(column == bindparam(name, None, type_=column.type)))

    def among(self, column: ColumnElement[Any], *conditions: ColumnElement[Any]) -> Prepared:
        """The statement of the rows that have one of the values given as `keys`, and fulfil the conditions."""
        return self.prepared(self.statement().where(among(column, "keys", self.running.dialect), *conditions))

    def _names(self) -> tuple[str, ...]:
        """The members in their order; refuses what is unknown, or unknown to the actor."""
        table = self.running.manifest.tables[self.asked.table]
        flow = table.flow
        readable = self.access.readable
        every = (*readable, *_BEFORE, *_AFTER, *(flow.nodes if flow else ()), *(flow.exits if flow else ()))
        key = (table.key.field,) if table.key and table.key.field in readable else ()
        if self.asked.fields is None:
            return ("id", *dict.fromkeys((*key, *every)), *self._lifeline())
        chosen = [self._chosen(name, frozenset(every)) for name in self.asked.fields]
        return ("id", *dict.fromkeys((*key, *chosen)), *self._lifeline())

    def _lifeline(self) -> tuple[str, ...]:
        return (LIFELINE,) if LIFELINE in self.asked.expand else ()

    def _chosen(self, name: str, known: frozenset[str]) -> str:
        """The id of a member asked for by id, title, or path through links."""
        scope = self.running.policy.scope(self.asked.actor, self.asked.table)
        found = scope.whole.directory.id_of(self.asked.table, name)
        if found in known or found == "id":
            return found
        path = scope.resolve(tuple(name.split("."))) if "." in name else None
        if path is None:
            raise BadQuestion(unknown(name, scope, "fields"))
        return ".".join(path.path)

    def _member(self, name: str) -> Member:
        table = self.running.manifest.tables[self.asked.table]
        field = table.fields.get(name)
        if field is None:
            return self._beside(name)
        if isinstance(field.type, Links):
            return Member(name, null(), field.type, self.access.sight(name))
        return Member(name, self.reach.column((name,)), field.type, self.access.sight(name))

    def _beside(self, name: str) -> Member:
        """A member that is no field of the table: a system value, a node's time, or a path through links."""
        path = tuple(name.split("."))
        target = self.asked.table
        for step in path[:-1]:
            target = self.running.directory.link_target(target, step) or target
        field = self.running.manifest.tables[target].fields.get(path[-1]) if len(path) > 1 else None
        return Member(name, self.reach.column(path), field.type if field else None)

    def _gathering(self, names: Sequence[str]) -> Iterable[Gathering]:
        fields = self.running.manifest.tables[self.asked.table].fields
        self._check_expand()
        for position, name in enumerate(names, start=3):
            type_ = fields[name].type if name in fields else None
            wanted = name in self.asked.expand
            if name == LIFELINE:
                yield gather_lifelines(self.running, position)
            elif self.access.sight(name) is not Sight.SHOWN:
                continue
            elif isinstance(type_, Links):
                yield gather_children(self.running, name, type_, self._linked(type_.to) if wanted else None)
            elif isinstance(type_, Link) and wanted:
                yield gather_linked(name, position, self._linked(type_.to))
            elif isinstance(type_, File):
                yield gather_files(name, position)

    def _check_expand(self) -> None:
        fields = self.running.manifest.tables[self.asked.table].fields
        for name in self.asked.expand:
            linked = name in self.access.readable and isinstance(fields[name].type, (Link, Links))
            if name == LIFELINE or linked:
                continue
            scope = self.running.policy.scope(self.asked.actor, self.asked.table)
            if name in self.access.readable or name in scope.known():
                raise BadQuestion(NOT_EXPANDABLE(field="expand", found=name[:60]))
            raise BadQuestion(unknown(name, scope, "expand"))

    def _linked(self, table: str) -> "Linked":
        return Linked(self.running, table)


@dataclass(frozen=True)
class Linked:
    """The records of another table by key, as whoever asks sees them."""

    running: Running
    table: str

    def __call__(
        self, connection: Connection, keys: Sequence[str], actor: Actor, now: datetime, seen_at: datetime
    ) -> Mapping[str, dict[str, object]]:
        """The records as JSON, by key; those that the actor does not see are missing."""
        if self.table not in self.running.policy.access(actor).tables:
            return {}
        asked = Asked(actor, self.table)
        chosen = selection(self.running, asked, connection, now)
        column = self.running.key_column(self.table)
        statement = self.running.once((*asked.name, "among"), lambda: chosen.among(column))
        rows = statement.run(connection, {"keys": given(keys, self.running.dialect), **named(actor, now, seen_at)})
        found = chosen.records(connection, rows, actor, now, seen_at)
        return {str(record.row[KEY]): record.json() for record in found}


def selection(running: Running, asked: Asked, connection: Connection, now: datetime) -> Selection:
    """The selection for a kind of actor, made once for the revision."""
    return running.once(asked.name, lambda: Selection(running, asked, connection, now))


def _looks_beyond(part: object, table: Table) -> bool:
    """Whether a part of an expression reads another row than the one of the table that it stands for."""
    return isinstance(part, SelectBase) or (isinstance(part, Column) and part.table is not table)

"""Exports: the records that answer a query as a file, in a stream, as the actor may see them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import cast

from mailuo.base.near import nearest
from mailuo.base.problems import Refusal
from mailuo.exchange.heading import Heading, Lines
from mailuo.exchange.messages import NOT_EXPORTED
from mailuo.fields import Computed, FieldType, Links
from mailuo.metadata.model import Table
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.records.messages import NOT_PERMITTED
from mailuo.records.query import Query
from mailuo.records.shape import Record

RIGHT = "export"
_FURTHER = ("status", "status_since", "disputed", "closed")
_STAMPS = ("created_at", "created_by", "updated_at", "updated_by")

Write = Callable[[Heading, Lines], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: its media type, its ending, and the module and name of what writes it."""

    media_type: str
    ending: str
    module: str
    writer: str

    @property
    def write(self) -> Write:
        """What writes it; loaded when it is wanted, for one of the libraries is heavy and seldom needed."""
        return cast(Write, getattr(import_module(self.module), self.writer))


FORMATS: Mapping[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", ".csv", "mailuo.exchange.csv_writer", "csv_file"),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xlsx",
        "mailuo.exchange.sheet_writer",
        "sheet_file",
    ),
    "ndjson": Format("application/x-ndjson", ".ndjson", "mailuo.exchange.line_writer", "line_file"),
}


class Exports:
    """Writes records out, for actors and under their policy."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def stream(
        self,
        actor: Actor,
        table: str,
        query: Query,
        format_: str = "csv",
        *,
        titles: bool = False,
        marked: bool = False,
        watch: Callable[[int], None] | None = None,
    ) -> Iterator[bytes]:
        """The file in pieces; refuses an unknown format or table, or who may not export, before the first.

        Columns are named by id, or by title; an import knows both. What is masked stays masked. `watch` is told how
        many records were read, after each thousand.
        """
        if not actor.has(RIGHT):
            raise Refusal(NOT_PERMITTED())
        known = FORMATS.get(format_)
        if known is None:
            near = nearest(format_, FORMATS) or " ".join(FORMATS)
            raise Refusal(NOT_EXPORTED(field="format", found=format_[:20], known=near))
        self._records.running.access(actor, table)
        names = query.fields or self._names(actor, table)
        records = self._records.stream(actor, table, replace(query, fields=names))
        return known.write(self._heading(actor, table, names, titles, marked), _lines(records, names, watch))

    def _names(self, actor: Actor, table: str) -> tuple[str, ...]:
        """What an export holds unless its fields are named: everything but rows of other tables."""
        running = self._records.running
        declared, access = running.manifest.tables[table], running.access(actor, table)
        flow = declared.flow
        fields = [name for name in access.readable if not isinstance(declared.fields[name].type, Links)]
        key = [declared.key.field] if declared.key and declared.key.field in fields else []
        lifeline = [*_FURTHER, *flow.nodes, *flow.exits] if flow else []
        return tuple(dict.fromkeys((*key, *fields, *lifeline, *_STAMPS)))

    def _heading(self, actor: Actor, table: str, names: Sequence[str], titles: bool, marked: bool) -> Heading:
        running = self._records.running
        declared = running.manifest.tables[table]
        shown = tuple(_titled(declared, name) for name in names) if titles else tuple(names)
        shown = shown if len(set(shown)) == len(shown) else tuple(names)
        types = tuple(_written_as(declared.fields[name].type) if name in declared.fields else None for name in names)
        return Heading(shown, types, running.zone, marked)


def _lines(records: Iterator[Record], names: Sequence[str], watch: Callable[[int], None] | None) -> Lines:
    """The values of each record in the order of the columns; what is hidden in this row is blank."""
    for count, record in enumerate(records, start=1):
        values = record.values
        yield [values.get(name) for name in names]
        if watch is not None and count % 1_000 == 0:
            watch(count)


def _written_as(type_: FieldType) -> FieldType:
    """The type whose manner a field's values are written in: a computed one's is that of where they come from."""
    return (type_.like or type_) if isinstance(type_, Computed) else type_


def _titled(table: Table, name: str) -> str:
    flow = table.flow
    for known in (table.fields, flow.nodes if flow else {}, flow.exits if flow else {}):
        if name in known:
            return str(known[name].title)
    return name

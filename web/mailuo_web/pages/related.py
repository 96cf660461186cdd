"""Related tables of a record page: the records of other tables that point here, in a few short columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from mailuo.fields import Links
from mailuo.records import Query, Record
from mailuo_web.http.asking import application
from mailuo_web.pages.cells import Cell, row_of
from mailuo_web.pages.columns import (
    FLOW_COLUMNS,
    Column,
    chosen_columns,
    needed_expansions,
)
from mailuo_web.pages.subject import Subject

MOST_COLUMNS = 6
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """One record that points here."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """The records of one table that point here."""

    title: str
    count: str
    href: str
    columns: tuple[Column, ...]
    rows: tuple[RelatedRow, ...]


def related_of(subject: Subject, record: Record) -> Iterator[Related]:
    """Each related table that the actor may read."""
    for name in subject.access.readable:
        field = subject.table.fields[name]
        if isinstance(field.type, Links) and subject.running.policy.access(subject.actor).reads(field.type.to):
            yield _related(subject, field.title, field.type, record)


def _related(subject: Subject, title: str, links: Links, record: Record) -> Related:
    access = subject.running.access(subject.actor, links.to)
    other = Subject(subject.running, subject.actor, access.table, subject.say, subject.now)
    columns = tuple(_columns(other, links.by))
    asked = f'{{{links.by}}} = "{record.key}"'
    query = Query(
        filter=asked,
        expand=tuple(one for one in needed_expansions(other, columns) if one != "lifeline"),
        limit=MOST_ROWS,
        count=True,
    )
    found = application().records.page(subject.actor, links.to, query)
    rows = tuple(RelatedRow(one.key, row_of(other, one, columns, None).cells) for one in found.records)
    total = found.count.number if found.count else len(rows)
    return Related(title, f"{total:,}", f"{other.path}?filter={quote(asked)}", columns, rows)


def _columns(other: Subject, by: str) -> Iterator[Column]:
    """The usual columns of the other table, without the link that leads back."""
    fit = [one for one in chosen_columns(other, None, ()) if one.id not in (*FLOW_COLUMNS, by)]
    status = [one for one in fit if one.id == "status"]
    yield from [*fit, *status][:MOST_COLUMNS]

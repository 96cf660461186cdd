"""Gathering: what a page of records takes from other tables, by one query a kind however many records there are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailuo.base.moments import format_moment
from mailuo.fields import Links
from mailuo.records import projection
from mailuo.records.actor import Actor
from mailuo.records.reach import Reach, named
from mailuo.records.running import Running
from mailuo.records.several import among, given
from mailuo.records.shape import KEY
from mailuo.storage import files
from mailuo.storage.driver import Raw
from mailuo.storage.prepared import Prepared

Rows = Sequence[Raw]
Extras = Sequence[dict[str, object]]
Expanded = Callable[[Connection, Sequence[str], Actor, datetime, datetime], Mapping[str, dict[str, object]]]


@dataclass(frozen=True)
class Gathering:
    """One kind of thing to gather; `into` enters it for each row.

    It is kept for everybody with the same roles, and told each time who asks, of which moment, and when.
    """

    into: Callable[[Connection, Rows, Extras, Actor, datetime, datetime], None]
    of_new: Callable[[Raw, dict[str, object]], None] | None = None
    """The same without asking, for a record that was just made with a key that nobody bore; None where it must ask."""
    looked_up: str | None = None
    """The field whose value it looks up: it asks for new records too where they have one."""


def gather_files(name: str, position: int) -> Gathering:
    """Files as `{id, name, size, sha256}`."""

    def into(connection: Connection, rows: Rows, extras: Extras, actor: Actor, now: datetime, seen_at: datetime) -> None:
        ids = _distinct(rows, position)
        found = files.find(connection, ids) if ids else {}
        for row, extra in zip(rows, extras, strict=True):
            held = found.get(row[position])
            if held:
                extra[name] = {"id": held.id, "name": held.name, "size": held.size, "sha256": held.sha256}

    return Gathering(into, lambda row, extra: None, name)


def gather_linked(name: str, position: int, expanded: Expanded) -> Gathering:
    """Links as the records they point to; a key stays where the record is not visible."""

    def into(connection: Connection, rows: Rows, extras: Extras, actor: Actor, now: datetime, seen_at: datetime) -> None:
        keys = _distinct(rows, position)
        found = expanded(connection, keys, actor, now, seen_at) if keys else {}
        for row, extra in zip(rows, extras, strict=True):
            if row[position] in found:
                extra[name] = found[row[position]]

    return Gathering(into)


def gather_children(running: Running, name: str, links: Links, expanded: Expanded | None) -> Gathering:
    """The keys, or the records, of another table that point to each row."""

    def into(connection: Connection, rows: Rows, extras: Extras, actor: Actor, now: datetime, seen_at: datetime) -> None:
        statement = _children(running, actor, links, connection, now)
        parents = [str(row[KEY]) for row in rows]
        given_ = {"keys": given(parents, running.dialect), **named(actor, now, seen_at)}
        pairs = [(str(row[0]), str(row[1])) for row in statement.run(connection, given_)]
        shown = expanded(connection, [key for _, key in pairs], actor, now, seen_at) if expanded and pairs else {}
        children: dict[str, list[object]] = {}
        for parent, key in pairs:
            children.setdefault(parent, []).append(shown.get(key, key))
        for row, extra in zip(rows, extras, strict=True):
            extra[name] = children.get(row[KEY], [])

    return Gathering(into, lambda row, extra: extra.update({name: []}))


def _children(running: Running, actor: Actor, links: Links, connection: Connection, now: datetime) -> Prepared:
    who = None if actor.sees_everything else frozenset(actor.roles)

    def make() -> Prepared:
        declared = running.tables[links.to]
        access = running.access(actor, links.to).showing(links.by)
        reach = Reach.of(running, links.to, running.context(now, actor))
        by = declared.fields[links.by]
        query = select(by, running.key_column(links.to).label("key")).where(
            among(by, "keys", running.dialect), *reach.visible(access)
        )
        return Prepared(query.order_by(declared.id), connection.dialect)

    return running.once(("children", who, links.to, links.by), make)


def gather_lifelines(running: Running, position: int) -> Gathering:
    """How every node stands: `{node: {state, at, source, due_since}}`."""

    def into(connection: Connection, rows: Rows, extras: Extras, actor: Actor, now: datetime, seen_at: datetime) -> None:
        for row, extra in zip(rows, extras, strict=True):
            marks = projection.read(row[position])
            extra["lifeline"] = {node: dict(_told(mark, running)) for node, mark in marks.items()}

    return Gathering(into)


def _told(mark: projection.Mark, running: Running) -> Iterable[tuple[str, object]]:
    yield "state", mark.state
    if mark.at:
        yield "at", format_moment(mark.at, running.zone)
    if mark.source:
        yield "source", mark.source
    if mark.due_since:
        yield "due_since", format_moment(mark.due_since, running.zone)


def _distinct(rows: Rows, position: int) -> list[str]:
    return list(dict.fromkeys(row[position] for row in rows if row[position] is not None))

"""Finding: records by the keys by which the lines of an import name them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, select

from mailuo.flow.course import Course, courses
from mailuo.records.running import Running
from mailuo.records.several import among, given
from mailuo.storage.prepared import Reading


def places_of(connection: Connection, running: Running, keys: Collection[str]) -> dict[str, str]:
    """Where the records that bear these keys stand in their tables, told by their ids; a hint, for nothing is locked."""
    found: dict[str, str] = {}
    for course in courses(running).values():
        found = {**_ids(connection, running, course, keys, held=False), **found}
    return found


def held(connection: Connection, running: Running, course: Course, keys: Collection[str]) -> dict[str, str]:
    """The ids of the course's records that bear these keys, locked in an order that all imports share."""
    return _ids(connection, running, course, keys, held=running.dialect == "postgresql")


def _ids(
    connection: Connection, running: Running, course: Course, keys: Collection[str], *, held: bool
) -> dict[str, str]:
    table = course.table.id

    def make() -> Select[Any]:
        declared, column = running.tables[table], running.key_column(table)
        there = among(column, "keys", running.dialect), declared.deleted_at.is_(None)
        query = select(column.label("c0"), declared.id.label("c1")).where(*there).order_by(declared.id)
        return query.with_for_update(key_share=True) if held else query

    reading = running.once(("found", table, held), lambda: Reading(make(), connection.dialect))
    rows = reading.rows(connection, {"keys": given(list(keys), running.dialect)})
    return {row[0]: row[1] for row in rows}

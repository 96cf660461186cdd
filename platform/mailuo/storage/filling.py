"""Filling a column: in batches that remember how far they got, and once more, quickly, in the flip."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.sql.elements import ColumnElement

from mailuo.storage.migration import Fill

BATCH = 2_000


def fill_batch(connection: Connection, fill: Fill, after: str, zone: ZoneInfo) -> str | None:
    """Fills the next batch of records behind an id; returns the last id it looked at, or None at the end."""
    ids = fill.table.c.id
    batch = select(ids).where(ids > after).order_by(ids).limit(BATCH)
    last = max(connection.scalars(batch), default=None)
    if last is not None:
        _fill(connection, fill, (ids > after) & (ids <= last), zone)
    return last


def fill_rest(connection: Connection, fill: Fill, zone: ZoneInfo) -> None:
    """Fills what came in while the batches ran, and follows what was changed since."""
    _fill(connection, fill, fill.table.c.id.is_not(None), zone)


def _fill(connection: Connection, fill: Fill, where: ColumnElement[bool], zone: ZoneInfo) -> None:
    if fill.source is None or fill.convert is None:
        blank = where & fill.column.is_(None)
        connection.execute(update(fill.table).where(blank).values({fill.column: fill.value}))
        return
    rows = connection.execute(select(fill.table.c.id, fill.source, fill.column).where(where))
    changes = []
    for id_, old, now in rows:
        value = None if old is None else fill.convert(old, zone)
        if value != now:
            changes.append({"record": id_, "wanted": value})
    if changes:
        wanted = bindparam("wanted", type_=fill.column.type)
        into = update(fill.table).where(fill.table.c.id == bindparam("record")).values({fill.column: wanted})
        connection.execute(into, changes)

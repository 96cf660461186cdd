"""Scanning: the pieces that a record's lines ask for, by the code that a scanner reads."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, literal, select

from mailuo.fields import Links
from mailuo.flow.evidence import Piece
from mailuo.metadata.model import Evidence, Table
from mailuo.records.reach import Reach
from mailuo.records.running import Running

_COUNT = "qty"
_NAME = "name"


def pieces_of(
    connection: Connection, running: Running, table: Table, asked: Evidence, key: str, now: datetime
) -> list[Piece]:
    """What has to be scanned for the record with this key: each line's code, so often as its `qty` says."""
    if asked.scan_of is None:
        return []
    links = table.fields[asked.scan_of].type
    assert isinstance(links, Links)
    lines = running.tables[links.to]
    reach = Reach.of(running, links.to, running.context(now))
    match = tuple(asked.scan_match.split(".")) if asked.scan_match else (_key(running, links.to),)
    code = reach.column(match)
    name: ColumnElement[Any] = lines.fields.get(_NAME, code)
    count: ColumnElement[Any] = lines.fields.get(_COUNT, literal(1))
    query = select(code.label("code"), count.label("pieces"), name.label("called"))
    there = lines.fields[links.by] == key, lines.deleted_at.is_(None)
    return [
        Piece(str(row.code or ""), int(row.pieces or 1), str(row.called or row.code or ""))
        for row in connection.execute(query.where(*there))
    ]


def _key(running: Running, table: str) -> str:
    key = running.manifest.tables[table].key
    return key.field if key else "id"

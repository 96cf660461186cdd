"""Reading single records: by key or id, and again as they are, or after they were, written."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from mailuo.fields.text import control_problem
from mailuo.records.actor import Actor
from mailuo.records.links import is_id
from mailuo.records.messages import UNKNOWN_RECORD, UNKNOWN_TABLE, NoSuchThing
from mailuo.records.running import Running
from mailuo.records.selection import Asked, named, selection
from mailuo.records.several import given
from mailuo.records.shape import Record


def read_one(connection: Connection, running: Running, asked: Asked, key: str, now: datetime) -> Record:
    """The record with a key, or else an id; refuses one that is not there, or not for this actor."""
    if not running.access(asked.actor, asked.table).sees:
        raise NoSuchThing(UNKNOWN_TABLE(found=asked.table))
    chosen = selection(running, asked, connection, now)
    declared = running.tables[asked.table]
    columns = {"key": running.key_column(asked.table), "id": declared.id}
    for what, column in columns.items():
        if control_problem(key) or (what == "id" and not is_id(key)):
            break
        statement = running.once((*asked.name, "by", what), partial(chosen.by, column, "sought"))
        rows = statement.run(connection, {"sought": key, **named(asked.actor, now)})
        if rows:
            return chosen.records(connection, rows, now)[0]
    raise NoSuchThing(UNKNOWN_RECORD(found=key[:60]))


def added(
    connection: Connection, running: Running, actor: Actor, table: str, row: Mapping[str, object], now: datetime
) -> dict[str, object] | None:
    """A new record as JSON, written by the statement that answers it; None where it has to be written, then read."""
    if not running.access(actor, table).sees:
        return None
    asked = Asked(actor, table)
    chosen = selection(running, asked, connection, now)
    names = tuple(row)
    command = running.once((*asked.name, "echo", names), lambda: (chosen.echo(names),))[0]
    if command is None:
        return None
    raw = command.answer(connection, {**row, **named(actor, now)})[0]
    return chosen.records(connection, [raw], now)[0].json() if raw[chosen.further] else {"id": row["id"]}


def reread(
    connection: Connection, running: Running, actor: Actor, table: str, ids: Sequence[str], now: datetime
) -> list[dict[str, object]]:
    """Records that were just written, as JSON in the order of their ids; of one that the actor may not see, its id."""
    if not running.access(actor, table).sees:
        return [{"id": each} for each in ids]
    asked = Asked(actor, table)
    chosen = selection(running, asked, connection, now)
    identity = running.tables[table].id
    if len(ids) == 1:
        statement = running.once((*asked.name, "by", "id"), partial(chosen.by, identity, "sought"))
        rows = statement.run(connection, {"sought": ids[0], **named(actor, now)})
    else:
        statement = running.once((*asked.name, "ids"), partial(chosen.among, identity))
        rows = statement.run(connection, {"keys": given(ids, running.dialect), **named(actor, now)})
    found = {record.id: record.json() for record in chosen.records(connection, rows, now)}
    return [found.get(each, {"id": each}) for each in ids]

"""Reading single records: by key or id, and again as they are, or after they were, written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from mailuo.fields.text import control_problem
from mailuo.records.actor import Actor
from mailuo.records.keys import Awaited
from mailuo.records.links import is_id
from mailuo.records.messages import UNKNOWN_RECORD, UNKNOWN_TABLE, NoSuchThing
from mailuo.records.reach import named
from mailuo.records.running import Running
from mailuo.records.selection import Asked, Selection, selection
from mailuo.records.several import given
from mailuo.records.shape import ID, Record
from mailuo.storage.driver import Raw

Telling = Callable[[], dict[str, object]]
"""A new record as JSON, to be asked for when its transaction has ended, or must be known."""


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
            return chosen.records(connection, rows, asked.actor, now)[0]
    raise NoSuchThing(UNKNOWN_RECORD(found=key[:60]))


def added(
    connection: Connection,
    running: Running,
    actor: Actor,
    table: str,
    row: Mapping[str, object],
    now: datetime,
    key: Awaited | None,
) -> Telling | None:
    """A new record as JSON, written by the statement that answers it; None where it has to be written, then read.

    Where nothing has to be looked up for it, the statement may run as late as the answer is wanted.
    """
    if not running.access(actor, table).sees:
        return None
    asked = Asked(actor, table)
    chosen = selection(running, asked, connection, now)
    names = tuple(row)
    command = running.once((*asked.name, "echo", key is None, names), lambda: (chosen.echo(names, key),))[0]
    if command is None:
        return None
    values = {**row, **named(actor, now)}
    if key is None or chosen.asks_for_new(row):
        (raw,) = command.answer(connection, {**values, **key.values} if key else values)
        told = chosen.records(connection, [raw], actor, now)[0].json() if raw[chosen.further] else {"id": row["id"]}
        return lambda: told
    rows = command.answer_late(connection, {**values, **key.values})
    return lambda: _told_new(chosen, *rows())


def _told_new(chosen: Selection, raw: Raw) -> dict[str, object]:
    return chosen.new_record(raw).json() if raw[chosen.further] else {"id": raw[ID]}


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
    found = {record.id: record.json() for record in chosen.records(connection, rows, actor, now)}
    return [found.get(each, {"id": each}) for each in ids]

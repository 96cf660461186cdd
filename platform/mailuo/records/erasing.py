"""Erasing: a person's data goes on demand, everywhere; times, keys and a mark stay."""

from sqlalchemy import Connection, or_, update

from mailuo.fields import File
from mailuo.metadata.model import Table
from mailuo.records.standing import Standing
from mailuo.storage import files, system

_GONE = "—"
_OVER = ("ok", "dead", "dropped")


def personal(table: Table) -> list[str]:
    """The fields that hold a person's data."""
    return [field.id for field in table.fields.values() if field.personal and field.type.column is not None]


def forget_beside(connection: Connection, table: Table, standing: Standing, names: list[str]) -> None:
    """Blanks in history, files, messages and calls that are over what the personal fields of a record held."""
    history, message = system.history, system.message
    turns = (history.c.record == standing.id) & history.c.field.in_(names)
    connection.execute(update(history).where(turns).values(old=None, new=None))
    told = or_(message.c.record == standing.id, message.c.record == standing.key) & (message.c.table == table.id)
    connection.execute(update(message).where(told).values(text=_GONE, subject=None))
    call = system.call
    over = call.c.record.in_((standing.id, standing.key)), call.c.table == table.id, call.c.state.in_(_OVER)
    connection.execute(update(call).where(*over).values(values={}, answer=None))
    for name in names:
        held = standing.values.get(name)
        if held is not None and isinstance(table.fields[name].type, File):
            files.detach(connection, str(held), standing.id, f"field:{name}")
            _let_go(connection, str(held))


def _let_go(connection: Connection, file_id: str) -> None:
    """Makes a file that nothing else holds nobody's, so that the next sweep removes its bytes."""
    if not files.uses(connection, file_id):
        mine = system.file.c.id == file_id
        connection.execute(update(system.file).where(mine).values(attached=False, uploaded_by="", name=_GONE))

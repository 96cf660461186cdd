"""Making: the record that an action asks for, from what the record that caused it holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from mailuo.base.moments import format_moment
from mailuo.formulas import Formula, Template
from mailuo.metadata.automation import Create
from mailuo.records.actor import SYSTEM
from mailuo.records.door import Records
from mailuo.records.reach import Reach
from mailuo.records.running import Running

Path = tuple[str, ...]


def make(
    connection: Connection, running: Running, records: Records, action: Create, table: str, record: str, now: datetime
) -> None:
    """Makes one record of the action's table, as the system; refuses what that table refuses."""
    values = _values(connection, running, action, table, record, now)
    records.writing(connection, running, SYSTEM, action.table).born([values])


def _values(
    connection: Connection, running: Running, action: Create, table: str, record: str, now: datetime
) -> dict[str, object]:
    """The raw values of the new record: each a template filled in, or a formula computed, over the causing one."""
    reach = Reach.of(running, table, running.context(now, SYSTEM))
    paths = sorted({path for each in action.values.values() if isinstance(each, Template) for path in each.reads})
    formulas = {name: each for name, each in action.values.items() if isinstance(each, Formula)}
    columns: list[ColumnElement[Any]] = [*map(reach.column, paths), *map(reach.formula, formulas.values())]
    row = _row(connection, running, table, record, columns)
    held = dict(zip(paths, row, strict=False))
    computed = dict(zip(formulas, row[len(paths) :], strict=True))

    def shown(path: Path) -> object:
        value = held[path]
        return format_moment(value, running.zone) if isinstance(value, datetime) else value

    return {
        name: each.render(shown, str) if isinstance(each, Template) else _raw(running, computed[name])
        for name, each in action.values.items()
    }


def _row(
    connection: Connection, running: Running, table: str, record: str, columns: list[ColumnElement[Any]]
) -> tuple[Any, ...] | Row[Any]:
    if not columns:
        return ()
    labelled = (column.label(f"c{place}") for place, column in enumerate(columns))
    declared = running.tables[table]
    return connection.execute(select(*labelled).where(declared.id == record)).one()


def _raw(running: Running, value: object) -> object:
    return format_moment(value, running.zone) if isinstance(value, datetime) else value

"""Rows of clocks: how they are set, and stopped."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, or_, update

from mailuo.storage import system
from mailuo.storage.prepared import Command

Row = dict[str, object]
_TABLE = system.clock
_KEY = ("record", "rule", "part", "episode", "kind")


def _this(*names: str) -> list[ColumnElement[bool]]:
    return [_TABLE.c[name] == bindparam(f"this_{name}") for name in names]


def _setting(*names: str) -> Command:
    return Command(
        update(_TABLE)
        .where(*_this(*_KEY))
        .values({name: bindparam(f"this_{name}", type_=_TABLE.c[name].type) for name in names})
    )


_SET = _setting("due_at", "state", "detail")
_RENAME = Command(update(_TABLE).where(*_this(*_KEY)).values(episode=bindparam("this_name")))
_MARK = _setting("state")
_STOP = Command(
    update(_TABLE)
    .where(*_this("record", "rule", "part", "episode"), or_(_TABLE.c.state == "pending", _TABLE.c.state == "held"))
    .values(state="void")
)


def set_clocks(connection: Connection, rows: Sequence[Row]) -> None:
    """Sets moment, state and detail of clocks that are there."""
    _run(connection, _SET, rows, (*_KEY, "due_at", "state", "detail"))


def rename_clocks(connection: Connection, rows: Sequence[Row]) -> None:
    """Gives clocks the `name` of the episode that they turn out to be."""
    _run(connection, _RENAME, rows, (*_KEY, "name"))


def mark_clocks(connection: Connection, rows: Sequence[Row]) -> None:
    """Sets the state of clocks that are there."""
    _run(connection, _MARK, rows, (*_KEY, "state"))


def stop_clocks(connection: Connection, rows: Sequence[Row]) -> None:
    """Stops whatever still runs of these episodes: escalations and reminders too."""
    _run(connection, _STOP, rows, ("record", "rule", "part", "episode"))


def _run(connection: Connection, statement: Command, rows: Sequence[Row], names: Sequence[str]) -> None:
    given: list[dict[str, Any]] = [{f"this_{name}": row[name] for name in names} for row in rows]
    statement.run_all(connection, given)

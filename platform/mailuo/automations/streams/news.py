"""News: what happened, from the outbox, the history and the runs, before anybody's rights are asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from mailuo.automations.posting import POPUP
from mailuo.automations.streams.tail import Tail
from mailuo.flow.event import (
    DISPUTE_ENDED,
    DISPUTED,
    OPENED,
    REACHED,
    RESOLVED,
    RETOLD,
    RUN_ENDED,
    TODO,
    VERDICT_GIVEN,
    WITHDRAWN,
)
from mailuo.flow.wall import ACKNOWLEDGED
from mailuo.storage import system

MISSED_FOR = timedelta(hours=12)
"""How long a popup is kept for somebody who was not there."""
MOST_MISSED = 20
_OUTBOX, _HISTORY, _MESSAGE, _RUN = system.outbox, system.history, system.message, system.run
_ALERTS = {OPENED: "open", RESOLVED: "resolved", WITHDRAWN: "resolved", ACKNOWLEDGED: "acknowledged"}
_DISPUTES = {DISPUTED: "open", DISPUTE_ENDED: "ended", VERDICT_GIVEN: "decided"}
_RUNS_FOR = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened. `all` says that so much happened that it is not told apart."""

    kind: str
    """popup, alert, record, dispute, run, todo, all"""
    table: str = ""
    record: str = ""
    """The record's id; empty for what is about none."""
    told: tuple[tuple[str, object], ...] = ()
    """Names and values, as they are sent."""
    persons: frozenset[str] = frozenset()
    """Whom a popup, or a line on Home, is for."""
    role: str | None = None
    """The role that a line on Home is for."""


ALL = News("all")


class Reporter:
    """Reads the news, each once."""

    def __init__(self, connection: Connection) -> None:
        self._outbox = Tail.at_end(connection, _OUTBOX)
        self._history = Tail.at_end(connection, _HISTORY)
        self._runs: dict[str, datetime] = {}

    @property
    def position(self) -> int:
        """How far the outbox was read: where somebody who was away goes on."""
        return self._outbox.high

    def news(self, connection: Connection, now: datetime, seconds: float) -> list[News]:
        """What happened since the last time; what cannot be read now is read the next time."""
        marks = self._outbox.mark(), self._history.mark()
        try:
            return self._read(connection, now, seconds)
        except BaseException:
            self._outbox.back_to(marks[0])
            self._history.back_to(marks[1])
            raise

    def _read(self, connection: Connection, now: datetime, seconds: float) -> list[News]:
        lines, many = self._outbox.fresh(connection, seconds)
        turns, more = self._history.fresh(connection, seconds)
        found = [*_of_lines(connection, lines), *_of_turns(turns), *self._of_runs(connection, now)]
        return [ALL, *(each for each in found if each.kind == POPUP)] if many or more else list(dict.fromkeys(found))

    def _of_runs(self, connection: Connection, now: datetime) -> Iterator[News]:
        since = now - _RUNS_FOR
        self._runs = {id_: at for id_, at in self._runs.items() if at > since - _RUNS_FOR}
        columns = (_RUN.c.id, _RUN.c.automation, _RUN.c.table, _RUN.c.record, _RUN.c.state, _RUN.c.at)
        for row in connection.execute(select(*columns).where(_RUN.c.id >= _first_id(since)).order_by(_RUN.c.id)):
            if row.id not in self._runs:
                self._runs[row.id] = max(row.at, since)
                yield _run(row.table or "", row.record, row._mapping)


def missed(connection: Connection, after: int, now: datetime) -> list[News]:
    """The popups of late that came after a position, oldest first."""
    late = _OUTBOX.c.id > after, _OUTBOX.c.kind == POPUP, _OUTBOX.c.at > now - MISSED_FOR
    rows = connection.execute(select(_OUTBOX).where(*late).order_by(_OUTBOX.c.id.desc()).limit(MOST_MISSED)).all()
    return list(_of_lines(connection, rows[::-1]))


def _of_lines(connection: Connection, lines: Sequence[Row[Any]]) -> Iterator[News]:
    wanted = [line.detail["message"] for line in lines if line.kind == POPUP]
    query = select(_MESSAGE).where(_MESSAGE.c.id.in_(wanted))
    messages = {row.id: row for row in connection.execute(query)} if wanted else {}
    for line in lines:
        news = _of_line(line, messages)
        if news is not None:
            yield news


def _of_line(line: Row[Any], messages: Mapping[str, Row[Any]]) -> News | None:
    table, record, detail = line.table or "", line.record or "", line.detail or {}
    if line.kind == POPUP:
        message = messages.get(detail["message"])
        return None if message is None else _popup(message, detail["persons"])
    if line.kind in _ALERTS:
        told = {"id": detail["alert"], "rule": detail["rule"], "state": _ALERTS[line.kind]}
        return News("alert", table, record, tuple(told.items()))
    if line.kind in _DISPUTES:
        return News("dispute", table, record, (("node", detail.get("node")), ("state", _DISPUTES[line.kind])))
    if line.kind == RUN_ENDED:
        return _run(table, record, detail)
    if line.kind == TODO:
        return News(TODO, table, record, persons=frozenset([detail["user"]] if detail["user"] else ()), role=detail["role"])
    return News("record", table, record) if line.kind in (REACHED, RETOLD) else None


def _run(table: str, record: str, told: Mapping[Any, Any]) -> News:
    return News("run", table, record, tuple((name, told[name]) for name in ("id", "automation", "state")))


def _popup(message: Row[Any], persons: Iterable[str]) -> News:
    key = (message.detail or {}).get("key")
    url = f"/tables/{message.table}/records/{key}" if message.table and key else None
    told = {"id": message.id, "title": message.subject, "text": message.text, "level": message.level, "url": url}
    return News(POPUP, told=tuple(told.items()), persons=frozenset(persons))


def _of_turns(turns: Iterable[Row[Any]]) -> Iterator[News]:
    return (News("record", turn.table, turn.record) for turn in turns)


def _first_id(at: datetime) -> str:
    """What no id made since then sorts before."""
    digits = f"{int(at.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"

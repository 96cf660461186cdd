"""Counting: how reliable and how busy each connector is, in a few statements for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from mailuo.storage import system

GOOD = ("ok", "partial")
"""How an attempt ended that did what it was to do."""
WINDOWS = {"1h": timedelta(hours=1), "1d": timedelta(days=1)}
_CALL, _INBOX, _ATTEMPT = system.call, system.inbox, system.attempt
_ENDED = ("ok", "dead")


@dataclass(frozen=True)
class Counted:
    """What was counted, by connector."""

    inbox: Mapping[str, Mapping[str, int]]
    """Events by state; those done since a moment only."""
    calls: Mapping[str, Mapping[str, int]]
    """Calls by state; those ended since a moment only."""
    first: Mapping[str, int]
    """Calls ended well at the first attempt, since that moment."""
    heard: Mapping[str, datetime]
    held: Mapping[str, str]
    """Who holds back what, by scope."""

    @classmethod
    def of(cls, connection: Connection, since: datetime) -> "Counted":
        """Counts what there is now, and what has ended since a moment."""
        busy = _CALL.c.state.not_in(_ENDED) | (_CALL.c.at >= since)
        waiting = (_INBOX.c.state != "done") | (_INBOX.c.received_at >= since)
        at_once = _CALL.c.state == "ok", _CALL.c.attempts <= 1, _CALL.c.at >= since
        first = select(_CALL.c.connector, func.count()).where(*at_once).group_by(_CALL.c.connector)
        latest = func.max(_INBOX.c.received_at, type_=_INBOX.c.received_at.type)
        heard = select(_INBOX.c.connector, latest).where(_INBOX.c.state != "refused").group_by(_INBOX.c.connector)
        return cls(
            _by_state(connection, _INBOX.c.connector, _INBOX.c.state, waiting, _times()),
            _by_state(connection, _CALL.c.connector, _CALL.c.state, busy, func.count()),
            {row[0]: row[1] for row in connection.execute(first)},
            {row[0]: row[1] for row in connection.execute(heard)},
            {row.scope: row.by for row in connection.execute(select(system.held.c.scope, system.held.c.by))},
        )

    def success(self, connector: str) -> Mapping[str, object]:
        """The share of calls that ended well, at the first attempt and in the end; None where none has ended."""
        states = self.calls[connector]
        calls = sum(states.get(state, 0) for state in _ENDED)
        first = self.first.get(connector, 0)
        shares = {"before": first / calls, "after": states.get("ok", 0) / calls} if calls else {"before": None, "after": None}
        return {"calls": calls, **shares}


@dataclass(frozen=True, slots=True)
class Lately:
    """What one connector was asked in the last stretch of time, calls and polls alike."""

    connector: str
    window: str
    attempts: int
    failed: int


def lately(connection: Connection, connectors: Iterable[str], now: datetime) -> list[Lately]:
    """The attempts of each connector in each window; zeros where there were none."""
    failed = func.sum(case((_ATTEMPT.c.outcome.in_(GOOD), 0), else_=1))
    query = select(_ATTEMPT.c.connector, func.count(), failed).group_by(_ATTEMPT.c.connector)
    found: list[Lately] = []
    for window, span in WINDOWS.items():
        rows = connection.execute(query.where(_ATTEMPT.c.at >= now - span))
        counted = {row[0]: (row[1], int(row[2])) for row in rows}
        found += [Lately(connector, window, *counted.get(connector, (0, 0))) for connector in connectors]
    return found


def _times() -> ColumnElement[Any]:
    """How many events rows stand for: a row of refusals stands for all of its minute."""
    return func.sum(case((_INBOX.c.state == "refused", _INBOX.c.repeats + 1), else_=1))


def _by_state(
    connection: Connection, connector: Any, state: Any, where: ColumnElement[bool], count: ColumnElement[Any]
) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in connection.execute(select(connector, state, count).where(where).group_by(connector, state)):
        found[row[0]][row[1]] = int(row[2])
    return found

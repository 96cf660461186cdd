"""The pulse of one connector: how busy it was in each half hour of a day, how fast, and what trying again has saved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, case, func, select, type_coerce

from mailuo.automations.counting import GOOD
from mailuo.base.moments import MICROSECOND, format_moment, micros, moment
from mailuo.metadata.connector import Connector
from mailuo.records.running import Running
from mailuo.storage import system

DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)
BARS = 48
_CALL, _INBOX, _ATTEMPT = system.call, system.inbox, system.attempt
Json = dict[str, Any]


def pulse_of(connection: Connection, running: Running, connector: Connector, now: datetime) -> Json:
    """`{halves, median, again, rate, inbox}` of the last day."""
    since = now - DAY
    return {
        "halves": _halves(connection, running, connector.id, now),
        "median": _median(connection, connector.id, since),
        "again": _again(connection, connector.id, since),
        "rate": _rate(connection, connector, now),
        "inbox": _inbox(connection, running, connector.id, since),
    }


def _halves(connection: Connection, running: Running, connector: str, now: datetime) -> list[Json]:
    """Each half hour, oldest first: what went out and came in, and how many attempts failed."""
    width = HALF_HOUR // MICROSECOND
    end = (micros(now) // width + 1) * width
    first = end - BARS * width
    out, failed, came = (_zeros() for _ in range(3))
    place = (type_coerce(_ATTEMPT.c.at, BigInteger) - first) / width
    bad = func.sum(case((_ATTEMPT.c.outcome.in_(GOOD), 0), else_=1))
    query = select(func.floor(place), func.count(), bad).where(_ATTEMPT.c.connector == connector, _ATTEMPT.c.at >= moment(first))
    for bar, count, wrong in connection.execute(query.group_by(func.floor(place))):
        out[int(bar)], failed[int(bar)] = count, int(wrong)
    place = (type_coerce(_INBOX.c.received_at, BigInteger) - first) / width
    arrived = _INBOX.c.connector == connector, _INBOX.c.received_at >= moment(first)
    for bar, count in connection.execute(select(func.floor(place), func.count()).where(*arrived).group_by(func.floor(place))):
        came[int(bar)] = count
    return [
        {"at": format_moment(moment(first + bar * width), running.zone), "out": out[bar], "in": came[bar], "failed": failed[bar]}
        for bar in range(BARS)
    ]


def _zeros() -> dict[int, int]:
    return dict.fromkeys(range(BARS), 0)


def _median(connection: Connection, connector: str, since: datetime) -> int | None:
    """The milliseconds that half of the attempts stayed below; None where there was none."""
    mine = _ATTEMPT.c.connector == connector, _ATTEMPT.c.at >= since
    count = connection.scalar(select(func.count()).select_from(_ATTEMPT).where(*mine)) or 0
    query = select(_ATTEMPT.c.milliseconds).where(*mine).order_by(_ATTEMPT.c.milliseconds)
    return connection.scalar(query.offset(count // 2).limit(1)) if count else None


def _again(connection: Connection, connector: str, since: datetime) -> Mapping[str, int]:
    """How many calls were tried again, and how many of these ended well."""
    again = _CALL.c.connector == connector, _CALL.c.at >= since, _CALL.c.attempts > 1
    well = func.sum(case((_CALL.c.state == "ok", 1), else_=0))
    count, saved = connection.execute(select(func.count(), well).where(*again)).one()
    return {"calls": count, "saved": int(saved or 0)}


def _rate(connection: Connection, connector: Connector, now: datetime) -> Json:
    """Attempts a second in the last minute, and how many there may be."""
    mine = _ATTEMPT.c.connector == connector.id, _ATTEMPT.c.at >= now - timedelta(minutes=1)
    count = connection.scalar(select(func.count()).select_from(_ATTEMPT).where(*mine)) or 0
    limits = [each.count / each.per.total_seconds() for each in connector.limits.rates]
    return {"now": count / 60, "most": min(limits, default=None)}


def _inbox(connection: Connection, running: Running, connector: str, since: datetime) -> Json:
    """Since when the oldest event waits, how many came in over the day, and how many of them more than once."""
    mine = _INBOX.c.connector == connector
    at = func.min(_INBOX.c.received_at, type_=_INBOX.c.received_at.type)
    oldest = connection.scalar(select(at).where(mine, _INBOX.c.state == "new"))
    taken = mine, _INBOX.c.received_at >= since, _INBOX.c.state != "refused"
    count, repeats = connection.execute(select(func.count(), func.sum(_INBOX.c.repeats)).where(*taken)).one()
    since_text = None if oldest is None else format_moment(oldest, running.zone)
    return {"oldest": since_text, "count": count, "repeats": int(repeats or 0)}

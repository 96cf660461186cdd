"""Digests: messages of one rule to one receiver by one way, told apart or as one where they are too many.

A message waits only while it might still become part of a digest: when so many others are bound to come within its
60 seconds (their clocks are known), or have been told within the last 60, that the rule's number would be passed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, and_, case, cast, func, insert, select, update

from mailuo.base.ids import new_id
from mailuo.base.problems import Language
from mailuo.flow.message import WINDOW
from mailuo.flow.opening import EXPIRE
from mailuo.flow.telling import MOST_NAMED, digest
from mailuo.records.running import Running
from mailuo.storage import system

_MESSAGE, _CLOCK = system.message, system.clock
_GROUP = (_MESSAGE.c.rule, _MESSAGE.c.via, _MESSAGE.c.role, _MESSAGE.c.user, _MESSAGE.c.copy)
_WAITING = _MESSAGE.c.state == "waiting"
_TOLD = _MESSAGE.c.state.in_(("intended", "sent"))


def release(connection: Connection, running: Running, now: datetime, base_url: str) -> None:
    """Tells what waits: as one message where a pass, or 60 seconds, brought more than the rule allows."""
    at_once = cast(func.sum(case((_MESSAGE.c.at == now, 1), else_=0)), Integer)
    ends = func.min(_MESSAGE.c.window_ends, type_=_MESSAGE.c.window_ends.type)
    query = select(*_GROUP, func.count(), at_once, ends).where(_WAITING).group_by(*_GROUP)
    for group in connection.execute(query).all():
        *_, count, together, window_ends = group
        rule = running.manifest.alerts.get(group.rule)
        most = rule.digest_over if rule is not None else None
        over = window_ends <= now
        if most is None:
            _tell_apart(connection, group)
        elif together > most or over and count > 1 and _told_lately(connection, group, now) + count > most:
            _fold(connection, running, group, count, now, base_url)
        elif over or _told_lately(connection, group, now) + count + _to_come(connection, group, now, window_ends) <= most:
            _tell_apart(connection, group)


def _told_lately(connection: Connection, group: Row[Any], now: datetime) -> int:
    """How many were told within the last 60 seconds."""
    query = select(func.count()).select_from(_MESSAGE).where(_MESSAGE.c.at > now - WINDOW, _TOLD, _same(group))
    return connection.execute(query).scalar_one()


def _to_come(connection: Connection, group: Row[Any], now: datetime, until: datetime) -> int:
    """How many clocks of the rule are bound to run out while the first message can still wait."""
    due = _CLOCK.c.rule == group.rule, _CLOCK.c.state == "pending", _CLOCK.c.due_at > now, _CLOCK.c.due_at <= until
    query = select(func.count()).select_from(_CLOCK).where(*due, _CLOCK.c.kind != EXPIRE)
    return connection.execute(query).scalar_one()


def _tell_apart(connection: Connection, group: Row[Any]) -> None:
    connection.execute(update(_MESSAGE).where(_WAITING, _same(group)).values(state="intended"))


def _fold(connection: Connection, running: Running, group: Row[Any], count: int, now: datetime, base_url: str) -> None:
    rule = running.manifest.alerts[group.rule]
    first = select(_MESSAGE.c.detail, _MESSAGE.c.subject).where(_WAITING, _same(group)).order_by(_MESSAGE.c.id)
    keys = [str(detail["key"]) for detail, _ in connection.execute(first.limit(MOST_NAMED))]
    connection.execute(update(_MESSAGE).where(_WAITING, _same(group)).values(state="folded"))
    language: Language = "en" if running.manifest.workspace.languages[:1] == ("en",) else "zh"
    row = {
        "id": new_id(), "at": now, "via": group.via, "role": group.role, "user": group.user, "copy": group.copy,
        "subject": f"{rule.title} × {count}", "text": digest(rule.title, count, keys, f"{base_url}/alerts?rule={rule.id}", language),
        "level": rule.level, "rule": rule.id, "table": rule.on, "state": "intended",
        "detail": {"count": count, "everyone": group.role is None and group.user is None},
    }  # fmt: skip
    connection.execute(insert(_MESSAGE), row)


def _same(group: Row[Any]) -> ColumnElement[bool]:
    """That a message belongs to the group."""
    return and_(*(column.is_not_distinct_from(value) for column, value in zip(_GROUP, group, strict=False)))

"""Digests: messages of one rule to one receiver by one way that wait for each other, told apart or as one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Row, and_, case, cast, func, insert, select, update

from mailuo.base.ids import new_id
from mailuo.base.problems import Language
from mailuo.flow.telling import MOST_NAMED, digest
from mailuo.records.running import Running
from mailuo.storage import system

_MESSAGE = system.message
_GROUP = (_MESSAGE.c.rule, _MESSAGE.c.via, _MESSAGE.c.role, _MESSAGE.c.user, _MESSAGE.c.copy)
_WAITING = _MESSAGE.c.state == "waiting"


def release(connection: Connection, running: Running, now: datetime, base_url: str) -> None:
    """Tells what waits: as one message where a pass, or the 60 seconds after the first, brought more than the rule allows."""
    at_once = cast(func.sum(case((_MESSAGE.c.at == now, 1), else_=0)), Integer)
    ends = func.min(_MESSAGE.c.window_ends, type_=_MESSAGE.c.window_ends.type)
    query = select(*_GROUP, func.count(), at_once, ends).where(_WAITING).group_by(*_GROUP)
    for group in connection.execute(query).all():
        *_, count, together, window_ends = group
        rule = running.manifest.alerts.get(group.rule)
        most = rule.digest_over if rule is not None else None
        if most is not None and (together > most or count > most and window_ends <= now):
            _fold(connection, running, group, count, now, base_url)
        elif most is None or window_ends <= now:
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

"""Overviews: how many records stand where on the line, for pages that show a whole table at a glance."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, and_, case, cast, func, select

from mailuo.flow.course import Course
from mailuo.records.actor import Actor
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.system import FOREVER

_STATE, _ALERT = system.node_state, system.alert


class NodeCount(NamedTuple):
    """How many records wait for a node, are disputed at it, and have reached it lately."""

    waiting: int = 0
    disputed: int = 0
    reached: int = 0


class Overview(NamedTuple):
    """A table at a glance."""

    open: int
    closed_since: int
    nodes: Mapping[str, NodeCount]


class Waiting(NamedTuple):
    """How many records wait for a node, and those that have waited longest: id, key, due since."""

    count: int  # type: ignore[assignment]  # a tuple's own `count` is not asked
    oldest: list[tuple[str, str, datetime | None]]


def overview(
    connection: Connection, running: Running, course: Course, actor: Actor, since: datetime, now: datetime
) -> Overview:
    """The overview of what the actor sees."""
    declared = running.tables[course.table.id]
    seen = _seen(running, actor, course.table.id, now)
    lately = and_(_STATE.c.state == "reached", _STATE.c.at >= since)
    query = (
        select(_STATE.c.node, _sum(_STATE.c.state == "due"), _sum(_STATE.c.state == "disputed"), _sum(lately))
        .join(declared.table, declared.id == _STATE.c.record)
        .where(_STATE.c.table == course.table.id, _STATE.c.part == "", _STATE.c.known_to == FOREVER, *seen)
        .group_by(_STATE.c.node)
    )
    nodes = {row[0]: NodeCount(*row[1:]) for row in connection.execute(query)}
    closed = and_(declared.closed.is_(True), declared.status_since >= since)
    totals = select(_sum(declared.closed.is_(False)), _sum(closed)).where(*seen)
    open_, ended = connection.execute(totals).one()
    return Overview(open_ or 0, ended or 0, {name: nodes.get(name, NodeCount()) for name in course.line.number})


def waiting(
    connection: Connection, running: Running, actor: Actor, table: str, node: str, limit: int, now: datetime
) -> Waiting:
    """What waits for a node, as far as the actor sees it."""
    declared = running.tables[table]
    due = (_STATE.c.table == table, _STATE.c.node == node, _STATE.c.part == "", _STATE.c.state == "due", _STATE.c.known_to == FOREVER)

    def of(*columns: ColumnElement[Any]) -> Select[Any]:
        joined = select(*columns).select_from(_STATE.join(declared.table, declared.id == _STATE.c.record))
        return joined.where(*due, *_seen(running, actor, table, now))

    key = running.key_column(table)
    oldest = of(declared.id, key, _STATE.c.due_since).order_by(_STATE.c.due_since.nulls_last(), declared.id).limit(limit)
    count = connection.scalar(of(func.count())) or 0
    return Waiting(count, [(row[0], row[1] or row[0], row[2]) for row in connection.execute(oldest)])


def late(
    connection: Connection, running: Running, course: Course, actor: Actor, against: Mapping[str, str], now: datetime
) -> Mapping[tuple[str, str], int]:
    """How many alerts that are not over hold at each (node, level).

    An alert holds at the node that it runs against (`against`, by rule) while its record waits for that, else at the
    first node that the record waits for.
    """
    declared, order = running.tables[course.table.id], course.line.number
    joined = _ALERT.join(declared.table, declared.id == _ALERT.c.record).join(
        _STATE, and_(_STATE.c.record == _ALERT.c.record, _STATE.c.part == "", _STATE.c.known_to == FOREVER)
    )
    query = (
        select(_ALERT.c.id, _ALERT.c.rule, _ALERT.c.level, _STATE.c.node)
        .select_from(joined)
        .where(_ALERT.c.state != "resolved", _ALERT.c.table == course.table.id, _STATE.c.state.in_(("due", "disputed")))
        .where(*_seen(running, actor, course.table.id, now))
    )
    waits: dict[tuple[str, str, str], list[str]] = {}
    for alert, rule, level, node in connection.execute(query):
        waits.setdefault((alert, rule, level), []).append(node)
    found: Counter[tuple[str, str]] = Counter()
    for (_, rule, level), nodes in waits.items():
        own = against.get(rule)
        found[own if own in nodes else min(nodes, key=lambda node: order.get(node, len(order))), level] += 1
    return found


def _seen(running: Running, actor: Actor, table: str, now: datetime) -> list[ColumnElement[bool]]:
    access = running.access(actor, table)
    return Reach.of(running, table, running.context(now, actor)).visible(access)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), Integer)

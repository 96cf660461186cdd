"""Overviews: how many records stand where on the line, for pages that show a whole table at a glance."""

from collections import Counter
from collections.abc import Mapping, Set
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from mailuo.flow.conditions import AHEAD
from mailuo.flow.course import Course
from mailuo.flow.gathering import chunks
from mailuo.records.actor import Actor
from mailuo.records.query import Question
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.system import FOREVER

_STATE, _ALERT = system.node_state, system.alert
_COUNTED = ("due", "disputed", "reached")
_STANDS = or_(_STATE.c.state == "due", _STATE.c.state == "disputed")


class NodeCount(NamedTuple):
    """How many records wait for a node, are disputed at it, and have reached it lately."""

    waiting: int = 0
    disputed: int = 0
    reached: int = 0


class Overview(NamedTuple):
    """A table at a glance."""

    open: int
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

    def counts(*which: ColumnElement[bool]) -> Mapping[tuple[str, str], int]:
        query = select(_STATE.c.node, _STATE.c.state, func.count()).join(declared.table, declared.id == _STATE.c.record)
        query = query.where(*_standing(course.table.id), *which, *seen).group_by(_STATE.c.node, _STATE.c.state)
        return {(node, state): count for node, state, count in connection.execute(query)}

    lately = (_STATE.c.node.in_(course.line.number), _STATE.c.known_from >= since - AHEAD, _STATE.c.at >= since)
    found = {**counts(_STANDS), **counts(_STATE.c.state == "reached", *lately)}
    nodes = {name: NodeCount(*(found.get((name, state), 0) for state in _COUNTED)) for name in course.line.number}
    open_ = connection.scalar(select(func.count()).where(declared.closed.is_(False), *seen)) or 0
    return Overview(open_, nodes)


def waiting(
    connection: Connection, running: Running, actor: Actor, table: str, node: str, limit: int, now: datetime
) -> Waiting:
    """What waits for a node, as far as the actor sees it."""
    declared = running.tables[table]
    due = (*_standing(table), _STATE.c.node == node, _STATE.c.state == "due")

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
    query = select(_ALERT.c.id, _ALERT.c.rule, _ALERT.c.level, _ALERT.c.record).join(declared.table, declared.id == _ALERT.c.record)
    query = query.where(_ALERT.c.state.in_(("open", "acknowledged")), _ALERT.c.table == course.table.id)
    alerts = connection.execute(query.where(*_seen(running, actor, course.table.id, now))).all()
    nodes = _nodes(connection, course, {alert.record for alert in alerts})
    found: Counter[tuple[str, str]] = Counter()
    for alert in (each for each in alerts if each.record in nodes):
        stands, own = nodes[alert.record], against.get(alert.rule)
        at = own if own in stands else min(stands, key=lambda node: order.get(node, len(order)))
        found[at, alert.level] += 1
    return found


def late_records(
    connection: Connection, running: Running, actor: Actor, table: str, question: Question, now: datetime
) -> int:
    """How many of the records that answer a question have a red or orange alert that is not over."""
    declared = running.tables[table]
    reach = Reach.of(running, table, running.context(now, actor))
    asked = [reach.formula(condition) for condition in question.conditions]
    bad = _ALERT.c.table == table, _ALERT.c.state.in_(("open", "acknowledged")), _ALERT.c.level.in_(("red", "orange"))
    late = declared.id.in_(select(_ALERT.c.record).where(*bad))
    visible = reach.visible(running.access(actor, table))
    return connection.scalar(select(func.count()).where(late, *visible, *asked)) or 0


def _nodes(connection: Connection, course: Course, records: Set[str]) -> Mapping[str, list[str]]:
    """The nodes at which these records stand."""
    found: dict[str, list[str]] = {}
    for some in chunks(sorted(records)):
        query = select(_STATE.c.record, _STATE.c.node).where(*_standing(course.table.id), _STATE.c.record.in_(some), _STANDS)
        for record, node in connection.execute(query):
            found.setdefault(record, []).append(node)
    return found


def _standing(table: str) -> tuple[ColumnElement[bool], ...]:
    """What is known now of the nodes of a table's records, as wholes."""
    return _STATE.c.table == table, _STATE.c.part == "", _STATE.c.known_to == FOREVER


def _seen(running: Running, actor: Actor, table: str, now: datetime) -> list[ColumnElement[bool]]:
    access = running.access(actor, table)
    return Reach.of(running, table, running.context(now, actor)).visible(access)

"""Disagreement as a figure: how often sources contradict the golden one, and how long disputes wait."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Subquery, and_, case, exists, func, or_, select, true, type_coerce

from mailuo.base.moments import MICROSECOND, format_moment
from mailuo.flow.course import courses
from mailuo.flow.disputing import OPEN_STATES
from mailuo.flow.speaking import titled
from mailuo.metadata.arbitration import Arbitration
from mailuo.records.actor import Actor
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage import system

Json = dict[str, object]
_DISPUTE = system.dispute


def figures(connection: Connection, running: Running, actor: Actor, since: datetime | None, now: datetime) -> Json:
    """`{states, oldest, rates}` of the records that the actor sees; rates of words received since a moment."""
    states, oldest = standing(connection, running, actor, now)
    rates = [
        _rate(connection, running, actor, rule, per, since, now)
        for table, course in courses(running).items()
        if running.policy.access(actor).reads(table)
        for rule, per in course.arbitrations
    ]
    return {"states": states, "oldest": None if oldest is None else format_moment(oldest, running.zone), "rates": rates}


def standing(
    connection: Connection, running: Running, actor: Actor, now: datetime
) -> tuple[dict[str, int], datetime | None]:
    """How many disputes of records that the actor sees stand how, and since when the oldest is open."""
    states: dict[str, int] = {}
    oldest: datetime | None = None
    for table in courses(running):
        if not running.policy.access(actor).reads(table):
            continue
        declared = running.tables[table]
        joined = _DISPUTE.join(declared.table, _DISPUTE.c.record == declared.id)
        query = select(_DISPUTE.c.state, func.count(), func.min(_DISPUTE.c.opened_at, type_=_DISPUTE.c.opened_at.type))
        mine = _DISPUTE.c.table == table, *_visible(running, actor, table, now)
        for state, count, first in connection.execute(query.select_from(joined).where(*mine).group_by(_DISPUTE.c.state)):
            states[state] = states.get(state, 0) + count
            if state in OPEN_STATES and (oldest is None or first < oldest):
                oldest = first
    return states, oldest


def _rate(
    connection: Connection,
    running: Running,
    actor: Actor,
    rule: Arbitration,
    per: str | None,
    since: datetime | None,
    now: datetime,
) -> Json:
    """How many records two sources spoke of, and in how many of them they contradict each other."""
    declared = running.tables[rule.on]
    gaps = _gaps(rule, per, since)
    apart = gaps.c.gap > rule.tolerance // MICROSECOND
    both, against = func.count(gaps.c.record.distinct()), func.count(case((apart, gaps.c.record)).distinct())
    joined = gaps.join(declared.table, gaps.c.record == declared.id)
    of = select(gaps.c.source, both, against).select_from(joined).where(*_visible(running, actor, rule.on, now))
    every = select(both, against).select_from(joined).where(*_visible(running, actor, rule.on, now))
    records, conflicting = connection.execute(every).one()
    found = {row[0]: (row[1], row[2]) for row in connection.execute(of.group_by(gaps.c.source))}
    sources = [
        {"source": source, "title": titled(running.manifest, source, actor.language), **_shares(*found.get(source, (0, 0)))}
        for source in rule.auxiliary
    ]
    told = {"arbitration": rule.id, "title": rule.title, "table": rule.on, "node": rule.node, "golden": rule.golden}
    return {**told, **_shares(records, conflicting), "sources": sources}


def _shares(records: int, conflicting: int) -> Json:
    return {"records": records, "conflicting": conflicting, "rate": conflicting / records if records else None}


def _gaps(rule: Arbitration, per: str | None, since: datetime | None) -> Subquery:
    """How far each auxiliary word lies from the nearest golden one about the same part, in microseconds."""
    golden = _words(rule, (rule.golden,), since).subquery("golden")
    other = _words(rule, rule.auxiliary, since).subquery("other")
    same = or_(other.c.part == golden.c.part, other.c.part == "", golden.c.part == "") if per else true()
    gap = func.min(func.abs(other.c.at - golden.c.at))
    return (
        select(other.c.record, other.c.source, gap.label("gap"))
        .select_from(other.join(golden, and_(other.c.record == golden.c.record, same)))
        .group_by(other.c.record, other.c.part, other.c.source)
        .subquery("gaps")
    )


def _words(rule: Arbitration, sources: tuple[str, ...], since: datetime | None) -> Any:
    """The earliest standing word of each source, by record and part, in microseconds."""
    claim, later = system.claim, system.claim.alias("withdrawal")
    withdrawn = exists().where(later.c.record == claim.c.record, later.c.retracts == claim.c.id)
    said = (
        claim.c.table == rule.on, claim.c.node == rule.node, claim.c.source.in_(sources),
        claim.c.retracts.is_(None), ~withdrawn, *_recent(since),
    )  # fmt: skip
    at = func.min(type_coerce(claim.c.at, BigInteger)).label("at")
    place = claim.c.record, claim.c.part, claim.c.source
    return select(*place, at).where(*said).group_by(*place)


def _recent(since: datetime | None) -> Iterator[Any]:
    if since is not None:
        yield system.claim.c.received_at >= since


def _visible(running: Running, actor: Actor, table: str, now: datetime) -> list[Any]:
    reach = Reach.of(running, table, running.context(now, actor))
    return reach.visible(running.policy.access(actor).tables[table])

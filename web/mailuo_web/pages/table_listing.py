"""Listing the rows of a table page: the records, how each stands, and what is wrong with the question."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mailuo.records import BadQuestion, Query, Record
from mailuo_web.http.asking import application
from mailuo_web.lifeline.shape import State
from mailuo_web.pages.address import Address
from mailuo_web.pages.alerting import overdue_of
from mailuo_web.pages.cells import Row, row_of
from mailuo_web.pages.columns import Column, needed_expansions
from mailuo_web.pages.grid import Listed
from mailuo_web.pages.looks import Look
from mailuo_web.pages.standing import (
    Overdue,
    Standing,
    exit_of,
    line_of,
    overdue_marks,
    read_stands,
    standing_of,
)
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.timing import timing_marks

PAGE = 50


def listed_rows(
    subject: Subject, view: Look | None, address: Address, columns: tuple[Column, ...], *, count: bool
) -> Listed:
    """The page of rows that an address asks for; a wrong question gives its problem and no rows."""
    query = Query(
        filter=(address.filter if address.filter is not None else view.filter if view else None) or None,
        sort=(address.sort if address.sort is not None else view.sort if view else None) or None,
        expand=needed_expansions(subject, columns),
        limit=PAGE,
        cursor=address.cursor,
        count=count,
    )
    try:
        found = application().records.page(subject.actor, subject.table.id, query)
    except BadQuestion as refusal:
        return Listed(problem="；".join(problem.text(subject.say.language) for problem in refusal.problems))
    rows = rows_of(subject, found.records, columns)
    if found.count is None:
        return Listed(rows, len(rows), next=found.next)
    return Listed(rows, found.count.number, found.count.exact, found.next)


def one_row(subject: Subject, key: str, columns: tuple[Column, ...]) -> Row:
    """The row of one record; refuses one that is not there, or not for the actor."""
    expand = needed_expansions(subject, columns)
    record = application().records.get(subject.actor, subject.table.id, key, expand=expand)
    return rows_of(subject, [record], columns)[0]


def rows_of(subject: Subject, records: Sequence[Record], columns: tuple[Column, ...]) -> tuple[Row, ...]:
    """The rows of records, each with its standing on the flow."""
    standings = standings_of(subject, records)
    return tuple(row_of(subject, record, columns, standings.get(record.id)) for record in records)


def standings_of(subject: Subject, records: Sequence[Record]) -> dict[str, Standing]:
    """How each record stands on the flow, by id; empty for a table without one."""
    if subject.flow is None:
        return {}
    alerted = [record.id for record in records if record.values.get("alerts_opened")]
    overdue = overdue_of(subject, alerted)
    disputed = [record.id for record in records if record.values.get("disputed")]
    since = application().disputes.opened(subject.table.id, disputed) if disputed else {}
    return {
        record.id: _standing(subject, record, overdue.get(record.id, ()), since.get(record.id)) for record in records
    }


def _standing(subject: Subject, record: Record, overdue: Sequence[Overdue], since: datetime | None) -> Standing:
    assert subject.flow is not None
    told = read_stands(record.values.get("lifeline"), subject.zone)
    stands = {node: replace(one, due_since=since) if one.state is State.DISPUTED else one for node, one in told.items()}
    exit_ = exit_of(subject.table, record.values)
    plain = line_of(subject.flow, stands, {}, exit_)
    marks = {**timing_marks(subject, plain, record.values), **overdue_marks(plain, overdue)}
    return standing_of(line_of(subject.flow, stands, marks, exit_), subject.now, subject.say)

"""Totals: how many records each view of a table has, and what a list comes to as a whole; dear ones are remembered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mailuo.fields import Money
from mailuo.records import BadQuestion, Query
from mailuo_web.http.asking import application
from mailuo_web.pages.columns import Column
from mailuo_web.pages.conditions import join
from mailuo_web.pages.memories import memory
from mailuo_web.pages.subject import Subject

_DISPUTED = "{disputed}"


@dataclass(frozen=True, slots=True)
class Total:
    """What a list comes to: a sum of money, or how many of its records are late or disputed."""

    title: str
    value: str


def count_of(subject: Subject, filter: str) -> str:
    """How many records a filter lets through, as a tab writes it; blank for one that cannot be read any more."""
    return str(memory("view.count").of((*_whose(subject), filter), lambda: _counted(subject, filter)))


def totals_of(subject: Subject, filter: str, columns: Sequence[Column]) -> tuple[Total, ...]:
    """The sums of the money that a list shows, then how many of its records are late or disputed, where any are."""
    shown = tuple(column.id for column in columns)
    found = memory("totals").of((*_whose(subject), filter, shown), lambda: tuple(_totals(subject, filter, columns)))
    return tuple(found)


def _whose(subject: Subject) -> tuple[object, ...]:
    return subject.running.number, subject.say.language, subject.table.id, subject.actor.id, subject.actor.roles


def _counted(subject: Subject, filter: str) -> str:
    try:
        count = application().records.page(subject.actor, subject.table.id, _query(filter)).count
    except BadQuestion:
        return ""
    return "" if count is None else f"{count.number:,}{'' if count.exact else '+'}"


def _totals(subject: Subject, filter: str, columns: Sequence[Column]) -> Iterator[Total]:
    say, asks = subject.say, subject.running.policy.access(subject.actor).asks
    for column in columns:
        field = subject.table.fields.get(column.id)
        if field is not None and isinstance(field.type, Money) and asks(subject.table.id, (column.id,)):
            value = field.type.show(_sum(subject, filter, column.id), say.language, subject.zone)
            yield Total(say("grid.sum", field=column.title), value)
    if subject.flow is None:
        return
    late = application().flow.late_records(subject.actor, subject.table.id, filter)
    disputed = application().records.page(subject.actor, subject.table.id, _query(join([filter, _DISPUTED]))).count
    if late:
        yield Total(say("grid.late"), f"{late:,}")
    if disputed is not None and disputed.number:
        yield Total(say("grid.in_dispute"), f"{disputed.number:,}")


def _sum(subject: Subject, filter: str, name: str) -> Decimal:
    body = {"of": subject.table.id, "measure": {"sum": f"{{{name}}}"}, "filter": filter or None}
    rows = application().analytics.query(subject.actor, body)["rows"]
    assert isinstance(rows, list)
    return Decimal(str(rows[0][0] or 0)) if rows else Decimal(0)


def _query(filter: str) -> Query:
    return Query(filter=filter or None, fields=(), limit=1, count=True)

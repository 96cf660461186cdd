"""Endings: lines on Home that end by themselves, because what they wait for is true now or their record is gone.

What a record's own change makes true ends its lines in the transaction of that change. What follows from other records,
from counts or from time is found by looking at all open lines, again and again. A line keeps the condition that it was
given, whatever becomes of its rule.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update

from mailuo.automations.members import Members
from mailuo.automations.program import every_step
from mailuo.automations.programs import program_of
from mailuo.flow.event import TODO, event
from mailuo.flow.gathering import chunks
from mailuo.formulas import Formula, parse_formula
from mailuo.formulas.types import Kind, Type
from mailuo.metadata.automation import Todo
from mailuo.metadata.names import TableScope
from mailuo.metadata.scopes import Layers
from mailuo.metadata.scopes import Row as RowScope
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

BY_ITSELF = ""
"""Who ended a line that ended by itself."""
_TODO = system.todo
_OPEN = _TODO.c.done_at.is_(None)
_RECORD = "record"
Step = tuple[str, str]
Bounds = tuple[ColumnElement[bool], ...]


class Endings:
    """Ends lines in the transactions of the changes that they wait for."""

    def minds(self, connection: Connection, running: Running, table: str) -> Set[str]:
        """What the lines of rules about a table wait for, as far as it is the record's own; open ones of former rules too."""
        given = select(_TODO.c.automation, _TODO.c.step, _TODO.c.until).where(_OPEN, _TODO.c.table == table).distinct()
        open_ = [condition_of(running, table, *line) for line in connection.execute(given).all()]
        rules = [condition for (rule, _), condition in conditions(running).items() if _table_of(running, rule) == table]
        return {
            path[1] if path[0] == _RECORD and len(path) > 1 else path[0]
            for condition in (*rules, *open_)
            if condition is not None
            for path in condition.reads
        }

    def changed(self, connection: Connection, running: Running, table: str, records: Sequence[str], now: datetime) -> None:
        """Ends what these records no longer have to wait for."""
        theirs = _TODO.c.table == table, _TODO.c.record.in_(records)
        if connection.execute(select(_TODO.c.id).where(_OPEN, *theirs).limit(1)).first() is not None:
            end_lines(connection, running, now, theirs)


def end_lines(connection: Connection, running: Running, now: datetime, bounds: Bounds = ()) -> int:
    """How many open lines within bounds have ended: their condition is true now, or their record is gone."""
    over = list(_over(connection, running, now, (_OPEN, *bounds)))
    for some in chunks(sorted(row.id for row in over)):
        connection.execute(update(_TODO).where(_TODO.c.id.in_(some), _OPEN).values(done_at=now, done_by=BY_ITSELF))
    insert_many(connection, system.outbox, [told(row._mapping, now) for row in over])
    return len(over)


def told(line: Mapping[Any, Any], now: datetime) -> dict[str, object]:
    """The line of the outbox that tells that a line on Home came, or went."""
    return event(TODO, now, line["table"], line["record"], {"role": line["role"], "user": line["user"]})


def conditions(running: Running) -> Mapping[Step, Formula]:
    """What ends the lines of each step that puts any."""
    return running.once("todo conditions", lambda: dict(_all_conditions(running)))


def condition_of(running: Running, table: str, rule: str, step: str | None, until: str | None) -> Formula | None:
    """What ends a line that was given this condition; None where it does not end by itself.

    One that cannot be asked any more, because its names have changed, or that an older program did not write down, is
    that of the step where the line's own stood.
    """
    stood = conditions(running).get((rule, step or "")) if until != "" else None
    written = (until, stood.text if stood is not None else None)
    return next((found for text in written if text and (found := _asked(running, table, text)) is not None), None)


def _asked(running: Running, table: str, until: str) -> Formula | None:
    """The condition over the records of a table as they are now; None where it names what is not there, or not theirs."""

    def made() -> tuple[Formula | None]:
        scope = Layers({_RECORD: RowScope(running.directory, table)}, TableScope(running.directory, table))
        found = parse_formula(until, scope, expects=Type(Kind.BOOLEAN))
        return (found if isinstance(found, Formula) and found.calendars <= running.calendars.keys() else None,)

    return running.once(("todo condition", table, until), made)[0]


def _over(connection: Connection, running: Running, now: datetime, bounds: Bounds) -> Iterator[Row[Any]]:
    columns: tuple[ColumnElement[Any], ...] = (_TODO.c.id, _TODO.c.table, _TODO.c.record, _TODO.c.role, _TODO.c.user)
    given = select(_TODO.c.table, _TODO.c.automation, _TODO.c.step, _TODO.c.until).where(*bounds).distinct()
    for table, rule, step, until in connection.execute(given).all():
        if table not in running.tables:
            continue
        declared, condition = running.tables[table], condition_of(running, table, rule, step, until)
        gone, members = declared.deleted_at.is_not(None), Members(connection, running, now, None, "")
        over = gone if condition is None else or_(gone, members.true_of(table, condition))
        alike = _TODO.c.step.is_not_distinct_from(step), _TODO.c.until.is_not_distinct_from(until)
        mine = _TODO.c.table == table, _TODO.c.automation == rule, *alike, declared.id == _TODO.c.record
        yield from connection.execute(select(*columns).where(*bounds, *mine, over)).all()


def _table_of(running: Running, rule: str) -> str | None:
    """The table whose records a rule is about."""
    name, _, what = rule.partition(".")
    return running.manifest.alerts[name].on if what else running.manifest.automations[name].of


def _all_conditions(running: Running) -> Iterator[tuple[Step, Formula]]:
    alerts = (f"{alert}.{what}" for alert in running.manifest.alerts for what in ("then", "on_withdrawn"))
    for rule in (*running.manifest.automations, *alerts):
        program = program_of(running.manifest, rule)
        for step in every_step(program.steps) if program is not None else ():
            if isinstance(step.deed, Todo) and step.deed.until is not None:
                yield (rule, step.path), step.deed.until

"""Late and early: marks of nodes that were reached beyond an alert's limit, or well before what was promised."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from mailuo.metadata.model import Alert, EarlierThan, FromTo, WaitingFor
from mailuo_web.lifeline.shape import Line, Mark, State
from mailuo_web.pages.subject import Subject


def timing_marks(subject: Subject, line: Line, values: Mapping[str, object]) -> dict[str, frozenset[Mark]]:
    """The late and early nodes of a record, told from its times and the alerts that are declared."""
    marks: dict[str, frozenset[Mark]] = {}
    for alert in subject.running.manifest.alerts.values():
        if alert.on == subject.table.id and alert.enabled:
            marks |= dict(_marks(subject, alert, line, values))
    return marks


def _marks(
    subject: Subject, alert: Alert, line: Line, values: Mapping[str, object]
) -> Iterator[tuple[str, frozenset[Mark]]]:
    match alert.when:
        case WaitingFor(node=node, longer_than=limit):
            start = line.by_id[node].since
            if _beyond(subject, alert, start, _reached(line, node), limit):
                yield node, frozenset({Mark.LATE})
        case FromTo(start=first, to=node, longer_than=limit):
            if _beyond(subject, alert, _reached(line, first), _reached(line, node), limit):
                yield node, frozenset({Mark.LATE})
        case EarlierThan(node=node, earlier_than=promise, by=by):
            at, promised = _reached(line, node), values.get(".".join(next(iter(promise.reads), ())))
            if at and isinstance(promised, datetime) and len(promise.reads) == 1 and promised - at >= by:
                yield node, frozenset({Mark.EARLY})


def _reached(line: Line, node: str) -> datetime | None:
    stop = line.by_id.get(node)
    return stop.at if stop and stop.state is State.REACHED else None


def _beyond(subject: Subject, alert: Alert, start: datetime | None, end: datetime | None, limit: timedelta) -> bool:
    """Whether more than the limit lies between two times, counted by the alert's calendar."""
    if start is None or end is None:
        return False
    calendar = subject.running.calendars.get(alert.calendar) if alert.calendar else None
    return (calendar.worked_between(start, end) if calendar else end - start) > limit

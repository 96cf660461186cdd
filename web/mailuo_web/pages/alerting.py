"""Alerts for the pages: fetched, put together with their records' times and messages, and said in words."""

from collections.abc import Iterator, Mapping, Sequence

from mailuo.flow.wall import Wanted
from mailuo.metadata.model import Alert, DueBy, EarlierThan
from mailuo.records import Actor, Query, Record
from mailuo_web.http.asking import application
from mailuo_web.pages.alert_words import AlertRow, AlertWords, Told, node_of
from mailuo_web.pages.page import running, say
from mailuo_web.pages.standing import Overdue
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.told import AlertTold, read_alert
from mailuo_web.pages.wall import (
    LATELY,
    LEVELS,
    NEWEST,
    OLDEST,
    PRAISE,
    PRAISED,
    Column,
    column_of,
    praise_of,
)

PAGE = 100
_SEVERITY = {"red": 0, "orange": 1, "green": 2}


def alert_counts(actor: Actor) -> Mapping[tuple[str, str, str], int]:
    """How many alerts there are that are not over, by state, level and rule."""
    return application().alerts.counts(actor)


def wall_columns(actor: Actor) -> tuple[Column, ...]:
    """The wall: of what is wrong the oldest and the newest that are not resolved, and what went well of late."""
    by_level: dict[str, dict[str, int]] = {level: {} for level in LEVELS}
    for (_, level, rule), number in alert_counts(actor).items():
        by_level[level][rule] = by_level[level].get(rule, 0) + number
    shown = {level: _ends(actor, level, sum(by_level[level].values())) for level in LEVELS if level != PRAISE}
    lately = Wanted(level=PRAISE, unresolved=True, since=application().clock.now() - LATELY)
    praised, _ = _fetched(actor, lately, limit=PRAISED, newest=True)
    words = _words(actor, [*praised, *(alert for alerts in shown.values() for alert in alerts)])
    columns = [
        column_of(level, [words.row(alert) for alert in alerts], by_level[level], running(), say())
        for level, alerts in shown.items()
    ]
    praise = praise_of([words.row(alert) for alert in praised], application().alerts.number(actor, lately), say())
    return (*columns, praise)


def _ends(actor: Actor, level: str, total: int) -> list[AlertTold]:
    """The oldest and the newest alerts of a level, in order; all of them when they are few."""
    if not total:
        return []
    few = OLDEST + NEWEST + 1
    wanted = Wanted(level=level, unresolved=True)
    oldest, _ = _fetched(actor, wanted, limit=few if total <= few else OLDEST)
    if total <= few:
        return oldest
    newest, _ = _fetched(actor, wanted, limit=NEWEST, newest=True)
    return [*oldest, *reversed(newest)]


def listed_alerts(actor: Actor, wanted: Wanted, cursor: str | None) -> tuple[tuple[AlertRow, ...], str | None]:
    """A page of alerts in words, and the cursor of the next one; resolved ones come newest first."""
    found, following = _fetched(actor, wanted, cursor=cursor, newest=wanted.state == "resolved")
    words = _words(actor, found)
    return tuple(words.row(alert) for alert in found), following


def alert_rows(subject: Subject, record: Record) -> tuple[AlertRow, ...]:
    """The alerts of one record that are not resolved, most serious first."""
    found, _ = _fetched(subject.actor, Wanted(record=record.id, table=subject.table.id, unresolved=True))
    words = _words(subject.actor, found)
    return tuple(words.row(alert) for alert in sorted(found, key=lambda one: _SEVERITY.get(one.level, 3)))


def overdue_of(subject: Subject, records: Sequence[str]) -> dict[str, tuple[Overdue, ...]]:
    """The open alerts of records, by record id, each with the node that it runs against."""
    if not records:
        return {}
    declared = subject.running.manifest.alerts
    found = application().alerts.open_of(subject.table.id, records)
    return {
        record: tuple(
            Overdue(node, level) for rule, level in alerts if rule in declared and (node := node_of(declared[rule]))
        )
        for record, alerts in found.items()
    }


def _fetched(
    actor: Actor, wanted: Wanted, *, limit: int = PAGE, cursor: str | None = None, newest: bool = False
) -> tuple[list[AlertTold], str | None]:
    alerts, following = application().alerts.page(actor, wanted, limit=limit, cursor=cursor, newest=newest)
    return [read_alert(one, running().zone) for one in alerts], following


def _words(actor: Actor, alerts: Sequence[AlertTold]) -> AlertWords:
    """What writes these alerts, with the values of their records and the messages they sent."""
    messages = application().alerts.messages([alert.id for alert in alerts])
    told = {alert: tuple(Told(via, whom) for via, whom in sent) for alert, sent in messages.items()}
    return AlertWords(running(), say(), application().clock.now(), _values(actor, alerts), told)


def _values(actor: Actor, alerts: Sequence[AlertTold]) -> dict[tuple[str, str], Mapping[str, object]]:
    """What promises and early arrivals are measured by, of the records that need it."""
    wanted: dict[str, dict[str, set[str]]] = {}
    declared = running().manifest.alerts
    for alert in alerts:
        names = set(_needed(declared.get(alert.rule)))
        if names:
            of_table = wanted.setdefault(alert.table, {"records": set(), "fields": set()})
            of_table["records"].add(alert.record)
            of_table["fields"] |= names
    return {
        (table, record.key): record.values
        for table, asked in wanted.items()
        for record in _records(actor, table, asked["records"], asked["fields"])
    }


def _needed(alert: Alert | None) -> Iterator[str]:
    match alert.when if alert else None:
        case EarlierThan(node=node, earlier_than=promise):
            yield node
            yield from (path[0] for path in promise.reads if len(path) == 1)
        case DueBy(due_by=promise):
            yield from (path[0] for path in promise.reads if len(path) == 1)


def _records(actor: Actor, table: str, keys: set[str], fields: set[str]) -> Sequence[Record]:
    """The records, with those of the fields that the actor may read."""
    access = running().access(actor, table)
    flow = access.table.flow
    fit = tuple(name for name in sorted(fields) if name in access.readable or (flow and name in flow.nodes))
    return application().records.page(actor, table, Query(ids=tuple(keys), fields=fit, limit=len(keys))).records

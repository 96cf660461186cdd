"""What stands and waits on a table's flow, for Home: the river's load and the actor's queues."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from mailuo.metadata.model import SpeakerKind
from mailuo.records import Query, Record
from mailuo_web.http.asking import application
from mailuo_web.pages.alert_words import node_of
from mailuo_web.pages.alerting import overdue_of
from mailuo_web.pages.page import running
from mailuo_web.pages.river_view import FlowLoad, NodeLoad
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.todos import NodeQueue, Waiting
from mailuo_web.texts.times import start_of_day

FIRST = 3
_PEOPLE = (SpeakerKind.ROLE, SpeakerKind.MANUAL)


def flow_load(subject: Subject) -> FlowLoad:
    """How many records wait at each node now, and how many of them are late or disputed."""
    midnight = start_of_day(subject.now, subject.zone)
    standing = application().flow.standing(subject.actor, subject.table.id, midnight)
    late = _late(subject)
    nodes = {
        node: NodeLoad(
            one.waiting, one.disputed, late.get((node, "red"), 0), late.get((node, "orange"), 0), one.reached
        )
        for node, one in standing.nodes.items()
    }
    return FlowLoad(standing.open, nodes)


def _late(subject: Subject) -> dict[tuple[str, str], int]:
    """How many unresolved alerts run against each node, by level."""
    late: dict[tuple[str, str], int] = {}
    declared = running().manifest.alerts
    for (_, level, rule), number in application().alerts.counts(subject.actor).items():
        alert = declared.get(rule)
        if alert and alert.on == subject.table.id and (node := node_of(alert)):
            late[node, level] = late.get((node, level), 0) + number
    return late


def queues_of(subject: Subject, load: FlowLoad) -> Iterator[NodeQueue]:
    """What waits for the actor at each node that people confirm, and the actor may, in the order of the flow."""
    assert subject.flow is not None
    late = _late(subject)
    for node in subject.flow.nodes.values():
        stand = load.nodes.get(node.id)
        if (
            stand
            and stand.waiting
            and subject.confirms(node.id)
            and any(speaker.kind in _PEOPLE for speaker in node.by)
        ):
            marks = tuple((level, late[node.id, level]) for level in ("red", "orange") if (node.id, level) in late)
            count, oldest = application().flow.waiting(subject.actor, subject.table.id, node.id, FIRST)
            since = {record: due for record, _, due in oldest}
            yield NodeQueue(subject, node.id, count, tuple(_waiting(subject, node.id, since)), marks)


def _waiting(subject: Subject, node: str, since: Mapping[str, datetime | None]) -> Iterator[Waiting]:
    """The first that wait at a node, with what they are about and whether they are late there."""
    if not since:
        return
    query = Query(ids=tuple(since), limit=len(since), expand=_named(subject))
    records = application().records.page(subject.actor, subject.table.id, query).records
    overdue = overdue_of(subject, [record.id for record in records if record.values.get("alerts_opened")])
    for record in records:
        levels = {one.level for one in overdue.get(record.id, ()) if one.node == node}
        level = "red" if "red" in levels else "orange" if "orange" in levels else ""
        yield Waiting(record.key, _about(subject, record), since.get(record.id), level)


def _named(subject: Subject) -> tuple[str, ...]:
    """The links that tell what a record is about."""
    fields = subject.table.fields
    return tuple(name for name in subject.access.readable if fields[name].type.name == "link")[:1]


def _about(subject: Subject, record: Record) -> str:
    """A few words about a record: what it links to first, and its first choices."""
    names = [
        *_named(subject),
        *(name for name in subject.access.readable if subject.table.fields[name].type.name == "choice"),
    ]
    words = (subject.shown(record, name) for name in names[:2])
    return " · ".join(word for word in words if word)

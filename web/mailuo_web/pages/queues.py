"""What stands and waits on a table's flow, for Home: the river's load and the actor's queues."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from mailuo.flow.overview import Overview
from mailuo.metadata.model import SpeakerKind
from mailuo.records import Query, Record
from mailuo_web.http.asking import application
from mailuo_web.pages.alert_words import node_of
from mailuo_web.pages.alerting import overdue_of
from mailuo_web.pages.memories import memory as memory_of
from mailuo_web.pages.remembering import Memory
from mailuo_web.pages.river_view import FlowLoad, NodeLoad
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.todos import NodeQueue, Waiting
from mailuo_web.texts.times import start_of_day

FIRST = 3
Oldest = list[tuple[str, str, datetime | None]]
_PEOPLE = (SpeakerKind.ROLE, SpeakerKind.MANUAL)


def flow_load(subject: Subject) -> FlowLoad:
    """How many records wait at each node now, and how many of them are late or disputed."""
    standing = _standing(subject)
    late = _late(subject)
    nodes = {
        node: NodeLoad(
            one.waiting, one.disputed, late.get((node, "red"), 0), late.get((node, "orange"), 0), one.reached
        )
        for node, one in standing.nodes.items()
    }
    return FlowLoad(standing.open, nodes)


def _standing(subject: Subject) -> Overview:
    """How many stand where; of large tables told from memory for a while."""
    midnight = start_of_day(subject.now, subject.zone)
    memory: Memory[Overview] = memory_of("standing")
    return memory.of(
        (*_whose(subject), midnight),
        lambda: application().flow.standing(subject.actor, subject.table.id, midnight),
    )


def _oldest(subject: Subject, node: str) -> Oldest:
    """The records that have waited longest for a node, and since when; remembered like the numbers."""
    memory: Memory[Oldest] = memory_of("oldest")
    flow = application().flow
    return memory.of(
        (*_whose(subject), node), lambda: flow.waiting(subject.actor, subject.table.id, node, FIRST).oldest
    )


def _whose(subject: Subject) -> tuple[object, ...]:
    """What an answer about a table's rows depends on: the revision, the table, and whose rows they are."""
    whose = "all" if subject.access.sees_all_rows else (subject.actor.id, subject.actor.roles)
    return subject.running.number, subject.table.id, whose


def _late(subject: Subject) -> Mapping[tuple[str, str], int]:
    """How many unresolved alerts hold at each node, by level."""
    memory: Memory[Mapping[tuple[str, str], int]] = memory_of("late")
    alerts = subject.running.manifest.alerts.values()
    against = {alert.id: node for alert in alerts if alert.on == subject.table.id and (node := node_of(alert))}
    return memory.of(_whose(subject), lambda: application().flow.late(subject.actor, subject.table.id, against))


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
            since = {record: due for record, _, due in _oldest(subject, node.id)}
            yield NodeQueue(subject, node.id, stand.waiting, tuple(_waiting(subject, node.id, since)), marks)


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

"""Triggers: which rules a line of the outbox starts, and what they are told. `TRIGGERS` is the one table of them. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailuo.automations.members import OutsideMember, RowMember
from mailuo.automations.programs import THEN, WITHDRAWN
from mailuo.flow import event as events
from mailuo.flow.event import CAUSE, Row, event
from mailuo.metadata.automation import (
    OnAlert,
    OnButton,
    OnEvent,
    OnForm,
    OnNode,
    OnRecord,
    OnSchedule,
    Trigger,
)
from mailuo.metadata.model import Manifest


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the outbox."""

    id: int
    kind: str
    at: datetime
    table: str
    record: str
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """A run to be begun: of which rule, why, and what its names stand for. The same cause begins one run, once."""

    rule: str
    trigger: str
    cause: str
    event: Mapping[str, Any] = field(default_factory=dict)


_RECORD_KINDS = {"created": events.CREATED, "updated": events.UPDATED, "deleted": events.DELETED}
_NODE_KINDS = {
    "reached": events.REACHED,
    "disputed": events.DISPUTED,
    "verdict_given": events.VERDICT_GIVEN,
}
_ALERT_KINDS = {"opened": (events.OPENED,), "resolved": (events.RESOLVED, events.WITHDRAWN)}


def _record(trigger: OnRecord, line: Line) -> str | None:
    if line.kind != _RECORD_KINDS[trigger.kind] or line.table != trigger.of:
        return None
    if trigger.kind == "created":
        return "created"
    touched = not trigger.fields or not set(trigger.fields).isdisjoint(line.detail.get("fields", ()))
    return f"{trigger.kind}:{line.id}" if trigger.kind == "deleted" or touched else None


def _node(trigger: OnNode, line: Line) -> str | None:
    """Once for a record, a node and a kind, for ever."""
    same = line.kind == _NODE_KINDS[trigger.kind] and line.table == trigger.of and line.detail.get("node") == trigger.node
    loud = line.detail.get("first", True) and not line.detail.get("quiet")
    return f"{trigger.kind}:{trigger.node}" if same and loud else None


def _alert(trigger: OnAlert, line: Line) -> str | None:
    same = line.kind in _ALERT_KINDS[trigger.kind] and line.detail.get("rule") == trigger.alert
    return f"{trigger.kind}:{line.detail['alert']}" if same else None


def _form(trigger: OnForm, line: Line) -> str | None:
    same = line.kind == events.SUBMITTED and line.detail.get("form") == trigger.form
    return f"submitted:{line.id}" if same else None


def _event(trigger: OnEvent, line: Line) -> str | None:
    told = line.detail
    same = line.kind == events.RECEIVED and (told["connector"], told["event"]) == (trigger.connector, trigger.event)
    return f"received:{told['item']}" if same else None


def _never(trigger: OnSchedule | OnButton, line: Line) -> None:
    """Schedules and buttons begin their runs themselves."""


TRIGGERS: Mapping[type[Trigger], Callable[[Any, Line], str | None]] = {
    OnRecord: _record,
    OnNode: _node,
    OnAlert: _alert,
    OnForm: _form,
    OnEvent: _event,
    OnSchedule: _never,
    OnButton: _never,
}
"""Each kind of trigger, with what gives the cause by which a line starts it, if it does."""


def starts(manifest: Manifest, line: Line) -> Iterator[Start]:
    """Every run that a line asks for, whatever its rule's condition says."""
    yield from _of_alert(manifest, line)
    for automation in manifest.automations.values():
        if not automation.enabled:
            continue
        for trigger in automation.triggers:
            cause = TRIGGERS[type(trigger)](trigger, line)
            if cause is not None:
                yield Start(automation.id, line.kind, cause, _told(trigger, line))


def received(
    at: datetime, connector: str, name: str, item: str, element: object, *,
    table: str | None = None, record: str | None = None, part: str | None = None,
) -> Row:  # fmt: skip
    """The line of the outbox that tells rules of one element of an event.

    `item` is its own name for ever, such as the inbox item's id and the element's number; `part` the id of the row that
    was found on the way to the record.
    """
    detail = {"connector": connector, "event": name, "item": item, "element": element, "part": part}
    return event(events.RECEIVED, at, table or "", record or "", detail, calls=True)


def _of_alert(manifest: Manifest, line: Line) -> Iterator[Start]:
    """What the rule of an alert itself does when it opens, or turns out never to have been true."""
    what = {events.OPENED: THEN, events.WITHDRAWN: WITHDRAWN}.get(line.kind)
    alert = manifest.alerts.get(line.detail.get("rule", "")) if what is not None else None
    if alert is not None and (alert.then if what == THEN else alert.on_withdrawn):
        yield Start(f"{alert.id}.{what}", line.kind, f"{what}:{line.detail['alert']}")


def _told(trigger: Trigger, line: Line) -> dict[str, Any]:
    """What the names that a trigger brings stand for."""
    if not isinstance(trigger, OnEvent):
        return {}
    told = {"event": OutsideMember(line.detail["element"]).json()}
    if trigger.part is not None:
        told["part"] = RowMember(trigger.part, line.detail.get("part")).json()
    return told


def cause_of(line: Line) -> events.Cause | None:
    """The run that brought a line about."""
    told = line.detail.get(CAUSE)
    return None if told is None else events.Cause(**told)

"""Ending: alerts that are no longer true become resolved, with the reason, and nothing of them runs on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from mailuo.flow.clock_rows import stop_clocks
from mailuo.flow.episode import Because, Resolve
from mailuo.flow.event import RESOLVED, WITHDRAWN, event
from mailuo.flow.listening import hears_alert
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

_ALERT = system.alert
_RESOLVE = (
    update(_ALERT)
    .where(_ALERT.c.id == bindparam("this_id"))
    .values(state="resolved", resolved_at=bindparam("this_at"), resolved_because=bindparam("this_because"))
)


def end_alerts(connection: Connection, running: Running, now: datetime, ended: Sequence[tuple[str, Resolve]]) -> None:
    """Resolves alerts, each given with its record's id."""
    if not ended:
        return
    connection.execute(
        _RESOLVE, [{"this_id": each.alert, "this_at": now, "this_because": each.because.value} for _, each in ended]
    )
    stop_clocks(
        connection, [{"record": record, "rule": each.rule, "part": "", "episode": each.episode} for record, each in ended]
    )
    insert_many(connection, system.outbox, [_event(running, now, record, each) for record, each in ended])


def _event(running: Running, now: datetime, record: str, ended: Resolve) -> dict[str, object]:
    rule = running.manifest.alerts.get(ended.rule)
    withdrawn = ended.because is Because.WITHDRAWN
    acts = withdrawn and rule is not None and bool(rule.on_withdrawn)
    calls = acts or hears_alert(running, ended.rule, "resolved")
    detail = {"rule": ended.rule, "alert": ended.alert, "episode": ended.episode, "because": ended.because.value}
    return event(WITHDRAWN if withdrawn else RESOLVED, now, rule.on if rule else "", record, detail, calls=calls)

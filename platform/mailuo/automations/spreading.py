"""Spreading: each intended message becomes a row for every person whom it means, or a row that says why it means nobody."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from mailuo.automations.addressing import Envelope, Reachable, envelopes, quiet_until
from mailuo.base.ids import new_id
from mailuo.base.reasons import kept
from mailuo.records.running import Running
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

PORTION = 200
_MESSAGE, _DELIVERY, _PERSON, _GRANT = system.message, system.delivery, system.person, system.role_grant
_INTENDED = _MESSAGE.c.state == "intended"


def spread(connection: Connection, running: Running, now: datetime) -> int:
    """How many messages were spread, oldest first; those that make one letter are never torn apart."""
    messages = _portion(connection)
    people = everybody(connection)
    hours, zone = running.manifest.workspace.quiet_hours, running.zone
    due = {row.id: quiet_until(hours, zone, row.level, now) for row in messages}
    made = envelopes([dict(row._mapping) for row in messages], people, new_id)
    insert_many(connection, _DELIVERY, [_row(each, due[each.message], now) for each in made])
    done = [row.id for row in messages]
    connection.execute(update(_MESSAGE).where(_MESSAGE.c.id.in_(done)).values(state="sent"))
    return len(done)


def everybody(connection: Connection) -> list[Reachable]:
    """Everybody who is not disabled, with their roles and addresses."""
    roles: dict[str, set[str]] = defaultdict(set)
    for person, role in connection.execute(select(_GRANT.c.person, _GRANT.c.role)):
        roles[person].add(role)
    columns = (_PERSON.c.id, _PERSON.c.name, _PERSON.c.email, _PERSON.c.wecom)
    found = connection.execute(select(*columns).where(_PERSON.c.disabled_at.is_(None)).order_by(_PERSON.c.name))
    return [Reachable(row.name, frozenset(roles[row.id]), row.email, row.wecom) for row in found]


def _portion(connection: Connection) -> Sequence[Row[Any]]:
    query = select(_MESSAGE).where(_INTENDED).order_by(_MESSAGE.c.id)
    rows = connection.execute(query.limit(PORTION)).all()
    if len(rows) < PORTION:
        return rows
    last = rows[-1]
    same = _MESSAGE.c.at == last.at, _MESSAGE.c.alert.is_not_distinct_from(last.alert), _MESSAGE.c.id > last.id
    return [*rows, *connection.execute(query.where(*same))]


def _row(envelope: Envelope, due_at: datetime, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(), "message": envelope.message, "letter": envelope.letter, "via": envelope.via, "copy": envelope.copy,
        "person": envelope.person, "address": envelope.address, "state": "unaddressed" if envelope.problem else "waiting",
        "error": kept(envelope.problem) if envelope.problem else None, "at": now, "due_at": due_at,
    }  # fmt: skip

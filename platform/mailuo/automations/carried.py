"""Carried: deliveries follow the calls that carry them, each person as the answer says."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, or_, select, update

from mailuo.base.reasons import kept
from mailuo.connectors.messages import SAID
from mailuo.storage import system
from mailuo.storage.prepared import Command, Question

PORTION = 1_000
_DELIVERY, _CALL = system.delivery, system.call
_UNDER_WAY = ("waiting", "retrying", "held")
_STATES = {"ok": "sent", "waiting": "waiting", "retrying": "retrying", "held": "held", "dead": "dead", "dropped": "dropped"}
_PARTIAL = "partial"
_FOLLOWED = case(_STATES, value=_CALL.c.state, else_=_DELIVERY.c.state)
_BEHIND = (
    select(_DELIVERY.c.id, _DELIVERY.c.address, _FOLLOWED.label("follows"), _CALL.c.attempts)
    .add_columns(_CALL.c.outcome, _CALL.c.error, _CALL.c.answer, _CALL.c.finished_at)
    .join_from(_DELIVERY, _CALL, _DELIVERY.c.call == _CALL.c.id)
    .where(_DELIVERY.c.state.in_(_UNDER_WAY))
    .where(or_(_DELIVERY.c.state != _FOLLOWED, _CALL.c.attempts != _DELIVERY.c.attempts))
    .limit(PORTION)
)
_ANY_BEHIND = Question(_BEHIND.limit(1))
_FOLLOW = Command(
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("this_id"), or_(*(_DELIVERY.c.state == state for state in _UNDER_WAY)))
    .values(
        state=bindparam("to_state"),
        error=bindparam("to_error", type_=_DELIVERY.c.error.type),
        attempts=bindparam("to_attempts", type_=_DELIVERY.c.attempts.type),
        sent_at=bindparam("to_sent_at", type_=_DELIVERY.c.sent_at.type),
    )
)


def behind(connection: Connection) -> bool:
    """Whether some deliveries do not stand as their calls do."""
    return bool(_ANY_BEHIND.rows(connection))


def follow(connection: Connection, now: datetime) -> int:
    """How many deliveries now stand as their calls do."""
    rows = connection.execute(_BEHIND).all()
    _FOLLOW.run_all(connection, [_values(row, now) for row in rows])
    return len(rows)


def _values(row: Row[Any], now: datetime) -> dict[str, object]:
    state, error = row.follows, row.error
    if state == "sent":
        refused = _refusal(row)
        state, error = ("dead", refused) if refused is not None else ("sent", None)
    sent_at = row.finished_at or now if state == "sent" else None
    return {"this_id": row.id, "to_state": state, "to_error": error, "to_attempts": row.attempts, "to_sent_at": sent_at}


def _refusal(row: Row[Any]) -> str | None:
    """Why a call that was fine for some was not for this person; None where it was."""
    if row.outcome != _PARTIAL:
        return None
    refused = row.answer.get("refused") if isinstance(row.answer, dict) else None
    if isinstance(refused, dict):
        return kept(SAID(said=refused[row.address])) if row.address in refused else None
    return row.error or _PARTIAL

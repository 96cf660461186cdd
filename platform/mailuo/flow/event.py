"""Events: lines of the outbox, written with what happened, for those who act on it later."""

from collections.abc import Mapping
from datetime import datetime

Row = dict[str, object]

REACHED = "reached"
DISPUTED = "disputed"
VERDICT_GIVEN = "verdict_given"
DISPUTE_ENDED = "dispute.ended"
OPENED = "alert.opened"
RESOLVED = "alert.resolved"
WITHDRAWN = "alert.withdrawn"


def event(
    kind: str, at: datetime, table: str, record: str, detail: Mapping[str, object], *, calls: bool = False
) -> Row:
    """A line of the outbox; it waits until somebody has acted when it calls for that."""
    state = "pending" if calls else "seen"
    return {"at": at, "kind": kind, "table": table, "record": record, "detail": dict(detail), "state": state}

"""Events: lines of the outbox, written with what happened, for those who act on it later.

What a rule's run brings about says so: everything that is written while it acts carries the run and its chain.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import datetime

Row = dict[str, object]

CREATED = "record.created"
UPDATED = "record.updated"
DELETED = "record.deleted"
SUBMITTED = "submitted"
RECEIVED = "received"

REACHED = "reached"
DISPUTED = "disputed"
VERDICT_GIVEN = "verdict_given"
RETOLD = "retold"
"""A record's line reads otherwise, though nothing was reached: for pages that show it."""
DISPUTE_ENDED = "dispute.ended"
OPENED = "alert.opened"
RESOLVED = "alert.resolved"
WITHDRAWN = "alert.withdrawn"
RUN_ENDED = "run.ended"
TODO = "todo"
CAUSE = "cause"
"""The member of a line's detail that tells of the run behind it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The run that brings something about: its id, its chain of consequences, and how far along that it is."""

    run: str
    chain: str
    depth: int


_CAUSE: ContextVar[Cause | None] = ContextVar("mailuo_cause", default=None)


@contextmanager
def caused_by(cause: Cause) -> Iterator[None]:
    """Whatever is written inside is a consequence of this run."""
    token = _CAUSE.set(cause)
    try:
        yield
    finally:
        _CAUSE.reset(token)


def event(
    kind: str, at: datetime, table: str, record: str, detail: Mapping[str, object], *, calls: bool = False
) -> Row:
    """A line of the outbox; it waits until somebody has acted when it calls for that."""
    state, cause = "pending" if calls else "seen", _CAUSE.get()
    told = dict(detail) if cause is None else {**detail, CAUSE: asdict(cause)}
    return {"at": at, "kind": kind, "table": table, "record": record, "detail": told, "state": state}

"""Idempotency: the first answer to a request is kept in the transaction of its effect, and given again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.base.problems import Refusal
from mailuo.records.actor import Actor
from mailuo.records.messages import OTHER_BODY
from mailuo.storage.system import idempotency

KEPT_FOR = timedelta(hours=24)
Answer = Mapping[str, object]
_TABLE = idempotency


@dataclass(frozen=True, slots=True)
class Request:
    """A request's Idempotency-Key, and the digest of everything that makes it this request."""

    key: str
    digest: str


def answered(
    connection: Connection, actor: Actor, request: Request | None, now: datetime, make: Callable[[], Answer]
) -> Answer:
    """The first answer to this request: what `make` makes, or what was kept of it.

    A second request with the same key waits for the first one's transaction. Refuses the key with another body.
    """
    if request is None:
        return make()
    mine = (_TABLE.c.actor == actor.id) & (_TABLE.c.key == request.key)
    if _begun(connection, actor, request, now):
        answer = make()
        connection.execute(update(_TABLE).where(mine).values(state="done", status=201, answer=dict(answer)))
        return answer
    row = connection.execute(select(_TABLE.c.request, _TABLE.c.answer).where(mine)).one()
    if row.request != request.digest:
        raise Refusal(OTHER_BODY())
    return dict(row.answer)


def _begun(connection: Connection, actor: Actor, request: Request, now: datetime) -> bool:
    """Whether the request is new, and now ours to answer."""
    mine = (_TABLE.c.actor == actor.id) & (_TABLE.c.key == request.key)
    connection.execute(delete(_TABLE).where(mine, _TABLE.c.at < now - KEPT_FOR))
    add = postgresql.insert(_TABLE) if connection.dialect.name == "postgresql" else sqlite.insert(_TABLE)
    values = {"actor": actor.id, "key": request.key, "request": request.digest, "state": "working", "at": now}
    added = add.values(values).on_conflict_do_nothing().returning(_TABLE.c.key)
    return connection.execute(added).first() is not None


def forget(connection: Connection, now: datetime) -> int:
    """Removes answers that are no longer kept; how many went."""
    return connection.execute(delete(_TABLE).where(_TABLE.c.at < now - KEPT_FOR)).rowcount

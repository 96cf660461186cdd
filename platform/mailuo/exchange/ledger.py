"""The ledger of imports: which file was taken in when, and how far; kept in `system.job` by the file's digest.

How far a file is stands in the same transaction as its rows, so that what a crash left is taken up where it stopped.
A run that takes a file over raises the row's fence; the other then finds itself fenced off and writes nothing more.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from mailuo.base.ids import new_id
from mailuo.base.problems import Refusal
from mailuo.exchange.messages import TAKEN_OVER
from mailuo.exchange.wish import Seen
from mailuo.records.actor import Actor
from mailuo.storage.system import job

KIND = "import.file"
_RUNNING, _DONE = "running", "done"


@dataclass(frozen=True, slots=True)
class Entry:
    """One run over a file: the row that stands for it, and how many rows were dealt with before."""

    job: str
    fence: int
    done: int = 0


def seen(connection: Connection, digest: str, own: str | None) -> Seen | None:
    """The finished import of a file with this digest, if there was one."""
    query = select(job.c.id, job.c.finished_at, job.c.actor).where(job.c.digest == digest, job.c.state == _DONE)
    query = query.where(job.c.id != (own or "")).order_by(job.c.finished_at.desc()).limit(1)
    row = connection.execute(query).first()
    return Seen(row[0], row[1], row[2]) if row else None


def begin(
    connection: Connection, digest: str, own: str | None, by: Actor, what: dict[str, object], now: datetime
) -> Entry:
    """The entry of a run that starts now: the row given, one that a crash left unfinished, or a new one."""
    query = select(job.c.id, job.c.fence, job.c.done)
    if own is not None:
        row = connection.execute(query.where(job.c.id == own)).one()
        connection.execute(update(job).where(job.c.id == own).values(digest=digest))
        return Entry(row[0], row[1], row[2])
    left = query.where(job.c.digest == digest, job.c.state == _RUNNING, job.c.kind == KIND)
    unfinished = connection.execute(left.order_by(job.c.created_at.desc()).limit(1)).first()
    if unfinished is not None:
        found, fence, done = unfinished
        connection.execute(update(job).where(job.c.id == found).values(fence=fence + 1))
        return Entry(found, fence + 1, done)
    id_ = new_id()
    values = {"id": id_, "kind": KIND, "state": _RUNNING, "payload": what, "digest": digest, "actor": by.name}
    connection.execute(insert(job).values(**values, created_at=now, started_at=now))
    return Entry(id_, 0)


def advance(connection: Connection, entry: Entry, done: int, total: int) -> None:
    """Notes how many rows are dealt with, in the transaction that wrote them; refuses a run that was taken over."""
    same = update(job).where(job.c.id == entry.job, job.c.fence == entry.fence)
    if not connection.execute(same.values(done=done, total=total)).rowcount:
        raise Refusal(TAKEN_OVER())


def finish(
    connection: Connection, entry: Entry, own: str | None, written: int, result: dict[str, object], now: datetime
) -> None:
    """Ends a run; one that wrote nothing is forgotten, so that the file may come again."""
    same = job.c.id == entry.job
    if own is not None:
        if not written:
            connection.execute(update(job).where(same).values(digest=None))
        return
    if written:
        connection.execute(update(job).where(same).values(state=_DONE, finished_at=now, result=result))
    else:
        connection.execute(job.delete().where(same))

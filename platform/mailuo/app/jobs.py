"""Jobs: long work as rows, done by threads of this process or another; a bell elsewhere is never the truth.

A job is taken with a lease that its worker renews; a worker that died loses it, and the job begins anew once. The
number of the taking (its fence) is checked before a result counts, so a worker that was only slow changes nothing.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, insert, or_, select, update

from mailuo.app.messages import JOB_FAULT, UNKNOWN_JOB, UNKNOWN_KIND
from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.logs import fault
from mailuo.base.moments import format_moment
from mailuo.base.problems import Language, Refusal
from mailuo.base.reasons import kept, reason_in
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Question

LEASE = timedelta(seconds=30)
_HEARTBEAT_SECONDS = 10.0
_MOST_ATTEMPTS = 5
_MOST_REJECTS = 10_000
_JOB = system.job
_LOG = logging.getLogger("mailuo.jobs")
Json = dict[str, Any]


def _is_free(now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
    """That a job waits, or that its worker has died."""
    return or_(_JOB.c.state == "waiting", (_JOB.c.state == "running") & (_JOB.c.lease_until < now))


_WAITING = Question(select(_JOB.c.id).where(_is_free(bindparam("now", None, type_=_JOB.c.lease_until.type))).limit(1))


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job: what to tell, and the rows that were refused, each with row, field and reason."""

    told: Mapping[str, object]
    rejects: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A job that was taken: what is asked, as whom, and whom to tell how much of how much is done."""

    id: str
    payload: Mapping[str, Any]
    actor: Actor
    told: Callable[[int, int | None], None]


Runner = Callable[[Task], Result]
"""Does a kind of job."""


class LostLease(Exception):
    """The job was taken by another worker meanwhile; nothing of this one counts any longer."""


class Jobs:
    """The jobs of a store; `runners` is the table of the kinds that this program knows."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, runners: Mapping[str, Runner]) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._runners = runners
        self._bell = Event()

    # Asking

    def start(self, kind: str, payload: Mapping[str, object], actor: Actor, *, digest: str | None = None) -> str:
        """The id of a new job, which a worker will take."""
        if kind not in self._runners:
            raise Refusal(UNKNOWN_KIND(found=kind))
        row = {
            "id": new_id(),
            "kind": kind,
            "state": "waiting",
            "payload": {**payload, "_actor": _kept(actor)},
            "digest": digest,
            "actor": actor.id,
            "revision": self._in_force.current.number,
            "created_at": self._clock.now(),
        }
        self._store.write(lambda connection: connection.execute(insert(_JOB).values(row)).close())
        self._bell.set()
        return str(row["id"])

    def get(self, actor: Actor, job: str) -> Json:
        """How a job stands; refuses one that is unknown or somebody else's."""
        with self._store.read() as connection:
            row = connection.execute(select(_JOB).where(_JOB.c.id == job)).first()
        if row is None or not (actor.sees_everything or row.actor == actor.id):
            raise NoSuchThing(UNKNOWN_JOB(found=job[:60]))
        return self._json(row, actor.language)

    def recent(self, actor: Actor, *, limit: int = 20) -> list[Json]:
        """The latest jobs that the actor began, or all of them for who sees everything."""
        query = select(_JOB).order_by(_JOB.c.created_at.desc()).limit(limit)
        if not actor.sees_everything:
            query = query.where(_JOB.c.actor == actor.id)
        with self._store.read() as connection:
            return [self._json(row, actor.language) for row in connection.execute(query)]

    # Doing

    def wait(self, seconds: float) -> None:
        """Returns when a job was started here, or after so many seconds."""
        self._bell.wait(seconds)
        self._bell.clear()

    def run_next(self) -> bool:
        """Whether there was a job to do, which is done now, or failed."""
        with self._store.read() as connection:
            waits = bool(_WAITING.rows(connection, {"now": self._clock.now()}))
        row = self._store.write(self._take) if waits else None
        if row is None:
            return False
        runner = self._runners.get(row.kind)
        if runner is None:
            self._end(row, "parked", error=kept(UNKNOWN_KIND(found=row.kind)))
            return True
        self._do(row, runner)
        return True

    def _do(self, row: Row[Any], runner: Runner) -> None:
        """Runs a job to its end, whatever that is."""
        alive = Event()
        heart = Thread(target=self._beat, args=(row, alive), daemon=True, name=f"heart of {row.id}")
        heart.start()
        payload = dict(row.payload)
        actor = _actor(payload.pop("_actor"))
        try:
            result = runner(Task(row.id, payload, actor, partial(self._tell, row)))
            self._end(row, "done", result=dict(result.told), rejects=list(result.rejects[:_MOST_REJECTS]))
        except Refusal as refusal:
            self._end(row, "failed", error=kept(*refusal.problems))
        except LostLease:
            _LOG.warning("job %s was taken by another worker", row.id)
        except Exception as error:  # noqa: BLE001 - the outermost loop of a job
            self._end(row, "failed", error=kept(JOB_FAULT(trace=fault(_LOG, "job", error))))
        finally:
            alive.set()
            heart.join()

    def _take(self, connection: Connection) -> Row[Any] | None:
        """The oldest job that waits, or whose worker has died, taken; one that died too often is parked."""
        now = self._clock.now()
        query = select(_JOB).where(_is_free(now)).order_by(_JOB.c.created_at).limit(1)
        if connection.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True)
        row = connection.execute(query).first()
        if row is None:
            return None
        mine = update(_JOB).where(_JOB.c.id == row.id)
        if row.attempts >= _MOST_ATTEMPTS:
            connection.execute(mine.values(state="parked", finished_at=now))
            return None
        values = {"state": "running", "started_at": now, "lease_until": now + LEASE}
        counted = {"fence": _JOB.c.fence + 1, "attempts": _JOB.c.attempts + 1}
        return connection.execute(mine.values(**values, **counted).returning(*_JOB.c)).one()

    def _beat(self, row: Row[Any], over: Event) -> None:
        """Renews the lease of a job until it is over."""
        while not over.wait(_HEARTBEAT_SECONDS):
            self._store.write(
                lambda connection: self._change(connection, row, {"lease_until": self._clock.now() + LEASE})
            )

    def _tell(self, row: Row[Any], done: int, total: int | None) -> None:
        values = {"done": done, "total": total, "lease_until": self._clock.now() + LEASE}
        if not self._store.write(lambda connection: self._change(connection, row, values)):
            raise LostLease

    def _end(self, row: Row[Any], state: str, **values: object) -> None:
        values |= {"state": state, "finished_at": self._clock.now(), "lease_until": None}
        self._store.write(lambda connection: self._change(connection, row, values))

    def _change(self, connection: Connection, row: Row[Any], values: Mapping[str, object]) -> bool:
        """Whether the job is still this worker's, and was changed."""
        mine = _JOB.c.id == row.id, _JOB.c.fence == row.fence, _JOB.c.state == "running"
        return connection.execute(update(_JOB).where(*mine).values(**values)).rowcount == 1

    def _json(self, row: Row[Any], language: Language) -> Json:
        zone = self._in_force.current.zone

        def told(at: datetime | None) -> str | None:
            return None if at is None else format_moment(at, zone)

        return {
            "id": row.id,
            "kind": row.kind,
            "state": row.state,
            "done": row.done,
            "total": row.total,
            "result": row.result,
            "rejects": row.rejects or [],
            "error": reason_in(row.error, language),
            "created_at": told(row.created_at),
            "started_at": told(row.started_at),
            "finished_at": told(row.finished_at),
        }


def _kept(actor: Actor) -> Json:
    """The actor as a job keeps it; its rights are those of the moment at which the job was asked for."""
    return {
        "id": actor.id,
        "name": actor.name,
        "roles": list(actor.roles),
        "sources": list(actor.sources),
        "kind": actor.kind,
        "language": actor.language,
        "rights": sorted(actor.rights),
    }


def _actor(kept: Json) -> Actor:
    lists = {name: tuple(kept[name]) for name in ("roles", "sources")}
    return Actor(**{**kept, **lists, "rights": frozenset(kept["rights"])})

"""Health: whether everything that serves is well, as numbers for machines and as findings for people."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from mailuo.app.messages_of_health import (
    BELL_AWAY,
    CLOCKS_LATE,
    CONNECTOR_ASTRAY,
    CONNECTOR_OFF,
    DEAD_CALLS,
    DEAD_LETTERS,
    JOBS_PARKED,
    OUTBOX_LATE,
    OUTBOX_PARKED,
    RECOMPUTING,
    STORE_AWAY,
    SWITCHED_OFF,
    UNREACHED,
    WAYS_AWAIT,
)
from mailuo.app.recomputation import Progress, Recomputation
from mailuo.app.uploads import Uploads
from mailuo.automations.deliveries import Deliveries
from mailuo.automations.far import far_bell
from mailuo.automations.switch import holds
from mailuo.base.clock import Clock
from mailuo.base.problems import Problem
from mailuo.base.reasons import reason_of
from mailuo.base.settings import Settings
from mailuo.connectors.environment import Environment, Off
from mailuo.records.in_force import InForce
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.faults import StoreAway

LATE = timedelta(seconds=30)
_QUICK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of a store in numbers: what `/readyz` and `/metrics` tell."""

    revision: int
    clocks_pending: int
    clocks_late: int
    late_seconds: float
    outbox_pending: int
    outbox_seconds: float
    outbox_parked: int
    jobs_waiting: int
    jobs_running: int
    jobs_parked: int
    alerts_open: int
    messages_waiting: int
    inbox_waiting: int
    inbox_dead: int
    calls_waiting: int
    calls_dead: int
    calls_held: int
    recompute: Progress

    @property
    def recomputed(self) -> bool:
        """Whether every record stands as the revision in force says."""
        return self.recompute.revision >= self.revision


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether requests may come, and why not or with what reservation."""

    ok: bool
    parts: dict[str, object]


class Health:
    """Looks at a store."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        in_force: InForce,
        clock: Clock,
        recomputation: Recomputation,
        deliveries: Deliveries,
        environment: Environment,
        uploads: Uploads,
    ) -> None:
        self._settings = settings
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._recomputation = recomputation
        self._deliveries = deliveries
        self._environment = environment
        self._uploads = uploads

    def figures(self) -> Figures:
        """The numbers now; raises StoreAway."""
        now, recompute = self._clock.now(), self._recomputation.progress()
        clock, outbox = system.clock, system.outbox
        with self._store.read(_QUICK_SECONDS) as connection:
            due = clock.c.state == "pending"
            first = _first(connection, clock.c.due_at, due)
            waiting = _first(connection, outbox.c.at, outbox.c.state == "pending")
            jobs = _by_state(connection)
            return Figures(
                revision=self._in_force.current.number,
                clocks_pending=_count(connection, due),
                clocks_late=_count(connection, due, clock.c.due_at < now - LATE),
                late_seconds=_seconds(first, now),
                outbox_pending=_count(connection, outbox.c.state == "pending"),
                outbox_seconds=_seconds(waiting, now),
                outbox_parked=_count(connection, outbox.c.state == "parked"),
                jobs_waiting=jobs.get("waiting", 0),
                jobs_running=jobs.get("running", 0),
                jobs_parked=jobs.get("parked", 0),
                alerts_open=_count(connection, system.alert.c.state == "open"),
                messages_waiting=_count(connection, system.message.c.state == "waiting"),
                inbox_waiting=_count(connection, system.inbox.c.state == "new"),
                inbox_dead=_count(connection, system.inbox.c.state == "dead"),
                calls_waiting=_count(connection, system.call.c.state.in_(("waiting", "retrying"))),
                calls_dead=_count(connection, system.call.c.state == "dead"),
                calls_held=_count(connection, system.call.c.state == "held"),
                recompute=recompute,
            )

    def ready(self) -> Ready:
        """Whether this process can serve, part by part: without files it can, all but them. Never raises for what is away."""
        try:
            found = self.figures()
        except StoreAway:
            return Ready(False, {"store": "away"})
        late = found.clocks_late > 0
        queue_late = found.outbox_seconds > LATE.total_seconds()
        told = found.recompute
        kept = self._uploads.answers()
        parts: dict[str, object] = {
            "store": "ok",
            "files": "ok" if kept else "away",
            "declarations": {"revision": found.revision},
            "clocks": {"state": "late" if late else "ok", "pending": found.clocks_pending, "late": found.clocks_late},
            "queue": {
                "state": "late" if queue_late else "ok",
                "pending": found.outbox_pending,
                "parked": found.outbox_parked,
                "jobs": found.jobs_waiting + found.jobs_running,
            },
            "recompute": {
                "state": "done" if found.recomputed else "running",
                "done": told.done,
                "total": told.total,
            },
        }
        return Ready(True, parts)

    def findings(self) -> list[Problem]:
        """What is not well, each with what to do about it; nothing when all is."""
        try:
            found = self.figures()
        except StoreAway:
            return [STORE_AWAY()]
        told = found.recompute
        problems = [
            CLOCKS_LATE(count=found.clocks_late, seconds=int(found.late_seconds)) if found.clocks_late else None,
            OUTBOX_LATE(count=found.outbox_pending, seconds=int(found.outbox_seconds))
            if found.outbox_seconds > LATE.total_seconds()
            else None,
            OUTBOX_PARKED(count=found.outbox_parked) if found.outbox_parked else None,
            JOBS_PARKED(count=found.jobs_parked) if found.jobs_parked else None,
            RECOMPUTING(done=told.done, total=told.total or "?") if not found.recomputed else None,
            self._uploads.trouble(),
            None if _carried(self._settings.redis_url) else BELL_AWAY(),
        ]
        return [problem for problem in problems if problem is not None] + self._unreached()

    def remarks(self) -> list[Problem]:
        """What hinders nobody's work and should be mended all the same: what awaits a connector, which are off, what is dead."""
        waiting = self._deliveries.waiting().items()
        awaited = [WAYS_AWAIT(via=via, count=count, why=reason_of(why)) for via, (count, why) in waiting]
        return awaited + list(self._outside()) + list(self._switched_off())

    def _unreached(self) -> list[Problem]:
        """Whom messages that were sent have not reached, because nobody holds the role or an address is wanting."""
        return [
            UNREACHED(who=each.person or each.role or "", count=each.count, why=reason_of(each.why))
            for each in self._deliveries.lacking()
        ]

    def _switched_off(self) -> Iterator[Problem]:
        """Which connectors were switched off because their endpoints take nothing any more."""
        declared = self._in_force.current.manifest.connectors
        with self._store.read() as connection:
            gone = [declared[hold.connector or ""] for hold in holds(connection) if hold.by_itself and hold.connector in declared]
        for connector in gone:
            yield SWITCHED_OFF(connector=connector.title)

    def _outside(self) -> Iterator[Problem]:
        """Which connectors are off for want of something, and what of the outside waits for a person."""
        for connector in self._in_force.current.manifest.connectors.values():
            wired = self._environment.wired(connector)
            if isinstance(wired, Off) and wired.missing:
                yield CONNECTOR_OFF(connector=connector.title, missing=" ".join(wired.missing))
            for each in wired.malformed if isinstance(wired, Off) else ():
                yield CONNECTOR_ASTRAY(connector=connector.title, name=each.name, expected=each.expected)
        figures = self.figures()
        if figures.inbox_dead:
            yield DEAD_LETTERS(count=figures.inbox_dead)
        if figures.calls_dead:
            yield DEAD_CALLS(count=figures.calls_dead)


def _carried(redis_url: str | None) -> bool:
    """Whether the bell between processes can be heard, where there is to be one."""
    if redis_url is None:
        return True
    with closing(far_bell(redis_url)) as bell:
        return bell.carried


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).where(*conditions)) or 0


def _first(connection: Connection, column: ColumnElement[datetime], condition: ColumnElement[bool]) -> datetime | None:
    return connection.scalar(select(func.min(column, type_=column.type)).where(condition))


def _by_state(connection: Connection) -> dict[str, int]:
    query = select(system.job.c.state, func.count()).group_by(system.job.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0

"""Deliveries: messages on their way to persons: whom each means, by which connector it goes, and what became of it.

A pass does three things, each in transactions of its own: intended messages get a row for each person; what is due is
handed to the calls, or shown as a popup; and rows follow the calls that carry them. Nothing is sent here, so nothing can
be sent twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from mailuo.automations.carried import behind, follow
from mailuo.automations.posting import Posting, is_due
from mailuo.automations.spreading import spread
from mailuo.automations.told import Lacking, Told, lacking, told
from mailuo.automations.ways import Way, way
from mailuo.base.clock import Clock
from mailuo.base.problems import Problem
from mailuo.connectors.environment import Environment
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Question

LATELY = timedelta(days=7)
"""How far back those are looked for who could not be reached."""
_LOCK = 0x6D61696C75  # an advisory lock of PostgreSQL: one process at a time spreads and posts
_MESSAGE, _DELIVERY = system.message, system.delivery
_INTENDED = Question(select(_MESSAGE.c.id).where(_MESSAGE.c.state == "intended").limit(1))
_DUE = Question(select(_DELIVERY.c.id).where(is_due(bindparam("now", None, type_=_DELIVERY.c.due_at.type))).limit(1))
_Work = Callable[[Connection], int]


class Deliveries:
    """Brings messages to persons."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, environment: Environment, base_url: str) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._environment = environment
        self._base_url = base_url

    def run(self, now: datetime) -> int:
        """How many rows were written or changed; several processes may do this at once."""
        running = self._in_force.current
        done = self._alone(lambda connection: spread(connection, running, now)) if self._any(_INTENDED) else 0
        if self._any(_DUE, now=now):
            done += self._alone(lambda connection: self._post(connection, now))
        with self._store.read() as connection:
            late = behind(connection)
        return done + (self._alone(lambda connection: follow(connection, now)) if late else 0)

    def told(self, actor: Actor, alert: str) -> list[Told]:
        """Who was told of an alert, by what way, and whether it reached them; the caller has seen the alert."""
        with self._store.read() as connection:
            return told(connection, self._in_force.current.manifest, actor, alert)

    def lacking(self) -> list[Lacking]:
        """Roles that nobody holds and persons without an address, to whom something was to be told of late."""
        with self._store.read() as connection:
            return lacking(connection, self._clock.now() - LATELY)

    def waiting(self) -> Mapping[str, tuple[int, str]]:
        """How many deliveries wait for a connector by each way, and why, as it is kept."""
        query = select(_DELIVERY.c.via, func.count(), func.max(_DELIVERY.c.error)).group_by(_DELIVERY.c.via)
        waits = _DELIVERY.c.state == "waiting", _DELIVERY.c.call.is_(None), _DELIVERY.c.error.is_not(None)
        with self._store.read() as connection:
            return {row[0]: (row[1], row[2]) for row in connection.execute(query.where(*waits))}

    def _post(self, connection: Connection, now: datetime) -> int:
        running = self._in_force.current
        known: dict[str, Way | Problem] = {}

        def by(via: str) -> Way | Problem:
            if via not in known:
                known[via] = way(running.manifest.connectors, self._environment, via)
            return known[via]

        return Posting(connection, by, running.number, self._base_url, now).post()

    def _any(self, question: Question, **values: object) -> bool:
        with self._store.read() as connection:
            return bool(question.rows(connection, values))

    def _alone(self, work: _Work) -> int:
        """What the work returns, or nothing where another process is at it."""

        def alone(connection: Connection) -> int:
            free = connection.dialect.name == "sqlite" or connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK)))
            return work(connection) if free else 0

        return self._store.write(alone)

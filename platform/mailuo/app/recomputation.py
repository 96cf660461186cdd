"""Recomputation: after a publication, records under way are brought up to it, once for all processes.

A fact says up to which revision this is done, so that a crash, or a command that published and went, leaves no record
behind: whoever looks next does the rest. While it runs its holder keeps a lease and tells how far it is.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, insert, select, update

from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.moments import micros, moment
from mailuo.flow.recompute import Recomputing
from mailuo.metadata import Manifest, load_published
from mailuo.records.in_force import InForce
from mailuo.storage import revisions, system
from mailuo.storage.engine import Store

_FACT = system.fact
_NAME = "recomputed"
_LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: up to which revision all is done, and within the next one `done` of `total` records."""

    revision: int = 0
    done: int = 0
    total: int = 0
    holder: str = ""
    until: int = 0  # microseconds: when the lease ends


class _Lost(Exception):
    """Another process holds the lease by now."""


class Recomputation:
    """Brings the records of a store up to the revision in force."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, recompute: Recomputing) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._recompute = recompute
        self._holder = new_id()

    def progress(self) -> Progress:
        """How far it is, whoever does it."""
        with self._store.read() as connection:
            return _read(connection)

    def is_due(self) -> bool:
        """Whether records wait for it and nobody is at it."""
        found = self.progress()
        return found.revision < self._in_force.current.number and moment(found.until) <= self._clock.now()

    def run(self) -> int:
        """How many records were brought up to date; none when all are, or somebody else is at it."""
        number = self._in_force.current.number
        begun = self._store.write(lambda connection: self._take(connection, number))
        if begun is None:
            return 0
        old = self._manifest(begun.revision)
        try:
            count = self._recompute.after(old, told=self._keeper(begun.revision))
        except _Lost:
            return 0
        self._store.write(lambda connection: _write(connection, Progress(number, count, count)))
        return count

    def _take(self, connection: Connection, number: int) -> Progress | None:
        """The state from which to go on, with the lease taken; None when there is nothing to do."""
        found = _read(connection, hold=True)
        if found.revision >= number or moment(found.until) > self._clock.now():
            return None
        mine = Progress(found.revision, 0, 0, self._holder, micros(self._clock.now() + _LEASE))
        _write(connection, mine)
        return mine

    def _keeper(self, revision: int) -> Callable[[int, int], None]:
        """What tells how far it is, and renews the lease by it; raises _Lost when that has passed to another."""

        def keep(done: int, total: int) -> None:
            def work(connection: Connection) -> None:
                if _read(connection, hold=True).holder != self._holder:
                    raise _Lost
                until = micros(self._clock.now() + _LEASE)
                _write(connection, Progress(revision, done, total, self._holder, until))

            self._store.write(work)

        return keep

    def _manifest(self, number: int) -> Manifest | None:
        if not number:
            return None
        found = load_published(revisions.files_of(self._store, number))
        return found if isinstance(found, Manifest) else None


def _read(connection: Connection, *, hold: bool = False) -> Progress:
    query = select(_FACT.c.value).where(_FACT.c.name == _NAME)
    value = connection.scalar(query.with_for_update() if hold and connection.dialect.name == "postgresql" else query)
    return Progress(**orjson.loads(str(value))) if value else Progress()


def _write(connection: Connection, progress: Progress) -> None:
    value = orjson.dumps(asdict(progress)).decode()
    if not connection.execute(update(_FACT).where(_FACT.c.name == _NAME).values(value=value)).rowcount:
        connection.execute(insert(_FACT).values(name=_NAME, value=value))


def is_stuck(progress: Progress, running: int, now: datetime) -> bool:
    """Whether records wait and nobody has been at it for a while."""
    return progress.revision < running and moment(progress.until) + _LEASE < now

"""Retention: what nobody needs any longer goes, an hour's round at a time."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from mailuo.app import credentials, sign_ins
from mailuo.app.uploads import Uploads
from mailuo.base.clock import Clock
from mailuo.records import idempotency
from mailuo.records.in_force import InForce
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.trash import purge_trash

_LONGEST_LIMIT = timedelta(days=2)
_UNDER_WAY = ("waiting", "intended", "retrying", "held")
DEFAULTS = {
    "inbox": timedelta(days=90),
    "calls": timedelta(days=90),
    "trash": timedelta(days=90),
    "runs": timedelta(days=180),
    "audit": timedelta(days=3 * 365),
}
"""How long things are kept where the workspace says nothing."""


class Retention:
    """Removes what has been kept long enough."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, uploads: Uploads) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._uploads = uploads

    def run(self) -> int:
        """How many things went."""
        now = self._clock.now()
        went = self._uploads.sweep()
        went += self._purge(now - self._kept("trash"))
        went += self._store.write(lambda connection: idempotency.forget(connection, now))
        went += self._store.write(lambda connection: sign_ins.forget(connection, now))
        went += self._store.write(lambda connection: credentials.forget(connection, now))
        went += self._store.write(self._forget_audit)
        went += self._store.write(self._forget_messages)
        went += self._store.write(self._forget_outside)
        return went + self._store.write(self._forget_jobs)

    def _purge(self, before: datetime) -> int:
        """How many declared things went for good; looks first, for it takes the right to publish from everybody."""
        identity = system.identity
        thrown = identity.c.state == "trash", identity.c.since < before, identity.c.kind != "option"
        with self._store.read() as connection:
            if connection.scalar(select(identity.c.number).where(*thrown).limit(1)) is None:
                return 0
        return purge_trash(self._store, before)

    def _kept(self, what: str) -> timedelta:
        return self._in_force.current.manifest.workspace.retention.get(what, DEFAULTS[what])

    def _forget_audit(self, connection: Connection) -> int:
        old = system.audit.c.at < self._clock.now() - self._kept("audit")
        return connection.execute(delete(system.audit).where(old)).rowcount

    def _forget_messages(self, connection: Connection) -> int:
        """How many messages went with their deliveries, and how many lines of the outbox that nobody waits for."""
        before, went = self._clock.now() - self._kept("calls"), 0
        for table in (system.message, system.delivery):
            old = table.c.at < before, table.c.state.not_in(_UNDER_WAY)
            went += connection.execute(delete(table).where(*old)).rowcount
        said = system.outbox.c.at < before, system.outbox.c.state.in_(("seen", "done"))
        return went + connection.execute(delete(system.outbox).where(*said)).rowcount

    def _forget_outside(self, connection: Connection) -> int:
        """How many events that came in, calls that have ended and their attempts went; and counts of limits long past."""
        inbox, call, attempt, spent = system.inbox, system.call, system.attempt, system.spent
        now = self._clock.now()
        came, made = now - self._kept("inbox"), now - self._kept("calls")
        old = (
            delete(inbox).where(inbox.c.received_at < came, inbox.c.state != "new"),
            delete(call).where(call.c.at < made, call.c.state.not_in(_UNDER_WAY)),
            delete(attempt).where(attempt.c.at < made),
            delete(spent).where(spent.c.at < now - _LONGEST_LIMIT),
        )
        return sum(connection.execute(statement).rowcount for statement in old)

    def _forget_jobs(self, connection: Connection) -> int:
        job = system.job
        old = job.c.finished_at < self._clock.now() - self._kept("runs"), job.c.state.in_(("done", "failed"))
        return connection.execute(delete(job).where(*old)).rowcount

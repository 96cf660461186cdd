"""The sweep: takes the clocks that have run out, oldest first, a bounded number at a time, each exactly once.

Any number of processes may sweep: each takes the records that no other holds. What a pass opens is told when the pass
is over, so that what came in one pass can be folded into one message.
"""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection, func, select

from mailuo.base.clock import Clock
from mailuo.flow.digest import release
from mailuo.flow.firing import Firing
from mailuo.flow.silence import Silence
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.records.transaction import Transactions
from mailuo.storage import system
from mailuo.storage.engine import Store
from mailuo.storage.prepared import Question

PORTION = 100
_CLOCK, _MESSAGE = system.clock, system.message
_FIRST_DUE = Question(
    select(func.min(_CLOCK.c.due_at, type_=_CLOCK.c.due_at.type)).where(_CLOCK.c.state == "pending")
)
_FIRST_WINDOW = Question(
    select(func.min(_MESSAGE.c.window_ends, type_=_MESSAGE.c.window_ends.type)).where(_MESSAGE.c.state == "waiting")
)


class Sweep:
    """Fires clocks."""

    def __init__(self, store: Store, in_force: InForce, base_url: str = "", clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock
        self._transactions = Transactions(store, in_force)
        self._in_force = in_force
        self._base_url = base_url
        self._ready_for: int | None = None

    def next_due(self) -> datetime | None:
        """When the next clock runs out, or the next held message is told; None when nothing waits."""
        with self._store.read() as connection:
            moments = [question.rows(connection)[0][0] for question in (_FIRST_DUE, _FIRST_WINDOW)]
        return min((at for at in moments if at is not None), default=None)

    def fire_due(self, now: datetime, limit: int = 100_000) -> int:
        """How many clocks were fired that had run out by now, at most `limit`.

        With a clock, *now* is when the store lets us write, for which we may have waited: what opens, opens then.
        """
        self._ready(now)
        fired = 0
        while fired < limit:
            count = self._transactions.write(partial(self._portion, now=now, most=min(PORTION, limit - fired)))
            if not count:
                break
            fired += count
        with self._store.read() as connection:
            waits = _FIRST_WINDOW.rows(connection)[0][0] is not None
        if waits:
            self._transactions.write(partial(self._tell, now=now))
        return fired

    def _ready(self, now: datetime) -> None:
        """Sees, once for each revision, that the clocks of silent sources run."""
        number = self._in_force.current.number
        if self._ready_for != number:
            self._transactions.write(lambda connection, running, careful: Silence(connection, running, now).start())
            self._ready_for = number

    def _portion(self, connection: Connection, running: Running, careful: bool, *, now: datetime, most: int) -> int:
        return Firing(connection, running, self._by_now(now), self._base_url).fire(most)

    def _tell(self, connection: Connection, running: Running, careful: bool, *, now: datetime) -> None:
        release(connection, running, self._by_now(now), self._base_url)

    def _by_now(self, asked: datetime) -> datetime:
        return asked if self._clock is None else max(asked, self._clock.now())

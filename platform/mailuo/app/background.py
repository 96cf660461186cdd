"""The background: what a serving process does by itself, each in a thread of its own that nothing stops.

Clocks are fired when they run out; the outbox is relayed; messages are brought to persons; another process's publication is noticed within a second;
jobs are done; what was kept long enough goes.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from mailuo.app.accounts import Accounts
from mailuo.app.jobs import Jobs
from mailuo.app.recomputation import Recomputation
from mailuo.app.retention import Retention
from mailuo.automations.bell import EmbeddedBell
from mailuo.automations.deliveries import Deliveries
from mailuo.automations.engine import Engine
from mailuo.automations.far import FarBell, far_bell, listen
from mailuo.base.clock import Clock
from mailuo.base.logs import fault
from mailuo.base.problems import Refusal
from mailuo.flow.sweep import Sweep
from mailuo.records.in_force import InForce
from mailuo.storage.faults import StoreAway

_LOG = logging.getLogger("mailuo.background")
_NAP_SECONDS = 0.3
_JOB_SECONDS = 1.0
_RENEWAL_SECONDS = 0.5
_USE_SECONDS = 60.0
_RETENTION_SECONDS = 3600.0
_AWAY_SECONDS = 2.0
_TODO_SECONDS = 1.0
_SWEEP_SECONDS = 10.0
_JOB_THREADS = 2


@dataclass(frozen=True, slots=True)
class Loop:
    """Something done again and again: the work answers how many seconds to wait before the next time."""

    name: str
    work: Callable[[], float]


class Background:
    """The loops of a process; `start` them with the process, `stop` them before the store is closed."""

    def __init__(
        self,
        clock: Clock,
        in_force: InForce,
        sweep: Sweep,
        engine: Engine,
        deliveries: Deliveries,
        recomputation: Recomputation,
        jobs: Jobs,
        accounts: Accounts,
        retention: Retention,
        redis_url: str | None = None,
    ) -> None:
        self._clock = clock
        self._in_force = in_force
        self._sweep = sweep
        self._engine = engine
        self._redis_url = redis_url
        self._deliveries = deliveries
        self._recomputation = recomputation
        self._jobs = jobs
        self._accounts = accounts
        self._retention = retention
        self._fired_for: int | None = None
        self._over = Event()
        self._threads: list[Thread] = []
        self._pool: EmbeddedBell | None = None
        self._far: FarBell | None = None

    @property
    def clocks(self) -> tuple[Loop, ...]:
        """What a scheduler does."""
        return (
            Loop("renewal", self._renew),
            Loop("clocks", self._fire),
            Loop("schedules", self._scheduled),
            Loop("recomputation", self._recomputed),
            Loop("retention", self._retain),
        )

    @property
    def work(self) -> tuple[Loop, ...]:
        """What a worker does."""
        jobs = (Loop(f"jobs {number}", self._job) for number in range(1, _JOB_THREADS + 1))
        delivered = Loop("deliveries", self._delivered)
        rules = (Loop("relay", self._relayed), Loop("todos", self._ended), Loop("queues", self._swept), Loop("letters", self._looked))
        return (Loop("renewal", self._renew), *rules, delivered, *jobs)

    @property
    def pages(self) -> tuple[Loop, ...]:
        """What every process that answers requests does."""
        return (Loop("renewal", self._renew), Loop("use of credentials", self._noted))

    def start(self, *groups: Sequence[Loop]) -> None:
        """Starts the loops of these groups, each once; all of them when none is given."""
        chosen = groups or (self.pages, self.clocks, self.work)
        loops = {loop.name: loop for group in chosen for loop in group}
        self._ready_bells(works=any(loop.name == "queues" for loop in loops.values()))
        for loop in loops.values():
            thread = Thread(target=self._run, args=(loop,), daemon=True, name=f"mailuo {loop.name}")
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        """Tells the loops to end, and waits for none of them: for a signal's handler."""
        self._over.set()

    def stop(self, seconds: float = 10.0) -> None:
        """Ends the loops when each has finished what it is at."""
        self._over.set()
        for thread in self._threads:
            thread.join(seconds)
        self._threads.clear()
        for bell in (self._pool, self._far):
            if bell is not None:
                bell.close()

    def wait(self) -> None:
        """Returns when somebody stops the loops; a worker hears meanwhile what others ring for."""
        if self._pool is not None and self._redis_url is not None:
            pool = self._pool
            listen(self._redis_url, lambda queue, key: pool.ring(queue, [key]), self._over)
        self._over.wait()

    def _ready_bells(self, *, works: bool) -> None:
        """Has work rung for: by threads of this process, or, where there is Redis, in any worker."""
        workshop = self._engine.workshop
        if works:
            workshop.bell = self._pool = EmbeddedBell(workshop.work)
        if self._redis_url is not None:
            workshop.bell = self._far = far_bell(self._redis_url)

    def _run(self, loop: Loop) -> None:
        away = False
        while not self._over.is_set():
            try:
                wait = loop.work()
                away = False
            except StoreAway:
                if not away:
                    _LOG.warning("%s: the store is away", loop.name)
                wait, away = _AWAY_SECONDS, True
            except Refusal as refusal:
                _LOG.warning("%s: %s", loop.name, refusal)
                wait = _AWAY_SECONDS
            except Exception as error:  # noqa: BLE001 - the outermost loop
                fault(_LOG, loop.name, error)
                wait = _AWAY_SECONDS
            self._over.wait(wait)

    # The work of each loop

    def _renew(self) -> float:
        self._in_force.renew()
        return _RENEWAL_SECONDS

    def _fire(self) -> float:
        """Fires what is due; naps until the next clock runs out, and never long, for others may set one."""
        now, number = self._clock.now(), self._in_force.current.number
        due = self._sweep.next_due()
        if (due is None or due > now) and self._fired_for == number:
            left = (due - now).total_seconds() if due else _NAP_SECONDS
            return min(_NAP_SECONDS, left)
        fired = self._sweep.fire_due(now)
        self._fired_for = number  # a new revision may want clocks that nothing has set yet
        return 0.0 if fired else _NAP_SECONDS

    def _relayed(self) -> float:
        return 0.0 if self._engine.relay.run(self._clock.now()) else _NAP_SECONDS

    def _scheduled(self) -> float:
        return 0.0 if self._engine.schedules.run(self._clock.now()) else _NAP_SECONDS

    def _ended(self) -> float:
        self._engine.todos.end_by_themselves(self._clock.now())
        return _TODO_SECONDS

    def _looked(self) -> float:
        """Takes up what waited for something that is there now."""
        return 0.0 if self._engine.look_further() else _TODO_SECONDS

    def _swept(self) -> float:
        """Finds work that nobody has rung for, or whose worker has died; where others ring, seldom."""
        if self._pool is not None:
            self._engine.workshop.sweep(self._pool)
        return _NAP_SECONDS if self._redis_url is None else _SWEEP_SECONDS

    def _delivered(self) -> float:
        return 0.0 if self._deliveries.run(self._clock.now()) else _NAP_SECONDS

    def _recomputed(self) -> float:
        if self._recomputation.is_due():
            self._recomputation.run()
        return _RENEWAL_SECONDS

    def _job(self) -> float:
        if not self._jobs.run_next():
            self._jobs.wait(_JOB_SECONDS)
        return 0.0

    def _noted(self) -> float:
        self._accounts.note_use()
        return _USE_SECONDS

    def _retain(self) -> float:
        self._retention.run()
        return _RETENTION_SECONDS

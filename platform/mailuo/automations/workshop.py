"""The workshop: who works off which queue, how leases are kept, and what becomes of work that fails."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from threading import Condition, Thread
from typing import Protocol

from mailuo.automations.bell import Bell, Silent
from mailuo.automations.messages import FAULT
from mailuo.automations.queue import HEARTBEAT, LostLease, Queue, Taken
from mailuo.automations.waits import Waits
from mailuo.base.clock import Clock
from mailuo.base.logs import fault
from mailuo.base.problems import Refusal
from mailuo.base.reasons import kept
from mailuo.storage.engine import Store
from mailuo.storage.faults import StoreAway

MOST_FAULTS = 8
PORTION = 200
_LOG = logging.getLogger("mailuo.work")
_KIND = tuple[Queue, Taken]


class Work(Protocol):
    """Works off the rows of one queue."""

    @property
    def queue(self) -> Queue:
        """The queue."""
        ...

    def do(self, taken: Taken) -> None:
        """Does what a row asks for, and ends it or gives it back.

        What it raises parks the row (a Refusal), loses it (LostLease), or has it done again later (a fault).
        """
        ...


class Workshop:
    """Works off queues, one row at a time; threads and processes may share the work."""

    def __init__(self, store: Store, clock: Clock, works: Sequence[Work], waits: Waits) -> None:
        self._store = store
        self._clock = clock
        self._works: dict[str, Work] = {}
        self._waits = waits
        self._hearts = _Hearts(store, clock)
        self.bell: Bell = Silent()
        for work in works:
            self.add(work)

    def add(self, work: Work) -> None:
        """Lets the rows of one more queue be worked off."""
        self._works[work.queue.name] = work

    def work(self, queue: str, key: str, *, kept: bool = True) -> bool:
        """Whether the row was there to be worked off, and nobody else's; its lease is kept as long as that lasts."""
        work = self._works.get(queue)
        if work is None:
            return False
        now = self._clock.now()
        taken = self._store.write(lambda connection: work.queue.take(connection, key, now))
        if taken is None:
            return False
        with self._hearts.beating(work.queue, taken) if kept else nullcontext():
            self._do(work, taken)
        if work.queue.line:
            self._ring_behind(work.queue, taken)
        return True

    def sweep(self, bell: Bell) -> int:
        """How many rows a bell was rung for: all that are due and nobody's, as far as it makes sense."""
        rung = 0
        for name, work in self._works.items():
            most = min(bell.room, PORTION)
            if most:
                keys = self._due(work.queue, most)
                bell.ring(name, keys)
                rung += len(keys)
        return rung

    def drain(self, most: int = 100_000) -> int:
        """How many rows were worked off here and now, in the order of the queues, until nothing is due."""
        done = 0
        while done < most:
            before = done
            for name, work in list(self._works.items()):
                done += sum(self.work(name, key, kept=False) for key in self._due(work.queue, PORTION))
            if done == before:
                break
        return done

    def next_due(self) -> datetime | None:
        """When the next row is due; None when nothing waits."""
        now = self._clock.now()
        with self._store.read() as connection:
            moments = [work.queue.next_due(connection, now) for work in self._works.values()]
        return min((at for at in moments if at is not None), default=None)

    def close(self) -> None:
        """Ends the thread that keeps leases."""
        self._hearts.close()

    def _due(self, queue: Queue, most: int) -> list[str]:
        with self._store.read() as connection:
            return queue.due(connection, self._clock.now(), most)

    def _ring_behind(self, queue: Queue, taken: Taken) -> None:
        """Rings for the row that had to wait for this one."""
        with self._store.read() as connection:
            behind = queue.behind(connection, taken, self._clock.now())
        if behind:
            self.bell.ring(queue.name, behind)

    def _do(self, work: Work, taken: Taken) -> None:
        try:
            work.do(taken)
        except LostLease:
            _LOG.warning("%s %s was taken by another worker", work.queue.name, taken.key)
        except StoreAway:
            raise
        except Refusal as refusal:
            self._leave(work.queue, taken, kept(*refusal.problems), parked=True)
        except Exception as error:  # noqa: BLE001 - the outermost loop of a row
            trace = fault(_LOG, f"{work.queue.name} {taken.key}", error)
            attempts = getattr(taken.row, "attempts", 1)
            self._leave(work.queue, taken, kept(FAULT(trace=trace)), parked=attempts >= MOST_FAULTS)

    def _leave(self, queue: Queue, taken: Taken, reason: str, *, parked: bool) -> None:
        """Puts a row aside with the reason, or leaves it for later."""
        now = self._clock.now()
        due_at = self._waits.next(now, getattr(taken.row, "attempts", 1))
        try:
            if parked and queue.parked:
                self._store.write(lambda connection: queue.park(connection, taken, reason, now))
            else:
                self._store.write(lambda connection: queue.give_back(connection, taken, due_at, **{queue.why: reason}))
        except LostLease:
            _LOG.warning("%s %s was taken by another worker", queue.name, taken.key)


class _Hearts:
    """Keeps the leases of everything that this process is at; the thread lives once something lasts that long."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._held: dict[int, _KIND] = {}
        self._changed = Condition()
        self._thread: Thread | None = None
        self._over = False

    @contextmanager
    def beating(self, queue: Queue, taken: Taken) -> Iterator[None]:
        """Keeps the lease of a row while something is done with it."""
        with self._changed:
            self._held[id(taken)] = queue, taken
            if self._thread is None:
                self._thread = Thread(target=self._beat, daemon=True, name="mailuo leases")
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._held.pop(id(taken), None)

    def close(self) -> None:
        """Ends the thread."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _beat(self) -> None:
        while not self._over:
            with self._changed:
                self._changed.wait(HEARTBEAT.total_seconds())
                held = list(self._held.values())
            for queue, taken in held:
                self._extend(queue, taken)

    def _extend(self, queue: Queue, taken: Taken) -> None:
        now = self._clock.now()
        try:
            self._store.write(lambda connection: queue.extend(connection, taken, now))
        except Exception as error:  # noqa: BLE001 - a lease that cannot be kept is lost, and that is seen elsewhere
            fault(_LOG, "leases", error)

"""The engine of rules: everything that works off what happened, put together once for a process."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mailuo.automations.bell import Bell
from mailuo.automations.forms import Forms
from mailuo.automations.leases import end_leases
from mailuo.automations.relay import Relay
from mailuo.automations.runs import Runs
from mailuo.automations.schedules import Schedules
from mailuo.automations.todos import Todos
from mailuo.automations.waits import Waits
from mailuo.automations.workshop import Work, Workshop
from mailuo.base.clock import Clock
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.storage.engine import Store

_MOST_ROUNDS = 1_000
Look = Callable[[datetime], int]
Further = Callable[[Workshop], Sequence[Work]]


class Endless(Exception):
    """What happens at one moment makes more happen at that moment, without end."""


class Engine:
    """Rules at work: the relay, the schedules, the runs, the lines on Home, and whatever else works off queues."""

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, records: Records, waits: Waits, forms: Forms,
        further: Further = lambda workshop: (),
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self.looks: list[Look] = []
        self.workshop = Workshop(store, clock, (), waits)
        self.workshop.add(Runs(store, in_force, clock, records, waits, forms.addresses))
        for work in further(self.workshop):
            self.workshop.add(work)
        self.relay = Relay(store, in_force, records, self._bell)
        self.schedules = Schedules(store, in_force, self._bell)
        self.todos = Todos(store, in_force, clock)

    def look(self) -> int:
        """How much there was to begin: what happened, what is due by the clock, and what has ended by itself."""
        now = self._clock.now()
        return self.relay.run(now) + self.schedules.run(now) + self.todos.end_by_themselves(now) + self.look_further()

    def look_further(self) -> int:
        """How much there was to begin for those who joined later."""
        now = self._clock.now()
        return sum(look(now) for look in self.looks)

    def settle(self) -> int:
        """How much was done here and now, until nothing is left to do; for scenarios, commands and tests."""
        done = 0
        for _ in range(_MOST_ROUNDS):
            count = self.look() + self.workshop.drain()
            if not count:
                return done
            done += count
        raise Endless

    def take_over(self) -> int:
        """How many rows a process had died at that may be taken at once now: on a store that only this process serves.

        On a store that others may serve as well, a lease has to run out before anybody knows that its holder is dead.
        """
        if self._store.dialect != "sqlite":
            return 0
        now = self._clock.now()
        return self._store.write(lambda connection: end_leases(connection, now))

    def next_due(self) -> datetime | None:
        """When something is next due; None when nothing waits."""
        moments = (self.workshop.next_due(), self.schedules.next_due(self._clock.now()))
        return min((at for at in moments if at is not None), default=None)

    def close(self) -> None:
        """Ends what runs on its own."""
        self.workshop.close()

    def _bell(self) -> Bell:
        return self.workshop.bell

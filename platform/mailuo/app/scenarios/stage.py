"""The stage: a workspace published once in a private store, with its doors and a clock that only moves when told to."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailuo.app.scenarios.played import Played, played_world, unnoted
from mailuo.automations.bell import Silent
from mailuo.automations.endings import Endings
from mailuo.automations.engine import Engine
from mailuo.automations.forms import Forms
from mailuo.automations.outside import Outside
from mailuo.automations.run_log import RunLog
from mailuo.automations.waits import Waits, exactly
from mailuo.base.clock import SetClock
from mailuo.base.problems import Refusal
from mailuo.flow.changes import FlowChanges
from mailuo.flow.disputes import Disputes
from mailuo.flow.door import Flow
from mailuo.flow.recompute import Recomputing
from mailuo.flow.sweep import Sweep
from mailuo.flow.wall import Wall
from mailuo.flow.worktime import calendars_of
from mailuo.metadata import load
from mailuo.metadata.edits import Edit, edited
from mailuo.metadata.model import Manifest
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.storage.engine import Store
from mailuo.storage.files import Files
from mailuo.storage.folder import Folder
from mailuo.storage.publishing import publish

_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
_NOBODY = "scenario"
_MOST_ROUNDS = 1_000
RETRY_WAITS = tuple(map(timedelta, (0,) * 7, (10, 60, 300, 1_800, 7_200, 18_000, 36_000)))
"""How long a scenario waits before each further try: what a server does that nobody has told otherwise."""
MOST_BYTES = 1024 * 1024


class Endless(Exception):
    """What falls due at one moment makes more fall due at that moment, without end."""


class Stage:
    """A private system, the same at the beginning of every scenario."""

    def __init__(self, files: Mapping[str, str], zone: str, folder: Path) -> None:
        self._zone = zone
        self._files = dict(files)
        self.clock = SetClock(_BEFORE)
        self.store = Store.memory()
        publish(
            self.store, files, self._manifest(files), by=_NOBODY, message="", base=None, now=self.clock.now()
        )
        self.in_force = InForce(self.store, calendars_of, watcher=Endings())
        self._empty_again = self.store.snapshot()
        self._first, self._first_files = self.in_force.current, self._files
        self.records = Records(self.store, self.in_force, self.clock, FlowChanges(), b"scenario")
        self.flow = Flow(self.store, self.in_force, self.clock, self.records)
        self.wall = Wall(self.store, self.in_force, self.clock)
        self.disputes = Disputes(self.store, self.in_force, self.clock, self.records)
        self.files = Files(self.store, Folder(folder))
        self._sweep = Sweep(self.store, self.in_force)
        self._fresh = True  # whether the sweep has not yet seen the revision in force
        self.forms = Forms(self.store, self.in_force, self.clock, self.records, b"scenario", "")
        self.played = Played(lambda: self.running.manifest.connectors)
        self.engine, self.outside = self._working()
        self.runs = RunLog(self.store, self.in_force, self.clock, self.records, Silent)
        self._recompute = Recomputing(self.store, self.in_force, self.clock)

    @property
    def running(self) -> Running:
        """The revision in force."""
        return self.in_force.current

    @property
    def now(self) -> datetime:
        """The scenario's time."""
        return self.clock.now()

    def begin(self, now: datetime) -> None:
        """Empties the stage, and sets its clock."""
        self._empty_again()
        self.in_force.current, self._files = self._first, self._first_files
        self.clock.set(now)
        self.played.forget()
        self.start()

    def close(self) -> None:
        """Forgets everything."""
        self.store.close()

    # Time

    def start(self) -> None:
        """Starts what runs on its own, as a server does when it starts."""
        self._sweep = Sweep(self.store, self.in_force)
        self.engine, self.outside = self._working()
        self._fresh = True

    def _working(self) -> tuple[Engine, Outside]:
        """What works off what happened, and what comes in and goes out; nothing in it is left to chance."""
        waits = Waits(RETRY_WAITS, exactly)
        engine = Engine(self.store, self.in_force, self.clock, self.records, waits, self.forms)
        outside = Outside(self.store, self.in_force, self.clock, self.records, played_world(self.played, waits), Silent, unnoted)
        outside.join(engine)
        return engine, outside

    def move(self, until: datetime) -> None:
        """Lets time pass: what falls due on the way happens at its own moment; what is due at the end has not yet."""
        rounds: dict[datetime, int] = {}
        while (due := self._next_due()) is not None and due < until:
            at = max(due, self.now)
            rounds[at] = rounds.get(at, 0) + 1
            if rounds[at] > _MOST_ROUNDS:
                raise Endless
            self.clock.set(at)
            self.settle()
        self.clock.set(until)

    def settle(self) -> None:
        """Lets happen what is due by now, and what follows from it."""
        for _ in range(_MOST_ROUNDS):
            if self._fresh or self._due():
                self._sweep.fire_due(self.now)
                self._fresh = False
            if not self.act() and not self._due():
                return
        raise Endless

    def act(self) -> int:
        """How much rules and queues have done by now; clocks are left alone."""
        return self.engine.settle()

    def _due(self) -> bool:
        due = self._sweep.next_due()
        return due is not None and due <= self.now

    def _next_due(self) -> datetime | None:
        moments = (self._sweep.next_due(), self.engine.next_due())
        return min((at for at in moments if at is not None), default=None)

    def down(self, length: timedelta) -> None:
        """Lets time pass while nothing runs; then everything starts again."""
        self.clock.advance(length)
        self.start()

    # Declarations

    def declare(self, edits: Sequence[Edit]) -> None:
        """Publishes changed declarations now; refuses what `mailuo apply` would refuse."""
        changed = edited(self._files, edits)
        if not isinstance(changed, dict):
            raise Refusal(changed)
        old = self.running
        manifest = self._manifest(changed)
        publish(self.store, changed, manifest, by=_NOBODY, message="", base=old.number, now=self.now)
        self._files = changed
        self.in_force.renew()
        self._fresh = True
        self._recompute.after(old.manifest)

    def _manifest(self, files: Mapping[str, str]) -> Manifest:
        manifest = load(files, self._zone)
        if not isinstance(manifest, Manifest):
            raise Refusal(*manifest)
        return manifest



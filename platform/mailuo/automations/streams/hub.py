"""The hub: one thread of a process reads what happened, and hands it to every open stream.

It reads while somebody listens. A stream that does not keep up is told that much happened, and asks anew.
"""

import logging
import time
from collections import deque
from threading import Condition, Thread

from mailuo.automations.streams.news import ALL, Reporter, missed
from mailuo.automations.streams.sight import Batch, Heard
from mailuo.base.clock import Clock
from mailuo.base.logs import fault
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.storage.engine import Store
from mailuo.storage.faults import StoreAway

MOST_STREAMS = 64
"""Of a process: each holds a thread, and half of them answer other requests."""
MOST_OF_ONE = 4
"""Of one credential: the tabs of a browser share one; whoever opens more loses the oldest."""
EVERY_SECONDS = 0.3
_AWAY_SECONDS = 2.0
_MOST_BEHIND = 50
_LOG = logging.getLogger("mailuo.streams")


class Full(Exception):
    """Every stream that a process has is taken."""


class Stream:
    """What one listener has not heard yet."""

    def __init__(self, credential: str, position: int) -> None:
        self.credential = credential
        self.position = position
        """What came before it is not told."""
        self._batches: deque[Batch] = deque()
        self._changed = Condition()
        self._over = False
        self.taken = False
        """Whether it is over because the listener has opened another."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._over

    def put(self, batch: Batch) -> None:
        """Hands on what happened."""
        with self._changed:
            if len(self._batches) >= _MOST_BEHIND:
                self._batches.clear()
                batch = Batch(batch.store, batch.running, batch.now, batch.position, [ALL])
            self._batches.append(batch)
            self._changed.notify_all()

    def end(self) -> None:
        """Lets the listener go."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def next(self, seconds: float) -> Batch | None:
        """What happened next, waiting so long for it; None when nothing did, or the stream is over."""
        with self._changed:
            if not self._batches and not self._over:
                self._changed.wait(seconds)
            return None if self._over or not self._batches else self._batches.popleft()


class Hub:
    """The streams of a process."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._changed = Condition()
        self._streams: list[Stream] = []
        self._reporter: Reporter | None = None
        self._over = False

    def open(self, credential: str) -> Stream:
        """A new stream of what happens from now on; raises Full. Each must be left in the end."""
        with self._changed:
            mine = [stream for stream in self._streams if stream.credential == credential]
            if len(mine) >= MOST_OF_ONE:
                mine[0].taken = True
                mine[0].end()
                self._streams.remove(mine[0])
            if len(self._streams) >= MOST_STREAMS:
                raise Full
            if self._reporter is None:
                with self._store.read() as connection:
                    self._reporter = Reporter(connection)
                Thread(target=self._run, args=(self._reporter,), daemon=True, name="mailuo streams").start()
            stream = Stream(credential, self._reporter.position)
            self._streams.append(stream)
            if self._over:  # said without this lock: what `close` did not find in the list finds here that it is over
                self._streams.remove(stream)
                raise Full
        return stream

    def leave(self, stream: Stream) -> None:
        """Ends a stream."""
        stream.end()
        with self._changed:
            if stream in self._streams:
                self._streams.remove(stream)
            self._changed.notify_all()

    def missed(self, actor: Actor, after: int) -> list[Heard]:
        """The popups that somebody missed since a position, followed by the advice to ask anew."""
        now = self._clock.now()
        with self._store.read() as connection:
            news = missed(connection, after, now)
        return Batch(self._store, self._in_force.current, now, after, [*news, ALL]).heard(actor)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def close(self) -> None:
        """Ends every stream, and takes no more; a signal's handler may call it."""
        self._over = True
        for stream in list(self._streams):
            stream.end()

    # The thread

    def _run(self, reporter: Reporter) -> None:
        """Reads while somebody listens; what happens while the store is away is told when it is back."""
        while self._listened_to():
            wait = EVERY_SECONDS
            try:
                self._read(reporter)
            except StoreAway:
                wait = _AWAY_SECONDS
            except Exception as error:  # noqa: BLE001 - the outermost loop
                fault(_LOG, "streams", error)
                wait = _AWAY_SECONDS
            time.sleep(wait)

    def _read(self, reporter: Reporter) -> None:
        now = self._clock.now()
        with self._store.read() as connection:
            news = reporter.news(connection, now, time.monotonic())
        if news:
            self._tell(Batch(self._store, self._in_force.current, now, reporter.position, news))

    def _listened_to(self) -> bool:
        with self._changed:
            if self._streams and not self._over:
                return True
            self._reporter = None
            return False

    def _tell(self, batch: Batch) -> None:
        with self._changed:
            streams = list(self._streams)
        for stream in streams:
            stream.put(batch)

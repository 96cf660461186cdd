"""Bells: how workers hear that a row waits. A bell that is not heard loses nothing: a sweeper rings again."""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

from mailuo.automations.queue import QUEUES, Lane
from mailuo.base.logs import fault

_LOG = logging.getLogger("mailuo.bell")
THREADS = {Lane.HEARD: 2, Lane.INWARD: 4, Lane.OUTWARD: 8}
Answer = Callable[[str, str], object]
"""Works off the row of a queue's name and a key, if it is still to be done."""


class Bell(Protocol):
    """Something that calls workers."""

    def ring(self, queue: str, keys: Iterable[str]) -> None:
        """Says that rows of a queue wait; called when they are committed, never before."""
        ...

    @property
    def room(self) -> int:
        """How many more calls make sense before those are answered that were rung for."""
        ...


class Silent:
    """A bell for those who look by themselves: scenarios, commands and tests."""

    room = 0

    def ring(self, queue: str, keys: Iterable[str]) -> None:
        """Nobody hears it."""


class EmbeddedBell:
    """A bell inside the process: threads of its own work off what is rung for, some for each lane.

    So a vendor that takes its time holds up nobody but itself, and a push is on the page while rules have much to do.
    """

    def __init__(self, answer: Answer, threads: Mapping[Lane, int] = THREADS, most: int = 1_000) -> None:
        self._lanes = {lane: _Lane(answer, f"mailuo {lane}", count, most) for lane, count in threads.items()}

    @property
    def room(self) -> int:
        """How many more rows may wait in memory, of those that have most room."""
        return max(lane.room for lane in self._lanes.values())

    def ring(self, queue: str, keys: Iterable[str]) -> None:
        """Hands rows to the threads; one that waits for them already is not handed over again."""
        known = QUEUES.get(queue)
        lane = self._lanes[known.lane if known else Lane.INWARD]
        for key in keys:
            lane.ring(queue, key)

    def close(self) -> None:
        """Ends the threads when each has finished what it is at; what waits stays in the store."""
        for lane in self._lanes.values():
            lane.close()


class _Lane:
    """Threads that share what is rung for, each row once at a time."""

    def __init__(self, answer: Answer, name: str, threads: int, most: int) -> None:
        self._answer = answer
        self._most = most
        self._rung: set[tuple[str, str]] = set()
        self._guard = Lock()
        self._over = False
        self._pool = ThreadPoolExecutor(threads, name)

    @property
    def room(self) -> int:
        return max(self._most - len(self._rung), 0)

    def ring(self, queue: str, key: str) -> None:
        with self._guard:
            if self._over or (queue, key) in self._rung or len(self._rung) >= self._most:
                return
            self._rung.add((queue, key))
            self._pool.submit(self._work, queue, key)

    def close(self) -> None:
        with self._guard:
            self._over = True
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _work(self, queue: str, key: str) -> None:
        with self._guard:
            self._rung.discard((queue, key))  # what is rung for from here on is new
        try:
            self._answer(queue, key)
        except Exception as error:  # noqa: BLE001 - the outermost loop
            fault(_LOG, f"{queue} {key}", error)

"""Turns at the pen: how many threads write to a store that takes one writer, and share its commits.

Whoever comes while nobody writes leads the round: it runs its own work and that of all who arrive meanwhile, each in
its SAVEPOINT, commits once, and only then lets any of them go on. The first who still waits leads the next round.
So a commit is shared whenever there is somebody to share it with, and costs no change of thread when there is not.

Work that somebody outside waits for goes ahead of what waits, and its round ends with it.
"""

import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from sqlalchemy import Connection

from mailuo.storage.driver import tell

T = TypeVar("T")
ROUND_SECONDS = 0.05


class Pen(Protocol):
    """The one connection that may write."""

    def begin(self) -> Connection:
        """The connection, holding the write lock, inside a transaction."""
        ...

    def commit(self) -> None:
        """Makes the round durable."""
        ...

    def roll_back(self) -> None:
        """Undoes the round."""
        ...


class _Turn:
    """One piece of work, with the context of the thread that brought it."""

    def __init__(self, work: Callable[[Connection], object], *, ahead: bool) -> None:
        self._work = work
        self.ahead = ahead
        self._context = contextvars.copy_context()
        self.called = threading.Event()
        self.done = False
        self._result: object = None
        self._error: BaseException | None = None

    def take(self, connection: Connection) -> None:
        """Does the work, keeping what comes of it for its own thread."""
        tell(connection, "SAVEPOINT turn")
        try:
            self._result = self._context.run(self._work, connection)
        except BaseException as error:  # noqa: BLE001 - raised again in the thread whose work it is
            self._error = error
            tell(connection, "ROLLBACK TO turn")
        tell(connection, "RELEASE turn")

    def fail(self, error: BaseException) -> None:
        """Says that the round was lost; what the work itself raised goes before."""
        self._error = self._error or error

    def outcome(self) -> object:
        """What the work returned; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._result


class Turns:
    """Who writes when."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._guard = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._ahead: deque[_Turn] = deque()
        self._led = False
        self._leader: int | None = None

    def run(self, work: Callable[[Connection], T], *, ahead: bool = False) -> T:
        """What the work returns, once it is durable; raises what it raised, with nothing of it written.

        Work that is `ahead` is short, and overtakes all that is not.
        """
        if self._leader == threading.get_ident():
            raise RuntimeError("a write inside a write: hand the connection on instead")
        turn = _Turn(work, ahead=ahead)
        if not self._leads(turn):
            turn.called.wait()
        if not turn.done:
            self._lead(turn)
        return cast(T, turn.outcome())

    @property
    def waiting(self) -> int:
        """How many wait for a round that they can join."""
        return len(self._ahead) + len(self._waiting)

    def _leads(self, turn: _Turn) -> bool:
        with self._guard:
            if self._led:
                (self._ahead if turn.ahead else self._waiting).append(turn)
                return False
            self._led = True
            return True

    def _lead(self, own: _Turn) -> None:
        self._leader = threading.get_ident()
        round_ = [own]
        try:
            self._write(round_)
        except BaseException as error:  # noqa: BLE001 - a lost round concerns everybody who was in it
            for turn in round_:
                turn.fail(error)
        finally:
            self._leader = None
            self._hand_on(round_)

    def _write(self, round_: list[_Turn]) -> None:
        connection = self._pen.begin()
        try:
            ends = time.monotonic() + ROUND_SECONDS
            round_[0].take(connection)
            while time.monotonic() < ends and (turn := self._joining(round_)) is not None:
                round_.append(turn)
                turn.take(connection)
            self._pen.commit()
        except BaseException:
            self._pen.roll_back()
            raise

    def _joining(self, round_: list[_Turn]) -> _Turn | None:
        """Who joins a round; where somebody in it is in a hurry, only others who are."""
        with self._guard:
            if self._ahead or any(turn.ahead for turn in round_):
                return self._ahead.popleft() if self._ahead else None
            return self._waiting.popleft() if self._waiting else None

    def _hand_on(self, round_: list[_Turn]) -> None:
        successor = None
        with self._guard:
            if queue := self._ahead or self._waiting:
                successor = queue.popleft()
            else:
                self._led = False
        for turn in round_:
            turn.done = True
            turn.called.set()
        if successor is not None:
            successor.called.set()

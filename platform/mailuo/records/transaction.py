"""Transactions: a piece of work on the store, under the revision in force, done again when the world has moved."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mailuo.records.in_force import InForce
from mailuo.records.running import Running
from mailuo.storage.engine import Store
from mailuo.storage.faults import Moved, is_duplicate
from mailuo.storage.revisions import hold

T = TypeVar("T")
Work = Callable[[Connection, Running, bool], T]
_TRIES = 5


class Transactions:
    """Runs work in transactions that hold the revision they began under."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force

    def write(self, work: Work[T]) -> T:
        """What the work returns; its third argument says to look first, because a unique index has refused."""
        careful, left = False, _TRIES
        while True:
            left -= 1
            running = self._in_force.current
            try:
                return self._store.write(partial(_under, running=running, careful=careful, work=work))
            except Moved:
                self._in_force.renew()
                if not left:
                    raise
            except DBAPIError as error:
                if not is_duplicate(error) or not left:
                    raise
                careful = True


def _under(connection: Connection, running: Running, careful: bool, work: Work[T]) -> T:
    hold(connection, running.number)
    return work(connection, running, careful)

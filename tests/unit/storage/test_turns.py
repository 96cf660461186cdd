"""Whoever is in a hurry overtakes at the pen, and is answered before those go on that were overtaken."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, StaticPool, create_engine

from mailuo.storage.driver import tell
from mailuo.storage.turns import Turns

PATIENCE_SECONDS = 30.0


class NotedPen:
    """A pen that notes what becomes durable."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.rounds: list[list[str]] = []

    def begin(self) -> Connection:
        tell(self.connection, "BEGIN IMMEDIATE")
        self.rounds.append([])
        return self.connection

    def commit(self) -> None:
        tell(self.connection, "COMMIT")

    def roll_back(self) -> None:
        self.connection.rollback()

    def noting(self, name: str) -> Callable[[Connection], None]:
        """Work that notes in which round it is done."""
        return lambda connection: self.rounds[-1].append(name)


@pytest.fixture
def pen() -> Iterator[NotedPen]:
    settings = {"isolation_level": None, "check_same_thread": False}
    with create_engine("sqlite://", connect_args=settings, poolclass=StaticPool).connect() as connection:
        yield NotedPen(connection)


def rounds_of(pen: NotedPen, *comers: tuple[str, bool]) -> list[list[str]]:
    """Who shared a commit with whom: first somebody who writes until all the others wait, who come in this order."""
    turns = Turns(pen)
    with ThreadPoolExecutor(len(comers) + 1) as pool:

        def slow(connection: Connection) -> None:
            pen.noting("first")(connection)
            for number, (name, ahead) in enumerate(comers, 1):
                pool.submit(turns.run, pen.noting(name), ahead=ahead)
                wait_until(turns, number)

        pool.submit(turns.run, slow).result()
    return pen.rounds


def wait_until(turns: Turns, many: int) -> None:
    """Returns when so many wait."""
    over = threading.Event()
    for _ in range(int(PATIENCE_SECONDS * 1000)):
        if turns.waiting == many:
            return
        over.wait(0.001)
    raise AssertionError("they never came")


def test_those_who_wait_share_a_commit_in_the_order_in_which_they_came(pen: NotedPen) -> None:
    turns = Turns(pen)
    turns.run(pen.noting("alone"))
    assert rounds_of(pen, ("a", False), ("b", False)) == [["alone"], ["first", "a", "b"]]


def test_who_goes_ahead_is_done_at_once_and_those_overtaken_wait_for_the_next_round(pen: NotedPen) -> None:
    assert rounds_of(pen, ("a", False), ("push", True), ("b", False)) == [["first", "push"], ["a", "b"]]


def test_all_who_go_ahead_share_a_commit(pen: NotedPen) -> None:
    assert rounds_of(pen, ("a", False), ("push", True), ("other", True)) == [["first", "push", "other"], ["a"]]

"""Where one process serves a store alone, the next one goes on at once with what it was killed at."""

from datetime import timedelta

from sqlalchemy import select

from mailuo.automations.queue import LEASE, RUNS
from mailuo.records.actor import SYSTEM
from mailuo.storage import system
from tests.integration.automations.conftest import Garage, opened


def test_what_the_dead_held_is_worked_off_at_once_unless_others_may_serve_the_store(garage: Garage) -> None:
    garage.records.create(SYSTEM, "cars", {"plate": "A1", "urgent": True})
    garage.engine.look()
    now = garage.clock.now()
    with garage.store.read() as connection:
        (run,) = connection.scalars(select(system.run.c.id))
    dead = garage.store.write(lambda connection: RUNS.take(connection, run, now))
    assert dead is not None

    other = opened(garage.store, fresh=False)
    other.clock.set(now)
    other.engine.settle()
    assert other.states() == [("born", "running")]
    alone = garage.store.dialect == "sqlite"
    assert other.engine.take_over() == int(alone)
    other.engine.settle()
    assert other.states() == [("born", "done" if alone else "running")]
    other.clock.set(now + LEASE + timedelta(seconds=1))
    other.engine.settle()
    other.engine.close()
    assert other.states() == [("born", "done")]
    assert not garage.store.write(lambda connection: RUNS.extend(connection, dead, now))

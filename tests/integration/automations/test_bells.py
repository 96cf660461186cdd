"""Bells: threads and processes hear of work, several never do it twice, and what no bell tells of is found all the same."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from mailuo.automations.bell import EmbeddedBell
from mailuo.automations.redis_bell import _HEARD, NAME, RedisBell
from mailuo.records.actor import SYSTEM
from tests.integration.automations.conftest import Garage, opened


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether something came to hold in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not holds():
        time.sleep(0.02)
    return holds()


def test_many_threads_of_two_engines_do_each_run_once(garage: Garage) -> None:
    other = opened(garage.store, fresh=False)
    bells = [EmbeddedBell(each.engine.workshop.work) for each in (garage, other)]
    garage.records.create_many(SYSTEM, "cars", [{"plate": f"P{number}", "urgent": True} for number in range(20)])
    over = Event()

    def sweeps(engine: Garage, bell: EmbeddedBell) -> None:
        while not over.is_set():
            engine.engine.relay.run(engine.clock.now())
            engine.engine.workshop.sweep(bell)
            over.wait(0.02)

    threads = [Thread(target=sweeps, args=pair) for pair in zip((garage, other), bells, strict=True)]
    for thread in threads:
        thread.start()
    done = until(lambda: garage.states() == [("born", "done")] * 20)
    over.set()
    for thread in threads:
        thread.join()
    for bell in bells:
        bell.close()
    other.engine.close()
    assert done
    assert len(garage.messages()) == 40
    assert len(garage.engine.todos.open(SYSTEM)) == 20


@pytest.mark.parametrize("slow", ["call", "run"])
def test_what_was_heard_from_outside_waits_neither_for_answers_nor_for_rules(slow: str) -> None:
    answered, done = Event(), Event()

    def work(queue: str, key: str) -> None:
        if queue == slow:
            answered.wait(20.0)
        else:
            done.set()

    bell = EmbeddedBell(work)
    bell.ring(slow, [str(number) for number in range(20)])
    bell.ring("inbox", ["1"])
    was_done = done.wait(20.0)
    answered.set()
    bell.close()
    assert was_done


def test_rules_that_one_change_starts_run_as_declared_however_many_threads_there_are(garage: Garage) -> None:
    rules = [f"r{number}" for number in (3, 1, 4, 2, 5)]
    adds = "".join(
        f"  {rule}: {{on: {{created: cars}}, do: [{{set: {{note: '{{note}}{rule}'}}}}]}}\n" for rule in rules
    )
    garage.publish(automations=f"automations:\n{adds}")
    garage.engine.workshop.bell = bell = EmbeddedBell(garage.engine.workshop.work)
    garage.records.create_many(SYSTEM, "cars", [{"plate": f"P{number}"} for number in range(8)])
    garage.engine.relay.run(garage.clock.now())
    done = until(lambda: len(garage.states()) == 40 and all(state == "done" for _, state in garage.states()))
    bell.close()
    assert done
    assert {car["note"] for car in garage.rows("cars")} == {"".join(rules)}


def test_rq_hands_a_row_to_whoever_hears_it_and_forgets_it(garage: Garage, redis_url: str) -> None:
    garage.engine.workshop.bell = bell = RedisBell(redis_url)
    garage.records.create(SYSTEM, "cars", {"plate": "A1", "urgent": True})
    garage.engine.relay.run(garage.clock.now())
    _HEARD[:] = [garage.engine.workshop.work]
    with Redis.from_url(redis_url) as redis:
        assert Queue(NAME, connection=redis, serializer=JSONSerializer).count == 1
        SimpleWorker([NAME], connection=redis, serializer=JSONSerializer).work(burst=True, logging_level="ERROR")
        assert list(redis.scan_iter("rq:job:*")) == []
    bell.close()
    assert garage.states() == [("born", "done")]


def test_a_redis_that_forgets_everything_or_is_away_loses_nothing(garage: Garage, redis_url: str) -> None:
    garage.engine.workshop.bell = bell = RedisBell(redis_url)
    garage.records.create(SYSTEM, "cars", {"plate": "A1", "urgent": True})
    garage.engine.relay.run(garage.clock.now())
    with Redis.from_url(redis_url) as redis:
        redis.flushall()
    assert garage.engine.workshop.sweep(bell) == 1
    bell.close()
    away = RedisBell("redis://127.0.0.1:1/0")
    away.ring("run", ["x"])
    assert away.room == 0
    pool = EmbeddedBell(garage.engine.workshop.work)
    garage.engine.workshop.sweep(pool)
    done = until(lambda: garage.states() == [("born", "done")])
    pool.close()
    assert done

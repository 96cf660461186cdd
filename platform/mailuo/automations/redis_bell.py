"""The bell between processes: RQ carries a queue's name and a key, and nothing else. The only module that knows RQ.

What Redis forgets is rung for again by a sweeper. Jobs are JSON, never pickle; small ones run in the worker itself.
"""

import logging
from collections.abc import Iterable
from threading import Event

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from mailuo.automations.bell import Answer
from mailuo.storage.faults import StoreAway

NAME = "mailuo"
_JOB = "mailuo.automations.redis_bell.answer"
_SECONDS = 600
_MOST = 2_000
_TIMEOUT_SECONDS = 5
_AWAY_SECONDS = 2
_LOG = logging.getLogger("mailuo.bell")
_HEARD: list[Answer] = []
"""What this process works rows off with: RQ finds a job's function by its name alone."""


class RedisBell:
    """Rings the workers of a deployment."""

    def __init__(self, url: str) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS)
        self._queue = Queue(NAME, connection=self._redis, serializer=JSONSerializer)
        self._away = False

    @property
    def room(self) -> int:
        """How many more jobs the queue should hold; none while Redis is away."""
        try:
            return max(_MOST - self._queue.count, 0)
        except RedisError:
            self._note(away=True)
            return 0

    @property
    def carried(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    def ring(self, queue: str, keys: Iterable[str]) -> None:
        """Puts a job for each row; where Redis is away nobody hears it, and the sweeper rings again later."""
        wanted = [
            Queue.prepare_data(_JOB, (queue, key), timeout=_SECONDS, result_ttl=0, failure_ttl=_SECONDS) for key in keys
        ]
        if not wanted:
            return
        try:
            self._queue.enqueue_many(wanted)
            self._note(away=False)
        except RedisError:
            self._note(away=True)

    def close(self) -> None:
        """Lets go of Redis."""
        self._redis.close()

    def _note(self, *, away: bool) -> None:
        if away and not self._away:
            _LOG.warning("Redis is away: work waits in the store until it is back")
        self._away = away


def listen(url: str, answer: Answer, over: Event) -> None:
    """Works off what is rung for until the process is told to end; called in the main thread, where signals come in.

    While Redis is away it is looked for again and again.
    """
    _HEARD[:] = [answer]
    while not over.is_set():
        try:
            with Redis.from_url(url) as redis:
                worker = SimpleWorker([NAME], connection=redis, serializer=JSONSerializer, log_job_description=False)
                worker.work(logging_level="WARNING")
                over.set()
        except RedisError:
            _LOG.warning("Redis is away: work is found in the store alone")
            over.wait(_AWAY_SECONDS)


def answer(queue: str, key: str) -> None:
    """Works off one row: what RQ's jobs name."""
    for each in _HEARD:
        try:
            each(queue, key)
        except StoreAway:
            _LOG.warning("the store is away: %s %s waits", queue, key)

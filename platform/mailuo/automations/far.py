"""Far: the bell between processes, loaded when a deployment names a Redis: its libraries are a tenth of a cold start."""

from importlib import import_module
from threading import Event
from typing import Protocol, cast

from mailuo.automations.bell import Answer, Bell

_MODULE = "mailuo.automations.redis_bell"


class FarBell(Bell, Protocol):
    """A bell that other processes hear."""

    @property
    def carried(self) -> bool:
        """Whether what carries it answers."""
        ...

    def close(self) -> None:
        """Lets go of what carries it."""
        ...


class _Far(Protocol):
    """What the module offers."""

    def RedisBell(self, url: str) -> FarBell: ...  # noqa: N802 - a class, seen from outside

    def listen(self, url: str, answer: Answer, over: Event) -> None: ...


def far_bell(url: str) -> FarBell:
    """The bell that rings through the Redis at an address."""
    return _loaded().RedisBell(url)


def listen(url: str, answer: Answer, over: Event) -> None:
    """Works off what is rung for there until the process is told to end; called in the main thread."""
    _loaded().listen(url, answer, over)


def _loaded() -> _Far:
    return cast(_Far, import_module(_MODULE))

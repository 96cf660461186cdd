"""Garbage: how often Python looks for cycles of objects that nobody holds any more.

It does so whenever seven hundred objects more were made than freed. Work on very many rows makes millions, none of which
stand in cycles, and spent a sixth of its time on being looked through.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 50_000
_SERVING = 5_000
_lock = threading.Lock()
_usual: list[tuple[int, int, int]] = []
"""What was usual before each of the works that go on."""


def settle() -> None:
    """Lets what a server is made of be looked through no more, and what it makes for requests less often.

    Called once, when all is loaded, before processes part.
    """
    gc.freeze()
    gc.set_threshold(_SERVING, *gc.get_threshold()[1:])


@contextmanager
def seldom_looked_for() -> Iterator[None]:
    """Lets this process look for cycles seldom, until the last work that asked for it has ended."""
    with _lock:
        _usual.append(_usual[0] if _usual else gc.get_threshold())
        gc.set_threshold(_SELDOM, *_usual[0][1:])
    try:
        yield
    finally:
        with _lock:
            usual = _usual.pop()
            if not _usual:
                gc.set_threshold(*usual)

"""Ids: text that nobody else has, in the order in which it was given out (UUID version 7, RFC 9562)."""

import os
import threading
import time

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62
_MOST = 0xFFF
_lock = threading.Lock()
_last = [0, 0]
"""The millisecond of the last id of this process, and its place in it (RFC 9562, 6.2, method 1)."""


def new_id() -> str:
    """A fresh UUIDv7 as text; ids made later sort later: within a process always, else to the millisecond."""
    milliseconds, place = _next(time.time_ns() // 1_000_000)
    noise = int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    text = f"{milliseconds << 80 | _VERSION | place << 64 | _VARIANT | noise:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _next(now: int) -> tuple[int, int]:
    """The millisecond and the place in it; a full one, or a clock set back, goes on with the next after the last."""
    with _lock:
        if now > _last[0]:
            _last[:] = now, 0
        elif _last[1] < _MOST:
            _last[1] += 1
        else:
            _last[:] = _last[0] + 1, 0
        return _last[0], _last[1]

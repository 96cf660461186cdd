"""Ids: text that nobody else has, in the order in which it was given out (UUID version 7, RFC 9562)."""

import os
import time
from uuid import UUID

_VERSION = 0x7 << 76
_VARIANT = 0x2 << 62


def new_id() -> str:
    """A fresh UUIDv7 as text; ids made later sort later, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | _VERSION | (noise >> 68 & 0xFFF) << 64 | _VARIANT | noise & (1 << 62) - 1
    return str(UUID(int=value))

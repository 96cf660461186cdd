"""Unread letters: pushes whose sender is proved and whose body nobody could read. Their bytes wait for a declaration that can.

The raw bytes of such a row begin with a word that base64 never holds; that is what tells it from events that were read.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from mailuo.automations.receiving_messages import CONNECTOR_OFF
from mailuo.base.ids import new_id
from mailuo.base.problems import Refusal
from mailuo.connectors.environment import Environment, Off
from mailuo.connectors.incoming import Arrived, arrived, is_form, read_again
from mailuo.connectors.signing import Verified
from mailuo.connectors.signing.signer import Incoming
from mailuo.metadata.connector import Connector, Event

_FORM, _PLAIN = "form:", "body:"


def packed_bytes(raw: bytes) -> str:
    """Bytes as a row keeps them."""
    return b64encode(zlib.compress(raw)).decode()


def unread_row(connector: str, event: str, incoming: Incoming, now: datetime, revision: int) -> dict[str, Any]:
    """The row of a push that could not be read; the same bytes are one row however often they come."""
    mark = _FORM if is_form(incoming.headers) else _PLAIN
    return {
        "id": new_id(), "connector": connector, "event": event, "key": f"unread {sha256(incoming.body).hexdigest()}",
        "received_at": now, "state": "new", "raw": mark + packed_bytes(incoming.body), "body": None, "due_at": now,
        "revision": revision,
    }  # fmt: skip


def is_unread(row: Row[Any]) -> bool:
    """Whether a row holds a push that was never read."""
    return bool((row.raw or "").startswith((_FORM, _PLAIN)))


def text_of_unread(row: Row[Any]) -> str:
    """What came, as far as it is text."""
    return _bytes(row).decode("utf-8", "replace")


def events_of(
    environment: Environment, connector: Connector, event: Event, row: Row[Any], now: datetime
) -> Sequence[Arrived]:
    """The events of a push, as what is declared now reads it; refuses what still cannot be read, and says why."""
    wired = environment.wired(connector, calls=False)
    if isinstance(wired, Off):
        raise Refusal(CONNECTOR_OFF(connector=connector.title))
    seen = read_again(wired, event, _bytes(row), form=row.raw.startswith(_FORM))
    if not isinstance(seen, Verified):
        raise Refusal(seen.reason)
    return arrived(event, seen, wired, now)


def _bytes(row: Row[Any]) -> bytes:
    return zlib.decompress(b64decode(row.raw.partition(":")[2]))

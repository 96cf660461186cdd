"""Leases of the dead: what a process held when it was killed, and nobody holds any longer."""

from datetime import datetime

from sqlalchemy import Connection, update

from mailuo.automations.queue import QUEUES
from mailuo.storage import system

_HELD = (*(queue.table for queue in QUEUES.values()), system.sign_in_token)


def end_leases(connection: Connection, now: datetime) -> int:
    """How many rows were held by somebody; from now on nobody holds them. Who still works on one loses it by its fence."""
    return sum(
        connection.execute(update(table).where(table.c.lease_until > now).values(lease_until=now)).rowcount
        for table in _HELD
    )

"""The gate: lets calls out as fast as their connectors allow, counted in the store for all processes together."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.connectors.limits import Allowed, Scope, together
from mailuo.storage import system

_SPENT = system.spent


def pass_gate(connection: Connection, scopes: Sequence[Scope], now: datetime) -> datetime | None:
    """None where one more call may go out, which is then counted; else when to ask again."""
    if not scopes:
        return None
    names = sorted(scope.name for scope in scopes)
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for name in names:
        fresh = dialect.insert(_SPENT).values(scope=name, counts={}, at=now)
        connection.execute(fresh.on_conflict_do_nothing())
    query = select(_SPENT.c.scope, _SPENT.c.counts).where(_SPENT.c.scope.in_(names)).order_by(_SPENT.c.scope)
    if connection.dialect.name == "postgresql":
        query = query.with_for_update()
    held = {row.scope: row.counts for row in connection.execute(query)}
    found = together(scopes, held, now)
    if isinstance(found, Allowed):
        return found.again_at
    for name, counts in found.items():
        connection.execute(update(_SPENT).where(_SPENT.c.scope == name).values(counts=counts, at=now))
    return None

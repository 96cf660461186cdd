"""The whole API: importing this module registers every call with the blueprint that it gives."""

from mailuo_web.api import (
    alerts,
    audit,
    claims,
    connectors,
    description,
    disputes,
    events,
    exports,
    files,
    imports,
    outgoing,
    people,
    queries,
    records,
    revisions,
    runs,
    sessions,
    tables,
)
from mailuo_web.api.blueprint import blueprint

CALLS = (
    sessions, connectors, tables, records, claims, files, imports, exports, alerts, disputes, runs, queries, revisions, people, audit,
    outgoing, events, description,
)  # fmt: skip
"""The modules whose calls make up the API."""

__all__ = ["CALLS", "blueprint"]

"""The system's tables: everything the engine keeps besides the declared tables.

A `part` that is not given is empty text, so that it can stand in keys. `table`, `node` and `field` hold declared ids; a
rename updates them. The hot tables begin their key with the record's id, by which the same schema can be distributed.
"""

from mailuo.storage.system.columns import metadata
from mailuo.storage.system.declarations import fact, identity, revision
from mailuo.storage.system.flow import FOREVER, alert, claim, clock, message, node_state, outbox
from mailuo.storage.system.outside import (
    attempt,
    call,
    delivery,
    dispute,
    heard,
    held,
    inbox,
    made,
    position,
    run,
    run_step,
    schedule,
    sign_in_token,
    spent,
    todo,
)
from mailuo.storage.system.people import credential, one_time, person, role_grant, sign_in
from mailuo.storage.system.preparing import SCHEMA_VERSION, prepare
from mailuo.storage.system.records import counter, file, file_use, history, view
from mailuo.storage.system.work import audit, idempotency, job

__all__ = [
    "FOREVER",
    "SCHEMA_VERSION",
    "alert",
    "attempt",
    "audit",
    "call",
    "claim",
    "clock",
    "counter",
    "credential",
    "delivery",
    "dispute",
    "fact",
    "file",
    "file_use",
    "heard",
    "held",
    "history",
    "idempotency",
    "identity",
    "inbox",
    "job",
    "made",
    "message",
    "metadata",
    "node_state",
    "one_time",
    "outbox",
    "person",
    "position",
    "prepare",
    "revision",
    "role_grant",
    "run",
    "run_step",
    "schedule",
    "sign_in",
    "sign_in_token",
    "spent",
    "todo",
    "view",
]

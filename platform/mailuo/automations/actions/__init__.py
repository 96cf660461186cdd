"""Actions: what steps of rules do. `ACTIONS` is the one table of them."""

from collections.abc import Callable, Mapping
from typing import Any

from mailuo.automations.actions.acting import Acting, Outcome, RunFacts
from mailuo.automations.actions.calling import call
from mailuo.automations.actions.control import count, decide, for_each, stop
from mailuo.automations.actions.making import create_row
from mailuo.automations.actions.rows import delete_rows, set_fields, update_rows
from mailuo.automations.actions.saying import say
from mailuo.automations.actions.telling import put_todo, tell
from mailuo.metadata.automation import (
    Call,
    ClaimNode,
    Count,
    Create,
    Deed,
    Delete,
    ForEach,
    If,
    Set,
    Stop,
    Tell,
    Todo,
    Update,
)

ACTIONS: Mapping[type[Deed], tuple[str, Callable[[Acting, Any], Outcome]]] = {
    Set: ("set", set_fields),
    Create: ("create", create_row),
    Update: ("update", update_rows),
    Delete: ("delete", delete_rows),
    ClaimNode: ("claim", say),
    Tell: ("notify", tell),
    Todo: ("todo", put_todo),
    Call: ("call", call),
    ForEach: ("for_each", for_each),
    If: ("if", decide),
    Count: ("count", count),
    Stop: ("stop", stop),
}
"""Each kind of deed, with its word and what does it."""

__all__ = ["ACTIONS", "Acting", "Outcome", "RunFacts"]

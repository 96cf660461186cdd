"""The grammar: the kinds of declarations there are, and the JSON Schema of each.

The schemas are the committed files that editors use too; nothing is ever fetched.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from mailuo.base.near import nearest
from mailuo.base.problems import Problems
from mailuo.metadata import document, grammar_messages
from mailuo.metadata.part import Part
from mailuo.metadata.schema import Schema
from mailuo.metadata.shape import Walk

KINDS = ("workspace", "table", "roles", "calendars", "alerts", "automations", "arbitrations", "connector", "scenario")
"""The first key of a file tells its kind; each has its schema in `schemas/<kind>.schema.json`."""

_CHECKOUT = Path(__file__).parents[3] / "schemas"


@cache
def schema_of(kind: str) -> Schema:
    """The JSON Schema of a kind."""
    packed = resources.files("mailuo") / "schemas"
    folder = packed if packed.is_dir() else _CHECKOUT
    schema: Schema = json.loads((folder / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return schema


def kind_of(root: document.Mapping) -> tuple[str | None, Problems]:
    """The kind of a document by its first key, or what is wrong with that key."""
    if not root.entries:
        return None, (grammar_messages.NOT_A_DECLARATION(place=root.place),)
    first = root.entries[0].key
    if first.text in KINDS:
        return first.text, ()
    known = ", ".join(KINDS)
    near = nearest(first.text, KINDS)
    if near:
        return None, (
            grammar_messages.UNKNOWN_KIND_NEAR(place=first.place, path=first.text, found=first.text, near=near),
        )
    return None, (grammar_messages.UNKNOWN_KIND(place=first.place, path=first.text, found=first.text, known=known),)


def typed(kind: str, root: document.Mapping) -> tuple[Part, Problems]:
    """The typed document, and where it breaks the grammar of its kind."""
    schema = schema_of(kind)
    definitions = schema.get("$defs")
    walk = Walk(definitions if isinstance(definitions, Mapping) else {})
    value = walk.typed(root, schema, "")
    return value if isinstance(value, Part) else Part(root.place, ""), tuple(walk.problems)

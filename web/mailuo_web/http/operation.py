"""Operations: what a call of the API takes and gives, said once; the checks and the OpenAPI document are made of it.

Schemas are JSON Schema (draft 2020-12). A reference like `#{table}.record` names a component of the document; in a path
with `{table}` it stands for the component of each table in turn.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from mailuo_web.http.bodies import json_object

Schema = Mapping[str, Any]
Words = tuple[str, str]
"""What people read: in Chinese and in English."""

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "string", "enum": ["0", "1", "false", "true"]}
WHOLE: Schema = {"type": "integer", "minimum": 1}
MOMENT: Schema = {"type": "string", "format": "date-time"}
OBJECT: Schema = {"type": "object"}
TEXTS: Schema = {"type": "array", "items": TEXT}
_KINDS: Mapping[str, tuple[type, ...]] = {"string": (str,), "boolean": (bool,), "object": (dict,), "array": (list,), "integer": (int,)}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter or header."""

    name: str
    says: Words
    schema: Schema = field(default_factory=lambda: TEXT)
    place: str = "query"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body."""

    says: Words
    schema: Schema = field(default_factory=lambda: TEXT)
    required: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON object with exactly these members."""

    members: Mapping[str, Member]

    def read(self) -> dict[str, Any]:
        """The request's body, checked; raises Refusal with everything that is wrong."""
        kinds = {name: _KINDS[member.schema["type"]] for name, member in self.members.items()}
        return json_object(kinds, tuple(name for name, member in self.members.items() if member.required))

    def read_or_empty(self) -> dict[str, Any]:
        """The same for a body that need not be sent at all."""
        return self.read() if request.content_length else {}


@dataclass(frozen=True, slots=True)
class Free:
    """A body that is checked by those who know what it may hold: its media type, and a schema that describes it."""

    media: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call does, takes and gives; `problems` are the statuses of its refusals beside those of every call."""

    says: Words
    answer: Schema | None = None
    status: int = 200
    parameters: tuple[Parameter, ...] = ()
    body: Body | Free | None = None
    problems: tuple[int, ...] = ()
    media: str = "application/json"
    headers: Mapping[str, Words] = field(default_factory=dict)

    @property
    def query(self) -> tuple[str, ...]:
        """The names of the query parameters."""
        return tuple(each.name for each in self.parameters if each.place == "query")


def ref(component: str) -> Schema:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{component}"}


def listed(name: str, component: str) -> Schema:
    """The shape of a list: its entries under a name, and the cursor of what follows."""
    members = {name: {"type": "array", "items": ref(component)}, "next": {"type": ["string", "null"]}}
    return {"type": "object", "required": [name, "next"], "properties": members}

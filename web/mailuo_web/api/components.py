"""Components: the shapes that every workspace's API answers with, as JSON Schema; those of tables follow from them."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_TRUTH: Schema = {"type": "boolean"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_OBJECT: Schema = {"type": "object"}
_AT: Schema = {"type": "string", "format": "date-time"}
_MAYBE_AT: Schema = {"type": ["string", "null"], "format": "date-time"}
_MAYBE: Schema = {"type": ["string", "null"]}


def of(required: str, **properties: Schema) -> Schema:
    """An object with these properties; the required ones named in one text."""
    return {"type": "object", "required": required.split(), "properties": properties}


def many(items: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_ERROR = of("code message", code=_TEXT, message=_TEXT, field=_TEXT, place=_TEXT, path=_TEXT)
_CLAIM = of(
    "id source at received_at evidence state",
    id=_TEXT, source=_TEXT, at=_AT, received_at=_AT, actor=_TEXT, part=_TEXT, note=_TEXT, retracted_note=_TEXT,
    evidence=many(_OBJECT), state={"enum": ["standing", "heard", "retracted", "without_effect"]},
)  # fmt: skip
_STATES: Schema = {"enum": ["not_applicable", "pending", "due", "reached", "inferred", "disputed"]}
_NODE = of(
    "id title state claims",
    id=_TEXT, title=_TEXT, state=_STATES, at=_MAYBE_AT, source=_MAYBE, due_since=_MAYBE_AT, why=_TEXT,
    provisional=_TRUTH, unproved=_TRUTH, held=_TRUTH, early=_TRUTH, dispute=_TEXT, parts=many(_OBJECT), claims=many(_ref("Claim")),
)  # fmt: skip
_CHANGE = of("kind what path risk rows text", kind=_TEXT, what=_TEXT, path=_TEXT, risk=_TEXT, rows=_WHOLE, text=_TEXT)
_PERSON = of(
    "id name roles disabled",
    id=_TEXT, name=_TEXT, roles=_TEXTS, email=_MAYBE, phone=_MAYBE, wecom=_MAYBE, language=_MAYBE, disabled=_TRUTH,
    created_at=_AT,
)  # fmt: skip
_PROOF = of(
    "id at by given_at",
    id=_TEXT, at=_AT, by=_TEXT, given_at=_AT, note=_TEXT, file={"anyOf": [_ref("File"), {"type": "null"}]}, turned_down=_OBJECT,
)  # fmt: skip
_DISPUTE = of(
    "id table record node state opened_at claims ticket",
    id=_TEXT, table=_TEXT, record=_TEXT, node=_TEXT, title=_TEXT, part=_TEXT, cause={"enum": ["conflict", "grace"]},
    state={"enum": ["open", "evidence", "decided", "withdrawn"]}, opened_at=_AT, ended_at=_AT, claims=many(_OBJECT),
    ticket=_MAYBE, ticket_table=_TEXT, evidence=_PROOF, history=many(_PROOF), verdict=_OBJECT, rule=_OBJECT, may=_OBJECT,
)  # fmt: skip
_OUTGOING = of(
    "held waiting unaddressed",
    held=many(of("connector since by", connector=_MAYBE, since=_AT, by=_TEXT, why=_MAYBE)),
    waiting=many(of("via count why", via=_TEXT, count=_WHOLE, why=_TEXT)),
    unaddressed=many(
        of("via role person why count last_at", via=_TEXT, role=_MAYBE, person=_MAYBE, why=_TEXT, count=_WHOLE, last_at=_AT)
    ),
    released=_WHOLE,
)
_TOLD = of(
    "id at via role user copy state persons",
    id=_TEXT, at=_AT, via={"enum": ["wecom", "email", "popup"]}, role=_MAYBE, user=_MAYBE, copy=_TRUTH, state=_TEXT,
    persons=many(of("person state at attempts", person=_MAYBE, state=_TEXT, at=_AT, attempts=_WHOLE, error=_MAYBE)),
)  # fmt: skip
_COUNTS: Schema = {"type": "object", "additionalProperties": _WHOLE}
_SHARE_OF_CALLS: Schema = {"type": ["number", "null"]}
_CONNECTOR = of(
    "id title kind state success inbox queue operations events polls",
    id=_TEXT, title=_TEXT, kind={"enum": ["http", "mail"]}, state={"enum": ["on", "off", "held"]},
    why={"anyOf": [of("disabled missing", disabled=_TRUTH, missing=_TEXTS, malformed=many(of("name expected", name=_TEXT, expected=_TEXT))), {"type": "null"}]}, switched_off=_TRUTH, heard_at=_MAYBE_AT,
    success=of("calls before after", calls=_WHOLE, before=_SHARE_OF_CALLS, after=_SHARE_OF_CALLS), inbox=_COUNTS, queue=_COUNTS,
    operations=many(of("id title parameters", id=_TEXT, title=_TEXT, parameters=_TEXTS)),
    events=many(of("id title", id=_TEXT, title=_TEXT, path=_MAYBE)),
    polls=many(of("id due_at", id=_TEXT, due_at=_AT, succeeded_at=_MAYBE_AT, reached=_MAYBE, error=_MAYBE)),
)  # fmt: skip
_INBOX_ITEM = of(
    "id event state received_at repeats",
    id=_TEXT, event=_TEXT, state={"enum": ["new", "done", "dead", "refused", "dropped"]}, reason=_MAYBE, received_at=_AT, key=_TEXT,
    table=_MAYBE, record=_MAYBE, repeats=_WHOLE, body={},
)  # fmt: skip
_OUTSIDE_CALL = of(
    "id operation state attempts at",
    id=_TEXT, operation=_TEXT, state={"enum": ["waiting", "ok", "retrying", "dead", "held", "dropped"]}, attempts=_WHOLE,
    status={"type": ["integer", "null"]}, outcome=_MAYBE, error=_MAYBE, table=_MAYBE, record=_MAYBE, run=_MAYBE, at=_AT,
    due_at=_MAYBE_AT, finished_at=_MAYBE_AT, answer={}, tries=many(_OBJECT), **{"with": _OBJECT},
)  # fmt: skip
_SHARE: Mapping[str, Schema] = {"records": _WHOLE, "conflicting": _WHOLE, "rate": {"type": ["number", "null"]}}
_RATE = of(
    "arbitration table node golden records conflicting rate sources",
    arbitration=_TEXT, title=_TEXT, table=_TEXT, node=_TEXT, golden=_TEXT, **_SHARE,
    sources=many(of("source title records conflicting rate", source=_TEXT, title=_TEXT, **_SHARE)),
)  # fmt: skip

COMPONENTS: Mapping[str, Schema] = {
    "Problem": of(
        "type title status detail errors",
        type=_TEXT, title=_TEXT, status=_WHOLE, detail=_TEXT, trace=_TEXT, errors=many(_ref("Error")), resend=_OBJECT,
        record=_OBJECT,
    ),
    "Error": _ERROR,
    "TableHeading": of("id title", id=_TEXT, title=_TEXT, icon=_MAYBE, key=_MAYBE, flow=_TRUTH),
    "Table": of(
        "id title fields views forms may",
        id=_TEXT, title=_TEXT, icon=_MAYBE, help=_MAYBE, key={"type": ["object", "null"]}, fields=_OBJECT,
        flow={"type": ["object", "null"]}, views=_OBJECT, forms=_OBJECT, may=_OBJECT,
    ),
    "Timeline": of(
        "status nodes",
        status=_MAYBE, status_since=_MAYBE_AT, closed=_TRUTH, disputed=_TRUTH, nodes=many(_ref("Node")), exits=many(_OBJECT),
    ),
    "Node": _NODE,
    "Claim": _CLAIM,
    "BatchOfClaims": of("claimed refused", claimed=many(_OBJECT), refused=many(_OBJECT)),
    "Alert": of(
        "id rule level table record state opened_at",
        id=_TEXT, rule=_TEXT, title=_TEXT, level={"enum": ["red", "orange", "green"]}, table=_TEXT, record=_TEXT,
        state={"enum": ["open", "acknowledged", "resolved"]}, due_at=_AT, opened_at=_AT, resolved_at=_AT,
        resolved_because=_TEXT, because=_TEXT, acknowledged_at=_AT, acknowledged_by=_TEXT, note=_TEXT,
    ),
    "Told": _TOLD,
    "Connector": _CONNECTOR,
    "InboxItem": _INBOX_ITEM,
    "OutsideCall": _OUTSIDE_CALL,
    "Replayed": of("count", count=_WHOLE),
    "Outgoing": _OUTGOING,
    "Dispute": _DISPUTE,
    "BatchOfDisputes": of("disputes refused", disputes=many(_ref("Dispute")), refused=many(_OBJECT)),
    "Foreseen": of(
        "at status disputed nodes unchanged alerts clocks",
        at=_AT, status=_OBJECT, disputed=_OBJECT, nodes=many(_OBJECT), unchanged=many(_OBJECT), clocks=many(_OBJECT),
        alerts=of("open resolve stay", open=many(_OBJECT), resolve=many(_OBJECT), stay=many(_OBJECT)),
    ),
    "DisputeFigures": of(
        "states oldest rates",
        states={"type": "object", "additionalProperties": _WHOLE}, oldest=_MAYBE_AT, rates=many(_RATE),
    ),
    "Turn": {
        **of("event by at version", event=_TEXT, by=_TEXT, at=_AT, version=_WHOLE, field=_TEXT),
        "description": "`from` and `to` hold the field's value before and after.",
    },
    "File": of("id name size sha256", id=_TEXT, name=_TEXT, size=_WHOLE, sha256=_TEXT),
    "Session": of(
        "id name roles rights",
        id=_TEXT, name=_TEXT, kind=_TEXT, roles=_TEXTS, rights=_TEXTS, language=_TEXT, one_time=_TRUTH, csrf=_TEXT,
    ),
    "Token": of("token", token=_TEXT, expires_at=_AT),
    "IssuedToken": of(
        "id name roles sources created_at",
        id=_TEXT, name=_TEXT, roles=_TEXTS, sources=_TEXTS, created_at=_AT, created_by=_TEXT, used_at=_MAYBE_AT,
    ),
    "Person": _PERSON,
    "NewPerson": of("person", person=_ref("Person"), password=_TEXT),
    "Revision": of(
        "number state by at message",
        number=_WHOLE, state=_TEXT, base={"type": ["integer", "null"]}, by=_TEXT, at=_AT, message=_TEXT,
    ),
    "RevisionFiles": of("number files", number=_WHOLE, files={"type": "object", "additionalProperties": _TEXT}),
    "Plan": of(
        "base changes risks confirm",
        base={"type": ["integer", "null"]}, changes=many(_ref("Change")), risks=many(_ref("Change")), confirm=_TEXT,
    ),
    "Change": _CHANGE,
    "Question": of(
        "of measure",
        of=_TEXT, measure={"anyOf": [{"const": "count"}, {"type": "object", "minProperties": 1, "maxProperties": 1}]},
        by=many({"anyOf": [_TEXT, of("field", field=_TEXT, grain=_TEXT)]}), filter=_TEXT, as_of=_AT, compare=_TEXT,
        limit=_WHOLE,
    ),
    "Answer": of(
        "columns rows",
        columns=many(of("id title type", id=_TEXT, title=_TEXT, type=_TEXT)), rows=many({"type": "array"}), drill=_OBJECT,
    ),
    "Todo": of(
        "kind title", kind={"enum": ["node", "line"]}, table=_MAYBE, record=_MAYBE, node=_TEXT, id=_TEXT, title=_TEXT,
        due_since=_MAYBE_AT,
    ),
    "Line": of(
        "id text at", id=_TEXT, text=_TEXT, automation=_TEXT, role=_MAYBE, user=_MAYBE, table=_MAYBE, record=_MAYBE, at=_AT,
        done_at=_AT, done_by=_TEXT,
    ),
    "Run": of(
        "id automation record state steps",
        id=_TEXT, automation=_TEXT, title=_TEXT, trigger=_TEXT, table=_MAYBE, record=_MAYBE,
        state={"enum": ["waiting", "running", "done", "failed", "stopped", "parked"]}, error=_MAYBE, actor=_MAYBE,
        revision=_WHOLE, chain=_TEXT, depth=_WHOLE, parent=_MAYBE, at=_AT, finished_at=_MAYBE_AT, steps=many(_OBJECT),
        chained=many(_OBJECT),
    ),
    "Rule": of(
        "id title enabled failed silent", id=_TEXT, title=_TEXT, enabled=_TRUTH, table=_MAYBE, last_at=_MAYBE_AT, lately=_OBJECT,
        failed=_WHOLE, silent=_TRUTH,
    ),
    "Trial": of("condition state steps", condition=_TRUTH, state=_TEXT, steps=many(_OBJECT)),
    "Pressed": of("run state", run=_TEXT, state=_TEXT, error=_MAYBE),
    "Hit": of("table id key field text", table=_TEXT, table_title=_TEXT, id=_TEXT, key=_TEXT, field=_TEXT, text=_TEXT),
    "AuditLine": of("id at actor action", id=_WHOLE, at=_AT, actor=_TEXT, action=_TEXT, table=_MAYBE, record=_MAYBE),
    "Job": of(
        "id kind state done rejects",
        id=_TEXT, kind=_TEXT, state={"enum": ["waiting", "running", "done", "failed", "parked"]}, done=_WHOLE,
        total={"type": ["integer", "null"]}, rejects=many(_OBJECT), error=_MAYBE,
    ),
}  # fmt: skip
"""Every component that belongs to no table."""

"""Records: lists, single ones, and what is written of them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue

from mailuo.base.problems import Refusal
from mailuo.records import LostRace, Query
from mailuo.records.messages import NOT_AN_OBJECT
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running, seen
from mailuo_web.api.requests import etag, if_match, once
from mailuo_web.http.answers import answer, refusal
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.bodies import json_object
from mailuo_web.http.errors import trace
from mailuo_web.http.messages import BODY_KEY_WRONG, BODY_TOO_MUCH
from mailuo_web.http.operation import TEXTS, Free, Operation, listed, ref
from mailuo_web.http.parameters import before, flag, ids, limit, names, text
from mailuo_web.http.route import SIGNED_IN

_RECORDS = "/tables/<table>/records"
_RECORD = "/tables/<table>/records/<key>"
_NEW = Free("application/json", {"oneOf": [ref("{table}.new"), ref("{table}.batch")]})

LIST = Operation(
    ("一页记录", "A page of records"),
    ref("{table}.page"),
    parameters=(
        parts.FILTER, parts.SORT, parts.FIELDS, parts.EXPAND, parts.LIMIT, parts.CURSOR, parts.COUNT, parts.IDS, parts.VIEW,
    ),
    problems=(400, 404),
)  # fmt: skip
KEYS = Operation(
    ("全部符合者的标识和主键，按序，最多 200,000 个", "The ids and keys of all that fit, in order, at most 200,000"),
    {"type": "object", "required": ["ids", "keys"], "properties": {"ids": TEXTS, "keys": TEXTS}},
    parameters=(parts.FILTER, parts.SORT, parts.VIEW),
    problems=(400, 404),
)
CREATE = Operation(
    ("新建一条，或 {records: […]} 最多 1,000 条，全有或全无", "One new record, or {records: […]} of at most 1,000, all or none"),
    {"oneOf": [ref("{table}.record"), ref("{table}.records")]},
    201,
    parameters=(parts.IDEMPOTENCY_KEY,),
    body=_NEW,
    problems=(403, 404, 409, 413, 415, 422),
    headers=parts.ETAG,
)
READ = Operation(
    ("一条记录", "One record"),
    ref("{table}.record"),
    parameters=(parts.FIELDS, parts.EXPAND),
    problems=(400, 404),
    headers=parts.ETAG,
)
CHANGE = Operation(
    ("修改所发送的字段", "Changes the fields that are sent"),
    ref("{table}.record"),
    parameters=(parts.IF_MATCH,),
    body=Free("application/json", ref("{table}.change")),
    problems=(403, 404, 409, 412, 415, 422),
    headers=parts.ETAG,
)
DELETE = Operation(
    ("放进回收站", "Moves it to the trash"), None, 204, parameters=(parts.IF_MATCH,), problems=(403, 404, 409, 412)
)
RESTORE = Operation(
    ("从回收站取回", "Takes it back out of the trash"), ref("{table}.record"), problems=(403, 404, 409), headers=parts.ETAG
)
HISTORY = Operation(
    ("字段的修改：谁、何时、从何值到何值", "Changes of fields: who, when, from, to"),
    listed("history", "Turn"),
    parameters=(parts.LIMIT, parts.CURSOR),
    problems=(400, 404),
)


@call(_RECORDS, SIGNED_IN, LIST)
def list_records(table: str) -> ResponseReturnValue:
    """`{records, next, count?}`."""
    page = application().records.page(actor(), table, _query())
    body: dict[str, Any] = {"records": page.json(), "next": page.next}
    if page.count is not None:
        body["count"] = page.count.number
        if not page.count.exact:
            body["count_exact"] = False
    return answer(body)


@call(f"{_RECORDS}/keys", SIGNED_IN, KEYS)
def list_keys(table: str) -> ResponseReturnValue:
    """`{ids, keys}`: what a grid that scrolls through everything begins with."""
    query = Query(filter=text("filter"), sort=text("sort"), view=text("view"))
    found = application().records.names(actor(), table, query)
    return answer({"ids": found.ids, "keys": found.keys})


@call("/tables/<table>/keys", SIGNED_IN, KEYS)
def list_keys_of_table(table: str) -> ResponseReturnValue:
    """The same, where no record can bear the name."""
    return list_keys(table)


@call(_RECORDS, SIGNED_IN, CREATE, "POST")
def create_records(table: str) -> ResponseReturnValue:
    """The new record, or `{records}` in the order sent."""
    body = json_object()
    asked = once(body)
    if _is_batch(table, body):
        _check_batch(body)
        return answer(application().records.create_many(actor(), table, body["records"], request=asked), 201)
    made = application().records.create(actor(), table, body, request=asked)
    return answer(made, 201, {**etag(made.get("version")), "Location": _path(table, made)})


@call(_RECORD, SIGNED_IN, READ)
def read_record(table: str, key: str) -> ResponseReturnValue:
    """The record with a key, or else an id."""
    record = application().records.get(actor(), table, key, expand=names("expand") or (), fields=names("fields"))
    return answer(record.json(), headers=etag(record.version))


@call(_RECORD, SIGNED_IN, CHANGE, "PATCH")
def change_record(table: str, key: str) -> ResponseReturnValue:
    """The record with the sent fields changed; what does not fit is refused as a whole."""
    body, seen_version = json_object(), if_match()
    return _raced(table, key, lambda: _record(application().records.update(actor(), table, key, body, if_match=seen_version)))


@call(_RECORD, SIGNED_IN, DELETE, "DELETE")
def delete_record(table: str, key: str) -> ResponseReturnValue:
    """Nothing: the record lies in the trash."""
    return _raced(table, key, lambda: _thrown_away(table, key))


@call(f"{_RECORD}/restore", SIGNED_IN, RESTORE, "POST")
def restore_record(table: str, key: str) -> ResponseReturnValue:
    """The record, back out of the trash."""
    return _record(application().records.restore(actor(), table, key))


@call(f"{_RECORD}/history", SIGNED_IN, HISTORY)
def list_history(table: str, key: str) -> ResponseReturnValue:
    """`{history, next}`, newest first."""
    most = limit()
    turns = application().records.history(actor(), table, key, limit=most + 1, before=before())
    following = str(turns[most - 1].id) if len(turns) > most else None
    return answer({"history": [turn.json(running()) for turn in turns[:most]], "next": following})


def _raced(table: str, key: str, change: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """What a change is answered with; where somebody else was faster, a refusal with the record as it now is."""
    try:
        return change()
    except LostRace as lost:
        present = application().records.get(actor(), table, key)
        response = refusal(lost.problems, language(), trace(), 412, more={"record": present.json()})
        response.headers.update(etag(present.version))
        return response


def _thrown_away(table: str, key: str) -> Response:
    application().records.delete(actor(), table, key, if_match=if_match())
    return Response(status=204)


def _query() -> Query:
    return Query(
        filter=text("filter"), sort=text("sort"), fields=names("fields"), expand=names("expand") or (), limit=limit(),
        cursor=text("cursor"), count=flag("count"), ids=ids(), view=text("view"),
    )  # fmt: skip


def _is_batch(table: str, body: dict[str, Any]) -> bool:
    """Whether many records are meant: a table may have a field that is called so, too."""
    if set(body) == {"records"} and isinstance(body["records"], list):
        return True
    return "records" in body and "records" not in seen(table).table.fields


def _check_batch(body: dict[str, Any]) -> None:
    if not isinstance(body["records"], list):
        raise Refusal(BODY_KEY_WRONG(field="records", key="records", expected="[{…}, …]"))
    if len(body) > 1:
        more = (name for name in body if name != "records")
        raise Refusal(*(BODY_TOO_MUCH(field=name[:60], key=name[:60], other="records") for name in more))
    if not all(isinstance(each, dict) for each in body["records"]):
        raise Refusal(NOT_AN_OBJECT(field="records"))


def _record(made: Any) -> ResponseReturnValue:
    return answer(made, headers=etag(made.get("version")))


def _path(table: str, made: Any) -> str:
    key = seen(table).table.key
    name = made.get(key.field) if key else None
    return f"{request.path}/{quote(str(name or made['id']), safe='')}"

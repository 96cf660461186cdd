"""Imports, exports and the jobs that do what takes long."""

from typing import Any, BinaryIO, cast

from flask import request
from flask.typing import ResponseReturnValue

from mailuo.base.problems import Refusal
from mailuo.exchange import FORMATS
from mailuo.records import StoredFile
from mailuo_web.api.blueprint import call, seen
from mailuo_web.api.files import FORM, kept, stored, uploaded
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.bodies import parse_json
from mailuo_web.http.messages import BODY_KEY_WRONG
from mailuo_web.http.operation import FLAG, Free, Operation, Parameter, ref
from mailuo_web.http.parameters import flag
from mailuo_web.http.route import SIGNED_IN, may

_DRY_RUN = Parameter("dry_run", ("只试，不写", "Tries only, writes nothing"), FLAG)
_WHOLE = Parameter("all_or_nothing", ("有一行错就都不写", "Writes nothing if one row fails"), FLAG)
_AGAIN = Parameter("again", ("见过的文件也再导入", "A file seen before is taken in again"), FLAG)
_LIVE = Parameter("live", ("触发提醒和自动化；默认不触发", "With triggers and messages; without them by default"), FLAG)
_UPSERT = Parameter("upsert", ("主键已有则更新", "Updates records whose key is there"), FLAG)
_ENDINGS = {form.media_type.partition(";")[0]: form.ending for form in FORMATS.values()}
_FILE: dict[str, Any] = {"type": "string", "format": "binary"}
_ROWS = Free(FORM, {"type": "object", "required": ["file"], "properties": {"file": _FILE, "map": {"type": "string"}}})
_CLAIMS = Free(FORM, {"type": "object", "required": ["file"], "properties": {"file": _FILE}})
_JOB = {"type": "object", "required": ["job"], "properties": {"job": {"type": "string"}}}

IMPORT = Operation(
    ("导入 csv、xlsx 或 ndjson；进度见任务", "Takes in csv, xlsx or ndjson; the job tells how far it is"),
    _JOB, 202, parameters=(_DRY_RUN, _UPSERT, _WHOLE, _AGAIN, _LIVE), body=_ROWS, problems=(403, 404, 413, 415, 422),
)  # fmt: skip
IMPORT_CLAIMS = Operation(
    ("导入节点记录：record,node,at,source[,received_at]", "Takes in claims: record,node,at,source[,received_at]"),
    _JOB, 202, parameters=(_DRY_RUN, _WHOLE, _AGAIN, _LIVE), body=_CLAIMS, problems=(403, 413, 415, 422),
)  # fmt: skip
JOB = Operation(("一个任务", "A job"), ref("Job"), problems=(404,))


@call("/tables/<table>/import", may("import"), IMPORT, "POST")
def import_rows(table: str) -> ResponseReturnValue:
    """`{job}`, which takes the file in: the part `file` of a form, or the body itself."""
    seen(table)
    return _start("import", {"table": table, "upsert": flag("upsert"), "mapping": _mapping()})


@call("/claims/import", may("import"), IMPORT_CLAIMS, "POST")
def import_claims() -> ResponseReturnValue:
    """`{job}`, which takes the claims in."""
    return _start("claims", {})


@call("/jobs/<job>", SIGNED_IN, JOB)
def read_job(job: str) -> ResponseReturnValue:
    """How far it is, and what it refused by row and reason."""
    return answer(application().jobs.get(actor(), job))


def _start(kind: str, payload: dict[str, object]) -> ResponseReturnValue:
    flags = {name: flag(name) for name in ("dry_run", "all_or_nothing", "again", "live")}
    file = _sent(kind)
    told = {**payload, **flags, "file": file.id, "name": file.name}
    return answer({"job": application().jobs.start(kind, told, actor())}, 202)


def _sent(kind: str) -> StoredFile:
    """The file of a form, or a body that is the file itself, of one of the media types that can be taken in."""
    ending = _ENDINGS.get(request.mimetype)
    if ending is None:
        return kept(uploaded())
    return stored(cast(BinaryIO, request.stream), f"{kind}{ending}")


def _mapping() -> dict[str, str | None] | None:
    """Which field each header means, as the form's part `map` says in JSON."""
    text = request.form.get("map")
    if not text:
        return None
    found = parse_json(text.encode())
    if not isinstance(found, dict) or not all(isinstance(each, str | None) for each in found.values()):
        raise Refusal(BODY_KEY_WRONG(field="map", key="map", expected="{header: field}"))
    return found

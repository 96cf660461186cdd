"""Files: brought by people, handed out as attachments only, never to be run or shown by a browser."""

from typing import BinaryIO, cast

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from mailuo.base.problems import Refusal
from mailuo.records import StoredFile
from mailuo_web.api.blueprint import call
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.messages import BODY_TYPE, FILE_MISSING
from mailuo_web.http.operation import Free, Operation, ref
from mailuo_web.http.route import SIGNED_IN

SANDBOX = "sandbox; default-src 'none'"
FORM = "multipart/form-data"
UPLOAD_BODY = Free(
    FORM, {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
)
_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F))

UPLOAD = Operation(
    ("上传一个附件", "Stores a file"), ref("File"), 201, body=UPLOAD_BODY, problems=(413, 415, 422)
)
DOWNLOAD = Operation(
    ("下载一个附件", "A file's bytes"), {"type": "string", "format": "binary"}, problems=(404,), media="application/octet-stream"
)


@call("/files", SIGNED_IN, UPLOAD, "POST")
def store_file() -> ResponseReturnValue:
    """`{id, name, size, sha256}`; only who brought it sees it until a record holds it."""
    file = kept(uploaded())
    return answer({"id": file.id, "name": file.name, "size": file.size, "sha256": file.sha256}, 201)


@call("/files/<file>", SIGNED_IN, DOWNLOAD)
def read_file(file: str) -> ResponseReturnValue:
    """The bytes, for who may see a record that holds them."""
    found = application().records.file(actor(), file)
    asked = request.range.range_for_length(found.size) if request.range else None
    content = application().uploads.open(found, asked[0] if asked else 0)
    response = send_file(
        content, found.type, as_attachment=True, download_name=_plain_name(found.name), etag=found.sha256,
        conditional=False, last_modified=found.uploaded_at,
    )  # fmt: skip
    if asked:
        response.response = FileWrapper(content)  # goes to where the range begins; a server's own reads up to there
    response.content_length = found.size
    return sandboxed(_asked_part(response, found))


def _asked_part(response: Response, found: StoredFile) -> Response:
    """As much of the response as its request asks for."""
    try:
        return cast(Response, response.make_conditional(request, accept_ranges=True, complete_length=found.size))
    except RequestedRangeNotSatisfiable:
        response.close()
        raise


def uploaded() -> FileStorage:
    """The part `file` of a form, or its only file; refuses other bodies, and a form without one."""
    if request.mimetype != FORM:
        raise Refusal(BODY_TYPE(expected=FORM))
    sent = request.files.getlist("file") or list(request.files.values())
    if len(sent) != 1:
        raise Refusal(FILE_MISSING(field="file"))
    return sent[0]


def kept(sent: FileStorage) -> StoredFile:
    """What is known of a file that was sent, which is kept now."""
    return stored(cast(BinaryIO, sent.stream), sent.filename or "")


def stored(content: BinaryIO, name: str) -> StoredFile:
    """What is known of these bytes, which are kept now under a name of our own."""
    return application().uploads.store(actor(), content, name)


def sandboxed(response: Response) -> Response:
    """The response, which a browser may keep on disk but never run."""
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _plain_name(name: str) -> str:
    """The name without marks that turn the direction of reading, behind which an ending could hide."""
    return name.translate(_TURNING)

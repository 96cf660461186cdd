"""Hooks: where outside systems push. The raw bytes are proved, kept and answered in the sender's own form; the work comes later."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from mailuo.automations.receiving import MOST_BYTES, Deed
from mailuo_web.http.asking import application
from mailuo_web.http.route import ANYBODY

blueprint = Blueprint("hooks", __name__)


@blueprint.route("/hooks/<connector>/<event>", methods=["POST", "GET"])
def push(connector: str, event: str) -> ResponseReturnValue:
    """What the sender is answered once its event is kept; a sender that is not proved hears so in its own form."""
    request.max_content_length = MOST_BYTES
    body = request.get_data(cache=False)
    receiving, rest = application().outside.receiving, list[Deed]()
    reply = receiving.push(
        connector, event, request.method, dict(request.headers), request.query_string, body, rest.append
    )
    response = Response(reply.text, reply.status, content_type=reply.content_type)
    for deed in rest:
        response.call_on_close(deed)
    return response


push.need = ANYBODY  # type: ignore[attr-defined]  # read by the guard test that walks the URL map; the signature is the permission

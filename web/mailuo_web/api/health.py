"""Whether the process lives and can serve, and its numbers; details for the machine itself and for who runs it."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from mailuo.base.problems import Refusal
from mailuo.base.settings import is_loopback
from mailuo.records import StoreAway
from mailuo.records.messages import NOT_PERMITTED
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import application, asking
from mailuo_web.http.metrics import Metrics
from mailuo_web.http.route import ANYBODY, route

blueprint = Blueprint("health", __name__)
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


@route(blueprint, "/healthz", ANYBODY)
def alive() -> ResponseReturnValue:
    """`{status}`: the process answers."""
    return answer({"status": "ok"})


@route(blueprint, "/readyz", ANYBODY)
def ready() -> ResponseReturnValue:
    """`{status}`, with every part for those who may know."""
    found = application().health.ready()
    told: dict[str, object] = {"status": "ok" if found.ok else "unavailable"}
    if _knows():
        told |= found.parts
    return answer(told, 200 if found.ok else 503)


@route(blueprint, "/metrics", ANYBODY)
def metrics() -> ResponseReturnValue:
    """The numbers in the text format of Prometheus."""
    if not _knows():
        raise Refusal(NOT_PERMITTED())
    kept: Metrics = current_app.extensions["mailuo.metrics"]
    return Response(kept.text(application()), content_type=CONTENT_TYPE_LATEST)


def _knows() -> bool:
    """Whether the caller is this machine itself, with no proxy between, or has the right `runs`."""
    direct = not any(name in request.headers for name in _FORWARDED)
    if direct and is_loopback(request.remote_addr or ""):
        return True
    try:
        found = asking()
    except StoreAway:
        return False
    return found is not None and found.actor.has("runs")

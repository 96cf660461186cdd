"""Events: a stream of what happens, as the caller may know it (server-sent events, HTML standard 9.2)."""

import time
from collections.abc import Callable, Iterator

import orjson
from flask import Response, request
from flask.typing import ResponseReturnValue

from mailuo.automations.streams import Full, Heard, Hub, Stream
from mailuo.base.problems import Refusal
from mailuo.records import Actor, BadQuestion, StoreAway
from mailuo_web.api.blueprint import call
from mailuo_web.http.asking import actor, application, asking, renewed
from mailuo_web.http.messages import EVENT_ID_WRONG, STREAMS_TAKEN
from mailuo_web.http.operation import TEXT, Operation, Parameter
from mailuo_web.http.parameters import text
from mailuo_web.http.route import SIGNED_IN

MEDIA = "text/event-stream"
HEARTBEAT_SECONDS = 5.0
"""How often a listener who is gone is noticed."""
LOOK_SECONDS = 1.0
"""How often it is looked whether the credential still holds."""
RETRY_MILLISECONDS = 2_000
EVENTS = Operation(
    (
        "事件流：弹窗、预警、记录变动、争议、运行、首页待办（事件名 popup alert record dispute run todo；all 表示变动太多，请重新读取）",
        "A stream of events: popup, alert, record, dispute, run, todo (a line on Home); `all` says that much has changed: read anew",
    ),
    TEXT,
    parameters=(
        Parameter("after", ("从这个事件之后继续", "Goes on after this event")),
        Parameter("Last-Event-ID", ("浏览器重连时自动带上", "What a browser sends when it comes back"), place="header"),
    ),
    problems=(400, 503),
    media=MEDIA,
)


@call("/events", SIGNED_IN, EVENTS)
def stream_events() -> ResponseReturnValue:
    """The events from now on; with `after`, the popups missed since then first."""
    after, who = _after(), actor()
    found = asking()
    assert found is not None
    hub = application().events
    try:
        stream = hub.open(found.credential)
    except Full:
        raise Refusal(STREAMS_TAKEN()) from None
    response = Response(_written(hub, stream, who, renewed(), after), mimetype=MEDIA)
    response.call_on_close(lambda: hub.leave(stream))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _after() -> int | None:
    """The position that the caller goes on from."""
    given = request.headers.get("Last-Event-ID") or text("after")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise BadQuestion(EVENT_ID_WRONG(found=given[:60]))
    return int(given)


def _written(hub: Hub, stream: Stream, who: Actor, renew: Callable[[], Actor | None], after: int | None) -> Iterator[bytes]:
    """The stream, until the listener goes, the credential ends, the store is away or the server stops."""
    yield f"retry: {RETRY_MILLISECONDS}\n".encode()
    try:
        missed = [] if after is None else hub.missed(who, after)
        yield b"".join([*(_event(each) for each in missed), _event(Heard("hello", {"me": who.name}), stream.position)])
        spoken = time.monotonic()
        while not stream.over:
            batch = stream.next(LOOK_SECONDS)
            present = renew()
            if present is None:
                return
            heard = batch.heard(present) if batch is not None else []
            if batch is not None and heard:
                yield b"".join(_event(each, batch.position) for each in heard)
            elif time.monotonic() - spoken > HEARTBEAT_SECONDS:
                yield b":\n\n"
            else:
                continue
            spoken = time.monotonic()
        if stream.taken:
            yield _event(Heard("taken", {}))
    except StoreAway:
        return


def _event(heard: Heard, position: int | None = None) -> bytes:
    id_ = b"" if position is None else f"id: {position}\n".encode()
    return b"%bevent: %b\ndata: %b\n\n" % (id_, heard.kind.encode(), orjson.dumps(heard.told))

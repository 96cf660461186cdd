"""Sessions: signing in, out, and who is signed in."""

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from mailuo.base.moments import format_moment
from mailuo.records import Actor
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application, asking
from mailuo_web.http.operation import FLAG, Body, Member, Operation, Parameter, ref
from mailuo_web.http.parameters import flag
from mailuo_web.http.route import ANYBODY, SIGNED_IN
from mailuo_web.http.sessions import address, clear_session, set_session

_CREDENTIALS = Body(
    {
        "username": Member(("用户名", "The name"), required=True),
        "password": Member(("密码", "The password"), required=True),
    }
)
_TOKEN = Parameter("token", ("1：不设 cookie，答复 {token}", "1: sets no cookie, answers {token}"), FLAG)

SIGN_IN = Operation(
    ("登录", "Signs in"),
    {"oneOf": [ref("Session"), ref("Token")]},
    parameters=(_TOKEN,),
    body=_CREDENTIALS,
    problems=(400, 401, 415, 422, 429),
)
WHO = Operation(("谁已登录", "Who is signed in"), ref("Session"))
SIGN_OUT = Operation(("退出", "Signs out"), None, 204)


@call("/session", ANYBODY, SIGN_IN, "POST")
def sign_in() -> ResponseReturnValue:
    """The session, as a cookie or as a bearer token."""
    given = _CREDENTIALS.read()
    accounts = application().accounts
    if flag("token"):
        opened = accounts.make_token_session(given["username"], given["password"], address())
        expires_at = format_moment(opened.expires_at, running().zone)
        return answer({"token": opened.secret, "expires_at": expires_at})
    opened = accounts.sign_in(given["username"], given["password"], address())
    return set_session(answer(_session(opened.actor, opened.csrf)), opened)


@call("/session", SIGNED_IN, WHO)
def read_session() -> ResponseReturnValue:
    """Who is signed in, and what a browser's changing request must carry."""
    found = asking()
    return answer(_session(actor(), found.csrf if found else ""))


@call("/session", SIGNED_IN, SIGN_OUT, "DELETE")
def sign_out() -> ResponseReturnValue:
    """Nothing; the session is over. A token that was made by hand stays: that is revoked, not signed out."""
    found = asking()
    if found is not None and found.actor.kind == "person":
        application().accounts.sign_out(found.credential)
    return clear_session(Response(status=204))


def _session(who: Actor, csrf: str) -> dict[str, Any]:
    rights = sorted(who.rights)
    told: dict[str, Any] = {"id": who.id, "name": who.name, "kind": who.kind, "roles": list(who.roles), "rights": rights}
    one_time = application().accounts.has_one_time(who)
    return {**told, "language": who.language, "one_time": one_time, **({"csrf": csrf} if csrf else {})}

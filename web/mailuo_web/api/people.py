"""People and tokens: who may sign in, with which roles, and by which credential programs come."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from mailuo.app.people import Reach
from mailuo.base.moments import format_moment
from mailuo.base.problems import Refusal
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application
from mailuo_web.http.messages import BODY_KEY_WRONG
from mailuo_web.http.operation import TEXTS, Body, Member, Operation, listed, ref
from mailuo_web.http.route import may

_PEOPLE = may("people")
_NAME = Member(("名字", "The name"), required=True)
_ROLES = Member(("角色", "Roles"), TEXTS)
_REACH = {name: Member((name, name)) for name in ("email", "phone", "wecom")}
_PERSON = Body({"name": _NAME, "roles": Member(("角色", "Roles"), TEXTS, required=True), **_REACH})
_CHANGE = Body(
    {
        "roles": _ROLES,
        **_REACH,
        "disabled": Member(("停用", "Whether the person is kept from signing in"), {"type": "boolean"}),
        "reset_password": Member(("重置密码", "Whether a new password is made up"), {"type": "boolean"}),
    }
)
_TOKEN = Body({"name": _NAME, "roles": _ROLES, "sources": Member(("可代表的来源", "Sources it speaks for"), TEXTS)})

PEOPLE = Operation(("所有人", "Everybody"), listed("people", "Person"), problems=(403,))
ADD = Operation(
    ("加一个人；一次性密码只显示这一次", "Adds a person; the one-time password is shown this once"),
    ref("NewPerson"), 201, body=_PERSON, problems=(403, 409, 415, 422),
)  # fmt: skip
CHANGE = Operation(
    ("改角色、联系方式，停用，重置密码", "Changes roles or reach, disables, resets the password"),
    ref("NewPerson"), body=_CHANGE, problems=(403, 404, 409, 415, 422),
)  # fmt: skip
TOKENS = Operation(("有效的令牌", "The tokens that work"), listed("tokens", "IssuedToken"), problems=(403,))
ISSUE = Operation(
    ("发一个令牌，只显示这一次", "Issues a token, shown this once"), ref("Token"), 201, body=_TOKEN, problems=(403, 415, 422)
)
REVOKE = Operation(("吊销令牌", "Revokes a token"), None, 204, problems=(403, 404))


@call("/people", _PEOPLE, PEOPLE)
def list_people() -> ResponseReturnValue:
    """`{people, next}`."""
    return answer({"people": [_person(each) for each in application().accounts.people()], "next": None})


@call("/people", _PEOPLE, ADD, "POST")
def add_person() -> ResponseReturnValue:
    """`{person, password}`."""
    given = _PERSON.read()
    accounts, name = application().accounts, given["name"]
    reach = {way: given.get(way) for way in _REACH}
    password = accounts.add_person(name, _texts(given, "roles"), **reach, by=actor())
    return answer({"person": _named(name), "password": password}, 201)


@call("/people/<person>", _PEOPLE, CHANGE, "PATCH")
def change_person(person: str) -> ResponseReturnValue:
    """`{person, password?}`, with what was sent changed."""
    given, accounts = _CHANGE.read(), application().accounts
    told: dict[str, Any] = {}
    if given.get("roles") is not None:
        accounts.set_roles(person, _texts(given, "roles"), by=actor())
    if any(name in given for name in _REACH):
        accounts.set_reach(person, _reach(_named(person) | given), by=actor())
    if given.get("disabled") is not None:
        (accounts.disable if given["disabled"] else accounts.enable)(person, by=actor())
    if given.get("reset_password"):
        told["password"] = accounts.reset_password(person, by=actor())
    return answer({"person": _named(person), **told})


@call("/tokens", _PEOPLE, TOKENS)
def list_tokens() -> ResponseReturnValue:
    """`{tokens, next}`, without their secrets."""
    return answer({"tokens": [_token(each) for each in application().accounts.tokens()], "next": None})


@call("/tokens", _PEOPLE, ISSUE, "POST")
def issue_token() -> ResponseReturnValue:
    """`{token}`."""
    given = _TOKEN.read()
    roles, sources = _texts(given, "roles"), _texts(given, "sources")
    return answer({"token": application().accounts.add_token(given["name"], roles, sources, actor())}, 201)


@call("/tokens/<token>", _PEOPLE, REVOKE, "DELETE")
def revoke_token(token: str) -> ResponseReturnValue:
    """Nothing; the token has ended."""
    application().accounts.revoke(token, by=actor())
    return Response(status=204)


def _texts(given: Mapping[str, Any], name: str) -> list[str]:
    values = given.get(name) or []
    if not all(isinstance(each, str) for each in values):
        raise Refusal(BODY_KEY_WRONG(field=name, key=name, expected="[text, …]"))
    return list(values)


def _reach(given: Mapping[str, Any]) -> Reach:
    return Reach(given.get("email"), given.get("phone"), given.get("wecom"))


def _named(name: str) -> dict[str, Any]:
    """The person with a name or id, as just written; empty when there is none."""
    found = (each for each in application().accounts.people() if name.strip() in (each.name, each.id))
    return next((_person(each) for each in found), {})


def _person(person: Any) -> dict[str, Any]:
    told = {name: getattr(person, name) for name in ("id", "name", "email", "phone", "wecom", "language")}
    return {
        **told,
        "roles": list(person.roles),
        "disabled": person.disabled_at is not None,
        "created_at": _moment(person.created_at),
    }


def _token(token: Any) -> dict[str, Any]:
    told = {"id": token.id, "name": token.name, "roles": list(token.roles), "sources": list(token.sources)}
    return {**told, "created_at": _moment(token.created_at), "created_by": token.created_by, "used_at": _moment(token.used_at)}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else format_moment(at, running().zone)

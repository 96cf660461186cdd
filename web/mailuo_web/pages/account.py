"""One's own account: a new password."""

from flask import request
from flask.typing import ResponseReturnValue

from mailuo.base.problems import Refusal
from mailuo_web.http.asking import actor, application
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.http.sessions import set_session
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.page import page, say
from mailuo_web.pages.shell import Spot

_SPOT = Spot("account")


@route(blueprint, "/account", SIGNED_IN)
def account() -> ResponseReturnValue:
    """The form for a new password."""
    return page("account.html", actor(), _SPOT, {"problem": "", "done": ""})


@route(blueprint, "/account", SIGNED_IN, methods=("POST",))
def change_password() -> ResponseReturnValue:
    """The form again, saying what became of it; all other sessions of the person have ended."""
    who, words, given = actor(), say(), request.form
    if given.get("new", "") != given.get("again", ""):
        return page("account.html", who, _SPOT, {"problem": words("password.differ"), "done": ""})
    try:
        opened = application().accounts.change_password(who, given.get("old", ""), given.get("new", ""))
    except Refusal as refusal:
        problem = refusal.problems[0].text(words.language)
        return page("account.html", who, _SPOT, {"problem": problem, "done": ""})
    done = page("account.html", who, _SPOT, {"problem": "", "done": words("password.done"), "csrf_token": opened.csrf})
    return set_session(done, opened)

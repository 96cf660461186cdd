"""Signing in: a name and a password, and the way back to where somebody wanted to go."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from mailuo.base.problems import Refusal
from mailuo_web.http.asking import application, asking, language
from mailuo_web.http.messages import CSRF_MISSING
from mailuo_web.http.returning import own_path
from mailuo_web.http.route import ANYBODY, route
from mailuo_web.http.sessions import address, set_session
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.page import bare_page

_OWN = ("same-origin", "none")
"""What browsers say of a form that was sent from our own page."""


@route(blueprint, "/signin", ANYBODY, parameters=("next",), raw=("next",))
def signin() -> ResponseReturnValue:
    """The form; whoever is signed in goes on."""
    following = own_path(request.args.get("next"))
    if asking() is not None:
        return redirect(following)
    return bare_page("signin.html", next=following, username="", problem="")


@route(blueprint, "/signin", ANYBODY, methods=("POST",), parameters=("next",), raw=("next",))
def sign_in() -> ResponseReturnValue:
    """The session of whoever gives a right name and password; the form again, with the reason, for the others."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _OWN:
        raise Refusal(CSRF_MISSING())
    given = request.form
    following, name = own_path(given.get("next")), given.get("username", "").strip()
    try:
        opened = application().accounts.sign_in(name, given.get("password", ""), address())
    except Refusal as refusal:
        said = refusal.problems[0].text(language())
        status = 429 if refusal.code == "too_many" else 200
        return bare_page("signin.html", status, next=following, username=name, problem=said)
    return set_session(redirect(following), opened)

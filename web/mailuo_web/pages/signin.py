"""Signing in: a name and a password, and the way back to where somebody wanted to go."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from mailuo_web.http.asking import asking
from mailuo_web.http.returning import own_path
from mailuo_web.http.route import ANYBODY, route
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.page import bare_page


@route(blueprint, "/signin", ANYBODY, parameters=("next",))
def signin() -> ResponseReturnValue:
    """The form; whoever is signed in goes on."""
    following = own_path(request.args.get("next"))
    if asking() is not None:
        return redirect(following)
    return bare_page("signin.html", next=following, username="", problem="")

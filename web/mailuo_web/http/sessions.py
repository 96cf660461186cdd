"""The session's cookie: set at signing in, cleared at signing out; no script can read it."""

from typing import TypeVar

from flask import request
from werkzeug.wrappers import Response

from mailuo.app import Opened
from mailuo_web.http.asking import SESSION_COOKIE

R = TypeVar("R", bound=Response)


def set_session(response: R, opened: Opened) -> R:
    """The response, which makes the browser keep the session until it expires."""
    response.set_cookie(
        SESSION_COOKIE, opened.secret, expires=opened.expires_at, httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def clear_session(response: R) -> R:
    """The response, which makes the browser forget the session."""
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


def address() -> str:
    """The address from which the request came, as far as the configured proxies are to be believed."""
    return request.remote_addr or ""

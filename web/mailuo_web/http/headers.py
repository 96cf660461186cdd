"""Headers that every answer carries: what a browser may load, run and remember."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse

from flask import Flask, Response, g, request

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of whatever is no page."""
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()"),
)
"""Set by nobody else, and put beside the others as they leave."""


class Protected(Flask):
    """An application whose answers carry the headers that never differ, whoever gives them.

    Its views and hooks are plain functions: none is looked at for a coroutine, request by request.
    """

    def wsgi_app(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """The answer to a request."""
        return super().wsgi_app(
            environ, lambda status, headers, *error: start_response(status, [*headers, *_ALWAYS], *error)
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def nonce() -> str:
    """This answer's nonce for the scripts and styles that we ship."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def install(app: Flask) -> None:
    """Adds the headers to each answer of the app, and the nonce to its templates."""
    app.after_request(_protect)
    app.context_processor(lambda: {"csp_nonce": nonce})


def _protect(response: Response) -> Response:
    headers = response.headers
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", _policy() if response.mimetype == "text/html" else NOTHING)
    if "Cache-Control" not in headers and not request.path.startswith("/static/"):
        headers.add("Cache-Control", "no-store")
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _policy() -> str:
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce()}'; style-src 'self' 'nonce-{nonce()}'; "
        "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )

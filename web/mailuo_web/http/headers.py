"""Headers that every answer carries: what a browser may load, run and remember."""

import secrets

from flask import Flask, Response, g, request

NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""The policy of whatever is no page."""


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
    if "Content-Security-Policy" not in response.headers:
        response.headers["Content-Security-Policy"] = _policy() if response.mimetype == "text/html" else NOTHING
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _policy() -> str:
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce()}'; style-src 'self' 'nonce-{nonce()}'; "
        "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )

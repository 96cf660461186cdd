"""Pages for what went wrong: what happened, what is safe, what to do."""

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from mailuo_web.pages.page import bare_page, say

_SAID = {401, 403, 404, 429, 500, 503}
_FOR_GOOD = {403, 404}
"""What asking again would not change."""
_NOTHING_CHANGED = {403, 404, 429, 500, 503}


def error_page(status: int, text: str, trace: str = "") -> AnyResponse:
    """The page for a refused or failed request; a stranger is led to signing in."""
    if status == 401 and request.method == "GET":
        return redirect(f"/signin?next={request.path}")
    words = say()
    title = words(f"error.{status}") if status in _SAID else words("error.other")
    safe = words("error.safe") if status in _NOTHING_CHANGED or request.method != "GET" else ""
    said = words("error.404.text") if status == 404 else text
    return _page(status, title, said, safe, trace)


def _page(status: int, title: str, text: str, safe: str, trace: str) -> Response:
    again = "" if status in _FOR_GOOD else request.path
    return bare_page("notice.html", status, title=title, text=text, safe=safe, trace=trace, again=again)

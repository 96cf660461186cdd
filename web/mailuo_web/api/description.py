"""The description of the API: the OpenAPI document, and the same for people to read, without anybody else's script."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from mailuo_web.api.blueprint import call, running
from mailuo_web.api.openapi import document
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import asking, language
from mailuo_web.http.operation import OBJECT, Operation
from mailuo_web.http.route import ANYBODY, route
from mailuo_web.pages.page import bare_page

docs = Blueprint("docs", __name__)
Json = dict[str, Any]

DOCUMENT = Operation(("OpenAPI 3.1 文档", "The OpenAPI 3.1 document"), OBJECT)


@call("/openapi.json", ANYBODY, DOCUMENT)
def openapi() -> ResponseReturnValue:
    """The document, with the tables that the caller may see."""
    return answer(_document())


@route(docs, "/api/docs", ANYBODY)
def read_docs() -> ResponseReturnValue:
    """The document as a page."""
    written = _document()
    return bare_page("api_docs.html", api=written, calls=list(_calls(written)))


def _document() -> Json:
    found = asking()
    who = found.actor if found else None
    roles = None if who is None else ("everything" if who.sees_everything else frozenset(who.roles))
    words, app = language(), current_app
    return running().once(
        ("openapi", roles, words), lambda: document(running(), who, app.url_map, app.view_functions, words)
    )


def _calls(written: Json) -> Iterator[Json]:
    """Each operation with its path, as the page lists it."""
    for path, operations in written["paths"].items():
        for method, operation in operations.items():
            yield {"path": path, "method": method.upper(), **operation}

"""Exports: all records that answer a question, as a file that is written while it is sent."""

from dataclasses import replace

from flask import Response
from flask.typing import ResponseReturnValue

from mailuo.exchange import FORMATS
from mailuo.records import Query
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, seen
from mailuo_web.api.files import sandboxed
from mailuo_web.http.asking import actor, application
from mailuo_web.http.operation import Operation, Parameter
from mailuo_web.http.parameters import names, one_of, text
from mailuo_web.http.route import may

_FORMAT = Parameter("format", ("格式", "The format"), {"type": "string", "enum": list(FORMATS)})
EXPORT = Operation(
    ("导出", "Exports records"),
    {"type": "string", "format": "binary"},
    parameters=(_FORMAT, parts.FILTER, parts.SORT, parts.FIELDS, parts.VIEW),
    problems=(400, 403, 404),
    media="application/octet-stream",
)


@call("/tables/<table>/export", may("export"), EXPORT)
def export(table: str) -> ResponseReturnValue:
    """The file; what is wrong with the question is told before its first byte."""
    seen(table)
    form = one_of("format", *FORMATS) or "csv"
    query = Query(filter=text("filter"), sort=text("sort"), fields=names("fields"), view=text("view"))
    application().records.page(actor(), table, replace(query, limit=1))
    content = application().exports.stream(actor(), table, query, form)
    application().audit.add(actor(), "exported", table=table, detail={"format": form, "filter": query.filter})
    response = Response(content, content_type=FORMATS[form].media_type)
    response.headers.set("Content-Disposition", "attachment", filename=f"{table}{FORMATS[form].ending}")
    return sandboxed(response)

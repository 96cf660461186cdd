"""The audit: who did what beyond records."""

from collections.abc import Mapping

from flask.typing import ResponseReturnValue

from mailuo.base.moments import format_moment, parse_moment
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import application
from mailuo_web.http.operation import Operation, listed
from mailuo_web.http.parameters import before, limit
from mailuo_web.http.route import may

LIST = Operation(
    ("谁做了什么", "Who did what"), listed("audit", "AuditLine"), parameters=(parts.LIMIT, parts.CURSOR), problems=(400, 403)
)


@call("/audit", may("audit"), LIST)
def list_audit() -> ResponseReturnValue:
    """`{audit, next}`, newest first."""
    lines, following = application().audit.page(limit=limit(), before=before())
    return answer({"audit": [_json(line) for line in lines], "next": None if following is None else str(following)})


def _json(line: Mapping[str, object]) -> dict[str, object]:
    at = parse_moment(str(line["at"]), running().zone)
    told = {str(name): value for name, value in line.items()}
    return told if at is None else {**told, "at": format_moment(at, running().zone)}

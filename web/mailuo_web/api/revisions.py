"""Revisions: what was published, what publishing would do, publishing, and going back."""

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue

from mailuo.base.moments import format_moment
from mailuo.base.problems import Refusal
from mailuo.metadata import Manifest
from mailuo_web.api import parts
from mailuo_web.api.blueprint import call, running
from mailuo_web.http.answers import answer
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.messages import BODY_KEY_WRONG
from mailuo_web.http.operation import OBJECT, TEXT, WHOLE, Body, Member, Operation, listed, ref
from mailuo_web.http.parameters import before, limit
from mailuo_web.http.route import may

_FILES = Member(("文件：路径: 内容", "Files: path: text"), {**OBJECT, "additionalProperties": TEXT}, required=True)
_BASE = Member(("所基于的版本", "The revision it is based on"), WHOLE)
_PLAN = Body({"files": _FILES, "base": _BASE})
_PUBLISH = Body(
    {
        "files": _FILES,
        "message": Member(("说明", "What it is about")),
        "base": _BASE,
        "confirm": Member(("计划给出的 confirm", "The plan's `confirm`")),
    }
)

LIST = Operation(
    ("发布过的版本，新的在前", "What was published, newest first"),
    listed("revisions", "Revision"),
    parameters=(parts.LIMIT, parts.CURSOR),
    problems=(400, 403),
)
READ = Operation(("一个版本的文件", "The files of a revision"), ref("RevisionFiles"), problems=(403, 404))
PLAN = Operation(
    ("发布会改变什么", "What publishing would change"), ref("Plan"), body=_PLAN, problems=(400, 403, 409, 413, 415, 422)
)
PUBLISH = Operation(
    ("发布", "Publishes"), ref("Revision"), 201, body=_PUBLISH, problems=(400, 403, 409, 413, 415, 422)
)
ROLLBACK = Operation(("回到一个版本", "Returns to a revision"), ref("Revision"), 201, problems=(403, 404, 409, 422))


@call("/revisions", may("revisions", "publish", "draft"), LIST)
def list_revisions() -> ResponseReturnValue:
    """`{revisions, next}`."""
    most = limit()
    found = application().declarations.revisions(limit=most + 1, before=before())
    following = str(found[most - 1].number) if len(found) > most else None
    return answer({"revisions": [_json(each) for each in found[:most]], "next": following})


@call("/revisions/<int:number>", may("revisions", "publish", "draft"), READ)
def read_revision(number: int) -> ResponseReturnValue:
    """`{number, files}`."""
    return answer({"number": number, "files": dict(application().declarations.files(number))})


@call("/revisions/plan", may("publish", "draft"), PLAN, "POST")
def plan_revision() -> ResponseReturnValue:
    """`{base, changes, risks, confirm}`; nothing is changed."""
    given = _PLAN.read()
    return answer(application().declarations.plan(_reaching(_files(given)), given.get("base")).json(language()))


@call("/revisions", may("publish"), PUBLISH, "POST")
def publish_revision() -> ResponseReturnValue:
    """The new revision, in force."""
    given = _PUBLISH.read()
    declarations, message = application().declarations, given.get("message") or ""
    made = declarations.publish(_reaching(_files(given)), message, given.get("base"), given.get("confirm"), actor())
    application().in_force.renew()
    return answer(_json(made), 201)


@call("/revisions/<int:number>/rollback", may("publish"), ROLLBACK, "POST")
def roll_back(number: int) -> ResponseReturnValue:
    """The new revision, with the files of an earlier one."""
    made = application().declarations.rollback(number, actor())
    application().in_force.renew()
    return answer(_json(made), 201)


def _files(given: Mapping[str, Any]) -> dict[str, str]:
    files = given["files"]
    if not all(isinstance(text, str) for text in files.values()):
        raise Refusal(BODY_KEY_WRONG(field="files", key="files", expected="{path: text}"))
    return dict(files)


def _reaching(files: dict[str, str]) -> dict[str, str]:
    """The files, whose new connectors reach into the open network alone; what else is wrong with them is told elsewhere."""
    found = application().declarations.check(files)
    if isinstance(found, Manifest):
        application().outside.refuse_unreachable(found)
    return files


def _json(revision: Any) -> dict[str, Any]:
    told = {"number": revision.number, "state": revision.state, "base": revision.base, "by": revision.by}
    return {**told, "message": revision.message, "at": format_moment(revision.at, running().zone)}

"""The reference of the API, written from its operations: `python -m mailuo_web.api.reference > docs/api.md`."""

import sys
from collections.abc import Iterator

from flask import Flask

from mailuo_web.api.openapi import PREFIX, rules_of
from mailuo_web.api.site import blueprint
from mailuo_web.http.answers import STATUS_OF_CODE, title_of
from mailuo_web.http.operation import Body, Operation
from mailuo_web.http.route import Need

_OPENING = """\
# 接口 / HTTP API

由各接口的声明写成，请勿手改：`python -m mailuo_web.api.reference > docs/api.md`。
Written from the operations; do not edit: `python -m mailuo_web.api.reference > docs/api.md`.

- 各表的字段见运行中的 `/api/v1/openapi.json`（OpenAPI 3.1）和 `/api/docs`：按调用者的权限，由现行声明生成。
  The fields of each table stand in `/api/v1/openapi.json` (OpenAPI 3.1) and `/api/docs` of a running server, made from the
  declarations in force, as the caller may see them.
- 身份：`Authorization: Bearer 令牌`，或登录的 cookie；用 cookie 修改时带 `X-CSRF-Token`（登录的答复和页面的 meta 里有）。
  Who asks: `Authorization: Bearer TOKEN`, or the session's cookie; a change by cookie carries `X-CSRF-Token`, which the
  answer to signing in and each page's meta element hold.
- 时间是带时区的 RFC 3339，金额是十进制文字。列表答复 `{名字: […], next}`；把 `next` 作为 `cursor` 取下一页。
  Times are RFC 3339 with offset, money is decimal text. Lists answer `{name: […], next}`; `next` is the `cursor` of the
  following page.
- 拒绝是 `application/problem+json`：`type title status detail trace errors: [{code, field, message}]`，用调用者的语言。
  Refusals are `application/problem+json`, in the caller's language; `trace` finds them in the log.
- 正文是严格的 JSON：重复的键、未知的键、NaN 都会被拒绝；数字保持精确。最大 8 MB；附件和导入的文件最大 200 MB。
  Bodies are strict JSON: keys twice, unknown keys and NaN are refused, numbers stay exact. At most 8 MB; files 200 MB.
- 同一个 `Idempotency-Key` 在 24 小时内得到第一次的答复；`If-Match: "7"` 只在所发送的字段之后被改过时失败（412）。
  The same `Idempotency-Key` gets the first answer again for 24 hours; `If-Match: "7"` fails (412) only when a sent field
  was changed since.

"""
_NEEDS = {"anybody": "–", "signed_in": "登录 signed in"}


def reference() -> str:
    """The whole document, as Markdown."""
    return _OPENING + "\n".join([*_calls(), "", *_codes(), ""])


def _calls() -> Iterator[str]:
    yield "## 调用 / Calls\n"
    yield "| 调用 call | 需要 needs | 参数 parameters | 正文 body | 意思 | meaning |"
    yield "| --- | --- | --- | --- | --- | --- |"
    app = Flask("reference")
    app.register_blueprint(blueprint)
    for rule in rules_of(app.url_map):
        view = app.view_functions[rule.endpoint]
        operation, need = getattr(view, "operation", None), getattr(view, "need", None)
        assert isinstance(operation, Operation)
        assert isinstance(need, Need)
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        path = rule.rule.removeprefix(PREFIX).replace("<int:", "<").replace("<", "{").replace(">", "}")
        cells = (f"`{method} {path}`", _need(need), _parameters(operation), _body(operation), *operation.says)
        yield f"| {' | '.join(cells)} |"


def _need(need: Need) -> str:
    return _NEEDS.get(need.kind) or "may: " + " / ".join(f"`{right}`" for right in need.rights)


def _parameters(operation: Operation) -> str:
    return " ".join(f"`{each.name}`" for each in operation.parameters)


def _body(operation: Operation) -> str:
    match operation.body:
        case None:
            return ""
        case Body(members=members):
            return " ".join(f"`{name}`{'' if member.required else '?'}" for name, member in members.items())
    return f"{operation.body.media}"


def _codes() -> Iterator[str]:
    yield "## 拒绝 / Refusals\n"
    yield "| code | status | 意思 | meaning |"
    yield "| --- | --- | --- | --- |"
    for code, status in STATUS_OF_CODE.items():
        yield f"| `{code}` | {status} | {title_of(status, 'zh')} | {title_of(status, 'en')} |"
    yield f"| … | 422 | {title_of(422, 'zh')} | {title_of(422, 'en')} |"
    yield "\n其余的 code 都是 422；问不出答案的参数是 400，输掉的并发修改是 412。"
    yield "All other codes are 422; a question that nobody can answer is 400, a lost race 412."


if __name__ == "__main__":
    sys.stdout.write(reference())

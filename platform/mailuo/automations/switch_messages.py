"""What the switch and the deliveries say: when they refuse, and why something did not reach somebody."""

from collections.abc import Mapping

from mailuo.base.problems import Language, Message

UNKNOWN_CONNECTOR = Message("not_found", zh="没有连接器“{found}”", en="There is no connector '{found}'")

_MARK = "@"
NOBODY, NO_PERSON, NO_WECOM, NO_EMAIL = "@nobody", "@no_person", "@no_wecom", "@no_email"
NO_CONNECTOR, OFF, STALE = "@no_connector", "@off", "@stale"
_REASONS: Mapping[str, tuple[str, str]] = {
    NOBODY: ("没有人担任这个角色", "nobody holds the role"),
    NO_PERSON: ("没有这个人，或已停用", "there is no such person, or they are disabled"),
    NO_WECOM: ("没有填企业微信账号", "has no WeCom id"),
    NO_EMAIL: ("没有填邮箱", "has no e-mail address"),
    NO_CONNECTOR: ("没有启用能发送它的连接器", "no connector in force delivers it"),
    OFF: ("连接器未开启，缺少 {detail}", "the connector is off; missing: {detail}"),
    STALE: ("等了太久，不再发送", "waited too long and is not sent any more"),
}


def reason(code: str, detail: str = "") -> str:
    """A reason as it is kept in a row: free of language."""
    return f"{code}:{detail}" if detail else code


def said(error: str | None, language: Language) -> str | None:
    """A row's reason in the reader's language; what an outside system answered stays as it was."""
    if error is None or not error.startswith(_MARK):
        return error
    code, _, detail = error.partition(":")
    words = _REASONS.get(code)
    return error if words is None else words[0 if language == "zh" else 1].format(detail=detail)

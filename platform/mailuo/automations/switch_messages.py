"""What the switch and the deliveries say: when they refuse, and why something did not reach somebody."""

from mailuo.base.problems import Message, Problem
from mailuo.connectors.environment import Off

UNKNOWN_CONNECTOR = Message("not_found", zh="没有连接器“{found}”", en="There is no connector '{found}'")
NOBODY = Message("unaddressed", zh="没有人担任这个角色", en="nobody holds the role")
NO_PERSON = Message("unaddressed", zh="没有这个人，或已停用", en="there is no such person, or they are disabled")
NO_WECOM = Message("unaddressed", zh="没有填企业微信账号", en="has no WeCom id")
NO_EMAIL = Message("unaddressed", zh="没有填邮箱", en="has no e-mail address")
NO_CONNECTOR = Message("connector_off", zh="没有启用能发送它的连接器", en="no connector in force delivers it")
OFF = Message("connector_off", zh="连接器未开启，缺少 {missing}", en="the connector is off; missing: {missing}")
MALFORMED = Message(
    "connector_off",
    zh="连接器未开启：{name} 给出的不是地址，应像 {expected}",
    en="the connector is off: {name} gives no address; write one like {expected}",
)
DISABLED = Message("connector_off", zh="连接器已停用", en="the connector is disabled")
STALE = Message("stale", zh="等了太久，不再发送", en="waited too long and is not sent any more")


def why_off(off: Off) -> Problem:
    """Why a connector does nothing."""
    if off.malformed:
        return MALFORMED(name=" ".join(each.name for each in off.malformed), expected=off.malformed[0].expected)
    return DISABLED() if off.disabled else OFF(missing=" ".join(off.missing))

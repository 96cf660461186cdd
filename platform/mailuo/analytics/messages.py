"""What is said when a question about numbers cannot be asked."""

from mailuo.base.problems import Message

UNKNOWN_MEMBER = Message("unknown_name", zh="没有“{found}”这一项", en="There is no member '{found}'")
UNKNOWN_MEMBER_NEAR = Message(
    "unknown_name",
    zh="没有“{found}”这一项。是不是“{near}”？",
    en="There is no member '{found}'. Did you mean '{near}'?",
)
NEEDED = Message("invalid", zh="缺少“{found}”", en="'{found}' is missing")
NOT_A_TEXT = Message("invalid", zh="“{found}”应是文字", en="'{found}' must be a text")
NOT_A_MEASURE = Message(
    "invalid",
    zh="measure 应是 count，或 {{函数: 公式}}；函数有：{known}",
    en="measure must be count, or {{FUNCTION: FORMULA}}; the functions are: {known}",
)
NOT_MEASURED = Message("invalid", zh="{measure} 不能用于{kind_zh}", en="{measure} cannot be taken of {kind_en}")
TOO_MANY_DIMENSIONS = Message("invalid", zh="最多按 {most} 项分组", en="At most {most} dimensions")
NOT_A_DIMENSION = Message(
    "invalid",
    zh="by 的每一项应是字段、节点、公式，或 {{field, grain}}",
    en="Each entry of by must be a field, a node, a formula, or {{field, grain}}",
)
NOT_A_GRAIN = Message(
    "invalid", zh="没有粒度“{found}”；可用：{known}", en="There is no grain '{found}'; there are: {known}"
)
NOT_GROUPABLE = Message("invalid", zh="不能按“{found}”分组", en="'{found}' cannot be grouped by")
NOT_A_MOMENT = Message(
    "invalid",
    zh="as_of 应是时间，例如 2026-01-15T09:30:00+08:00",
    en="as_of must be a time, such as 2026-01-15T09:30:00+08:00",
)
LIMIT = Message(
    "limit",
    zh="limit 应为 1 到 {most} 的整数",
    en="limit must be a whole number from 1 to {most}",
)

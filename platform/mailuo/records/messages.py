"""What the door to data says when it refuses."""

from mailuo.base.problems import Message, Refusal

UNKNOWN_TABLE = Message("not_found", zh="没有表“{found}”", en="There is no table '{found}'")
UNKNOWN_RECORD = Message("not_found", zh="没有记录“{found}”", en="There is no record '{found}'")
UNKNOWN_LINK = Message("not_found", zh="“{found}”不在“{table}”里", en="'{found}' is not in '{table}'")
UNKNOWN_FILE = Message("not_found", zh="没有附件“{found}”", en="There is no file '{found}'")
UNKNOWN_USER = Message("not_found", zh="没有角色“{found}”", en="There is no role '{found}'")
NOT_PERMITTED = Message("not_permitted", zh="您的角色不能这样做", en="Your role may not do this")
FIELD_NOT_PERMITTED = Message("not_permitted", zh="您的角色不能修改“{title}”", en="Your role may not change '{title}'")
UNKNOWN_FIELD = Message("invalid", zh="没有字段“{found}”", en="There is no field '{found}'")
UNKNOWN_FIELD_NEAR = Message(
    "invalid", zh="没有字段“{found}”。是不是“{near}”？", en="There is no field '{found}'. Did you mean '{near}'?"
)
READ_ONLY = Message(
    "read_only", zh="“{title}”不能填写：它由系统给出", en="'{title}' cannot be written: the system gives it"
)
FIXED = Message("read_only", zh="“{title}”填写后不能更改", en="'{title}' is fixed once it has been entered")
MASKED_FIELD = Message(
    "read_only", zh="“{title}”对您只显示一部分，不能修改", en="You see '{title}' masked, so it cannot be changed"
)
REQUIRED = Message("required", zh="请填写“{title}”", en="'{title}' is required")
NOT_UNIQUE = Message(
    "not_unique", zh="“{title}”的值“{found}”已被使用", en="The value '{found}' of '{title}' is already in use"
)
NOT_UNIQUE_UNSEEN = Message(
    "not_unique",
    zh="这条记录与另一条记录在必须唯一的内容上相同",
    en="Another record already bears what only one record may bear",
)
NOT_VALID = Message("invalid", zh="{said}", en="{said}")
CONDITION_FAILS = Message("invalid", zh="“{title}”不符合规则 {formula}", en="'{title}' breaks the rule {formula}")
RULE_FAILS = Message("invalid", zh="“{title}”不符合它的规则", en="'{title}' breaks its rule")
UNSEEN_RULE_FAILS = Message("invalid", zh="这条记录不符合它的规则", en="The record breaks one of its rules")
IN_USE = Message(
    "in_use",
    zh="“{table}”里还有记录用到它（{count} 条），不能删除",
    en="It is still used by {count} {count:record/records} of '{table}'",
)
LOST_RACE = Message(
    "conflict",
    zh="别人刚刚修改了“{titles}”。请看过现在的内容后再改",
    en="Somebody else has just changed '{titles}'. Look at the present values, then change again",
)
NOT_ACCEPTED = Message(
    "invalid", zh="“{name}”是 {type}；这里只接受 {accepted}", en="'{name}' is {type}; only {accepted} is accepted here"
)
FILE_TOO_LARGE = Message("invalid", zh="“{name}”太大：最大 {most} MB", en="'{name}' is too large: at most {most} MB")
TOO_MANY_RECORDS = Message("too_large", zh="一次最多 {most} 条记录", en="At most {most} records at once")
NOT_AN_OBJECT = Message(
    "invalid", zh="每条记录应是一个对象：字段: 值", en="Each record must be an object: field: value"
)
OTHER_BODY = Message(
    "idempotency_mismatch",
    zh="这个 Idempotency-Key 已用于内容不同的请求",
    en="This Idempotency-Key was already used with another body",
)

# --- questions --------------------------------------------------------------------------------------------------

LIMIT = Message(
    "limit",
    zh="limit 应为 1 到 {most} 的整数，不是“{found}”",
    en="limit must be a whole number from 1 to {most}, not '{found}'",
)
UNKNOWN_NAME = Message("unknown_name", zh="没有“{found}”", en="There is no '{found}'")
UNKNOWN_NAME_NEAR = Message(
    "unknown_name", zh="没有“{found}”。是不是“{near}”？", en="There is no '{found}'. Did you mean '{near}'?"
)
NOT_SORTABLE = Message("invalid_sort", zh="不能按“{found}”排序", en="'{found}' cannot be sorted by")
TOO_MANY_SORTS = Message("invalid_sort", zh="最多按 {most} 项排序", en="At most {most} sort keys")
NOT_EXPANDABLE = Message("invalid_expand", zh="“{found}”不是关联字段", en="'{found}' is not a link")
BAD_CURSOR = Message(
    "bad_cursor",
    zh="翻页标记不适用于这个查询（排序、筛选或版本已变）。请从第一页开始",
    en="This cursor belongs to another sort, filter or revision. Start from the first page",
)
TOO_MANY_IDS = Message("too_many_ids", zh="一次最多 {most} 个 ids", en="At most {most} ids at once")


class BadQuestion(Refusal):
    """A list was asked for in a way that nobody can answer: an unknown name, a wrong formula, an old cursor."""


class NoSuchThing(Refusal):
    """The table or record asked for is not there, or not there for this actor."""


class LostRace(Refusal):
    """Somebody else changed one of the sent fields since the version that the caller had seen."""

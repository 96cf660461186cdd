"""Parts that many operations share: parameters and headers, described once."""

from mailuo_web.http.operation import FLAG, MOMENT, Parameter

LIMIT = Parameter("limit", ("最多几条，1 到 500", "At most so many, 1 to 500"), {"type": "integer", "minimum": 1, "maximum": 500})
CURSOR = Parameter("cursor", ("上一页给出的 next", "The `next` of the page before"))
FILTER = Parameter("filter", ("筛选公式，例如 {channel} = 'TM'", "A formula, such as {channel} = 'TM'"))
SORT = Parameter("sort", ("排序，例如 -paid,number", "The order, such as -paid,number"))
FIELDS = Parameter("fields", ("只要这些字段", "Only these fields"))
EXPAND = Parameter("expand", ("展开关联，或 lifeline", "Links to be expanded, or lifeline"))
VIEW = Parameter("view", ("声明中的视图", "A declared view"))
COUNT = Parameter("count", ("是否要总数", "Whether to count them all"), FLAG)
IDS = Parameter("ids", ("这些主键或 id，最多 500 个，按所给的顺序", "These keys or ids, at most 500, in the order given"))
AS_OF = Parameter("as_of", ("当时所知的样子", "As it was known at a moment"), MOMENT)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key", ("同一请求重发时给出第一次的答复，保留 24 小时", "The same request again gets the first answer again, for 24 h"),
    {"type": "string", "minLength": 1, "maxLength": 200}, "header",
)  # fmt: skip
IF_MATCH = Parameter("If-Match", ("您看到的版本，例如 \"7\"", 'The version that you saw, such as "7"'), place="header")
ETAG = {"ETag": ("版本，例如 \"7\"", 'The version, such as "7"')}

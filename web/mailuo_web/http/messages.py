"""What the HTTP layer itself says to people."""

from mailuo.base.problems import Message

NOT_SIGNED_IN = Message("not_signed_in", zh="请先登录，或带上有效的令牌", en="Sign in first, or send a valid token")
CSRF_MISSING = Message(
    "csrf_missing", zh="页面已过期，请刷新后再试；没有改动任何内容", en="The page has expired: reload and try again; nothing was changed"
)
NOT_FOUND = Message("not_found", zh="没有这个地址", en="There is nothing at this address")
METHOD_NOT_ALLOWED = Message("method_not_allowed", zh="这个地址不支持 {method}", en="This address does not take {method}")
BODY_NOT_JSON = Message("body_not_json", zh="正文不是合法的 JSON：{found}", en="The body is not valid JSON: {found}")
BODY_NOT_OBJECT = Message("body_not_object", zh="正文应当是一个 JSON 对象", en="The body should be one JSON object")
BODY_DEEP = Message("body_deep", zh="正文嵌套超过 {limit} 层，或数字过长", en="The body is nested deeper than {limit}, or holds an overlong number")
BODY_KEY_TWICE = Message("body_key_twice", zh="“{key}” 在同一个对象里写了两次", en="'{key}' stands twice in one object")
BODY_TYPE = Message("body_type", zh="请用 {expected} 发送正文", en="Send the body as {expected}")
BODY_CODED = Message("body_type", zh="请直接发送正文，不要用 Content-Encoding: {found}", en="Send the body as it is, without Content-Encoding: {found}")
BODY_KEY_MISSING = Message("required", zh="缺少 “{key}”", en="'{key}' is missing")
BODY_KEY_UNKNOWN = Message("unknown_key", zh="不认识 “{key}”{near}", en="'{key}' is not known here{near}")
BODY_KEY_WRONG = Message("invalid", zh="“{key}” 应当是{expected}", en="'{key}' should be {expected}")
TOO_LARGE = Message("too_large", zh="内容太大：上限是 {limit}", en="Too large: the limit is {limit}")
UNKNOWN_PARAMETER = Message("unknown_parameter", zh="没有参数 “{name}”{near}", en="There is no parameter '{name}'{near}")
BAD_PARAMETER = Message("bad_parameter", zh="参数 {name}={found} 不对：应当是{expected}", en="{name}={found} is wrong: expected {expected}")
FAULT = Message(
    "fault", zh="系统出错了，没有改动任何内容。请把编号 {trace} 告诉管理员", en="Something went wrong and nothing was changed. Tell an admin the number {trace}"
)
AWAY = Message("away", zh="数据库暂时连不上，请稍后再试", en="The store is away for a moment: try again shortly")
FILES_AWAY = Message(
    "files_away", zh="附件暂时无法存取，请稍后再试", en="Files cannot be kept or read for a moment: try again shortly"
)
HOST_WRONG = Message("host_wrong", zh="这个域名不属于本系统", en="This host name does not belong to this system")
BAD_REQUEST = Message("bad_request", zh="这个请求不合规范，没有改动任何内容", en="The request is malformed; nothing was changed")
OUTCOME_UNKNOWN = Message(
    "away",
    zh="数据库在提交时断开了：请先看看是否已经写入，再决定要不要重做",
    en="The store went away while it was writing: look whether it is there before you do it again",
)
NOTHING_THERE = Message("away", zh="还没有发布任何声明", en="Nothing has been published yet")
BAD_HEADER = Message("bad_header", zh="请求头 {name} 不对：应当是{expected}", en="The header {name} is wrong: expected {expected}")
PARAMETER_TWICE = Message("bad_parameter", zh="参数 {name} 写了两次", en="The parameter {name} stands twice")
FILE_MISSING = Message("required", zh="请附上一个文件（字段 file）", en="Attach one file (the part named file)")
BODY_TOO_LARGE = Message("too_large", zh="文件太大：最大 {limit}", en="The file is too large: at most {limit}")
BODY_TOO_MUCH = Message("invalid", zh="“{key}” 不能和 “{other}” 一起发送", en="'{key}' cannot be sent together with '{other}'")
EVENT_ID_WRONG = Message("bad_parameter", zh="“{found}”不是事件的编号", en="'{found}' is not the id of an event")
STREAMS_TAKEN = Message(
    "streams_taken",
    zh="事件流都在用，请稍后再试；页面会改为定时刷新",
    en="Every stream of events is taken. Try again later; pages ask from time to time meanwhile",
)

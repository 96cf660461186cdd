"""What the door of flows says when it refuses."""

from mailuo.base.problems import Message

UNKNOWN_NODE = Message("invalid", zh="没有节点“{found}”", en="There is no node '{found}'")
UNKNOWN_NODE_NEAR = Message(
    "invalid", zh="没有节点“{found}”。是不是“{near}”？", en="There is no node '{found}'. Did you mean '{near}'?"
)
NO_FLOW = Message("invalid", zh="“{title}”没有流程", en="'{title}' has no flow")
WRONG_SOURCE = Message(
    "wrong_source",
    zh="“{title}”不能由“{found}”来报；可以报的是：{allowed}",
    en="'{found}' may not speak of '{title}'; these may: {allowed}",
)
NOT_IN_THAT_NAME = Message(
    "wrong_source",
    zh="您不能以“{found}”的名义报“{title}”：要由它自己来报，或由声明了这个来源的集成令牌来报",
    en="You may not speak of '{title}' in the name of '{found}': it has to speak itself, or an integration token for it",
)
SOURCE_WANTED = Message(
    "wrong_source",
    zh="请在 source 里写明以谁的名义报“{title}”：{allowed}",
    en="Say in source in whose name you speak of '{title}': {allowed}",
)
PREDECESSOR_MISSING = Message(
    "predecessor_missing",
    zh="“{title}”之前还缺：{missing}。先完成它们，再确认这一步",
    en="Before '{title}' these are still missing: {missing}. Complete them first",
)
REQUIRES_MISSING = Message(
    "requires_missing", zh="确认“{title}”之前请先填写：{missing}", en="Before '{title}' is confirmed, fill in: {missing}"
)
EVIDENCE_MISSING = Message(
    "evidence_missing", zh="确认“{title}”要附上：{missing}", en="To confirm '{title}', attach: {missing}"
)
SCAN_MISSING = Message(
    "evidence_missing", zh="还没有扫到：{missing}", en="Not scanned yet: {missing}"
)
SCAN_WRONG = Message("evidence_missing", zh="扫到了不属于这里的：{found}", en="These do not belong here: {found}")
UNKNOWN_EVIDENCE = Message(
    "invalid", zh="“{title}”不收这种凭证：“{found}”", en="'{title}' takes no evidence called '{found}'"
)
BAD_EVIDENCE = Message(
    "invalid", zh="凭证“{kind}”不对：{name} 是 {type}", en="The evidence '{kind}' is wrong: {name} is {type}"
)
BAD_EVIDENCE_VALUE = Message("invalid", zh="凭证“{kind}”的内容不对", en="The evidence '{kind}' is malformed")
EXITED = Message(
    "exited", zh="已于 {at} {title}，不能再确认", en="It left the line at {at} ({title}); nothing more can be confirmed"
)
DISPUTED = Message(
    "disputed", zh="“{title}”有争议，要等裁决", en="'{title}' is disputed; wait for the verdict"
)
NOT_APPLICABLE = Message(
    "invalid", zh="“{title}”不适用于这条记录", en="'{title}' does not apply to this record"
)
NOTE_TOO_LONG = Message(
    "invalid",
    zh="说明太长：最多 {most} 字，现在 {found} 字。请写短些；要附的材料放进凭证或附件",
    en="The note is too long: {found} characters, at most {most}. Shorten it, and attach as a file what is more",
)
FUTURE_TIME = Message(
    "future_time", zh="时间 {at} 在将来：最多可早报 5 分钟", en="The time {at} lies ahead: five minutes at most"
)
BAD_TIME = Message("invalid", zh="时间“{found}”看不懂", en="The time '{found}' cannot be read")
CHOOSE_PART = Message(
    "required", zh="“{title}”要说明是哪一件：{parts}", en="Say which one '{title}' is about: {parts}"
)
UNKNOWN_PART = Message("invalid", zh="这条记录没有“{found}”", en="This record has no part '{found}'")
NO_PARTS = Message("invalid", zh="“{title}”不分件确认", en="'{title}' is not confirmed part by part")
UNKNOWN_CLAIM = Message("not_found", zh="没有这句话：{found}", en="There is no such claim: {found}")
NOT_YOURS = Message(
    "not_permitted", zh="只有报过它的角色或管理员可以撤回", en="Only the role that said it, or an admin, may withdraw it"
)
UNKNOWN_ALERT = Message("not_found", zh="没有这条预警：{found}", en="There is no such alert: {found}")
ALERT_OVER = Message("conflict", zh="这条预警已经结束", en="This alert is over already")
TOO_MANY_CLAIMS = Message("too_large", zh="一次最多 {most} 条", en="At most {most} at once")
UNKNOWN_STATE = Message(
    "unknown_name", zh="“{found}”不是预警状态：open、acknowledged 或 resolved", en="'{found}' is no state: open, acknowledged or resolved"
)
UNKNOWN_DISPUTE = Message("not_found", zh="没有这个争议：{found}", en="There is no such dispute: {found}")
DISPUTE_OVER = Message("conflict", zh="这个争议已经结束", en="This dispute is over already")
NOT_ASKED = Message(
    "not_permitted", zh="举证的应是“{role}”", en="Evidence is given by '{role}'"
)
NOT_REVIEWER = Message("not_permitted", zh="复核的应是“{role}”", en="Evidence is reviewed by '{role}'")
SAME_PERSON = Message(
    "same_person", zh="凭证是您自己给的，要由另一个人复核", en="You gave this evidence yourself; another person has to review it"
)
NOTHING_TO_REVIEW = Message(
    "conflict", zh="还没有可复核的凭证", en="There is no evidence to review yet"
)
NEWER_EVIDENCE = Message(
    "conflict", zh="您看的凭证已有更新的代替，请看过再裁决", en="Newer evidence has come since; look at it before you decide"
)
UNKNOWN_VERDICT = Message("invalid", zh="裁决只能是 accept 或 reject，不是“{found}”", en="A verdict is accept or reject, not '{found}'")
TIME_MISSING = Message("required", zh="要写明凭证上的时间", en="Say what time the evidence proves")
UNKNOWN_DISPUTE_STATE = Message(
    "unknown_name",
    zh="“{found}”不是争议状态：open、evidence、decided 或 withdrawn",
    en="'{found}' is no state: open, evidence, decided or withdrawn",
)
BAD_CURSOR = Message("unknown_name", zh="“{found}”不是上一页给的 next", en="'{found}' is no `next` of a page before")

"""What rules, their runs and their buttons say when something is wrong."""

from mailuo.base.problems import Message

RULE_GONE = Message(
    "unknown_rule",
    zh="没有自动化“{found}”，或它已停用；这次运行先放在一边",
    en="There is no automation '{found}', or it is switched off; this run is put aside",
)
CALL_FAILED = Message("call_failed", zh="外部调用没有成功：{why_zh}", en="The call did not succeed: {why_en}")
DROPPED = Message("dropped", zh="它被丢弃了", en="it was dropped")
FAULT = Message(
    "fault", zh="程序出错，编号 fault {trace}，可在日志里查到", en="the program failed; the log tells more of fault {trace}"
)
DIED = Message("fault", zh="处理它的进程中断了 {count} 次", en="the process that dealt with it died {count} {count:time/times}")
TOO_DEEP = Message(
    "loop",
    zh="自动化绕圈了：一个变动引出的运行已有 {depth} 层（{ways}）。已停在这里，请检查这些规则是否互相触发",
    en="Automations go round in circles: {depth} runs followed from one another ({ways}). Cut here; see whether these rules start each other",
)
AGAIN_AND_AGAIN = Message(
    "loop",
    zh="自动化绕圈了：“{rule}”在同一串变动里已为这条记录运行过 {count} 次。已停在这里，请检查它是否触发自己",
    en="Automations go round in circles: '{rule}' has run {count} {count:time/times} for this record within one chain. Cut here; see whether it starts itself",
)
TOO_MANY = Message(
    "loop",
    zh="一个变动引出的运行超过 {most} 次。已停在这里，请检查规则“{rule}”",
    en="More than {most} runs followed from one change. Cut here; look at the rule '{rule}'",
)
UNKNOWN_RUN = Message("not_found", zh="没有这次运行：{found}", en="There is no run '{found}'")
RECORD_WANTED = Message(
    "required", zh="“{rule}”要在一条记录上试：写上 record", en="'{rule}' is tried on a record: name it in record"
)
UNKNOWN_RULE = Message("not_found", zh="没有自动化“{found}”", en="There is no automation '{found}'")
UNKNOWN_BUTTON = Message("not_found", zh="没有按钮“{found}”", en="There is no button '{found}'")
NOT_FAILED = Message(
    "conflict", zh="只有失败、停下或搁置的运行可以重放；这一次是“{state}”", en="Only a run that failed, stopped or was parked can be replayed; this one is {state}"
)
STEP_REPLACED = Message(
    "conflict",
    zh="这次运行已经做成的一步（{step}），在现在的规则里已经不是那一步了；请按当时的规则（第 {revision} 版）重放",
    en="A step that this run has done ({step}) is another in the rule as it is now, or is not there; replay it as it was then (revision {revision})",
)
NOT_NOW = Message(
    "conflict", zh="“{title}”现在不适用于这条记录", en="'{title}' does not apply to this record as it stands"
)
NOT_YOUR_BUTTON = Message("not_permitted", zh="您的角色不能按“{title}”", en="Your role may not press '{title}'")
UNKNOWN_TODO = Message("not_found", zh="没有这条待办：{found}", en="There is no such to-do: {found}")
TODO_DONE = Message("conflict", zh="这条待办已经完成", en="This to-do is done already")
UNKNOWN_FORM = Message("not_found", zh="没有表单“{found}”，或链接已失效", en="There is no form '{found}', or its link holds no longer")
NOT_IN_FORM = Message("invalid", zh="表单里没有“{found}”", en="The form has no '{found}'")
FORM_ABOUT = Message("invalid", zh="表单“{form}”不是关于“{table}”的", en="The form '{form}' is not about '{table}'")
FORM_DONE = Message("conflict", zh="已经填过了，谢谢", en="It has been filled in already, thank you")
BAD_REVISION = Message("invalid", zh="revision 应为 then 或 now", en="revision must be 'then' or 'now'")

"""What is wrong with automations, arbitrations and connectors, in both languages."""

from mailuo.base.problems import Message

SOURCE_HAS_FILE = Message(
    "declared_twice",
    zh="来源“{found}”已有连接器文件（{first}），请从 sources 里去掉",
    en="the source '{found}' has a connector file ({first}); remove it from sources",
)
CONNECTOR_RESERVED = Message(
    "reserved_name",
    zh="“{found}”是保留的来源名，连接器请换一个编号",
    en="'{found}' is a reserved source; choose another id for the connector",
)
NO_DEED = Message(
    "one_deed",
    zh="这一步没有写做什么：set、create、update、delete、claim、notify、todo、call、for_each、if、count、stop 之一",
    en="this step does nothing: write one of set, create, update, delete, claim, notify, todo, call, for_each, if, count, stop",
)
SEVERAL_DEEDS = Message(
    "one_deed",
    zh="一步只做一件事：“{first}”和“{found}”请分成两步",
    en="a step does one thing: make two steps of '{first}' and '{found}'",
)
CHANGES_NOTHING = Message(
    "missing_key",
    zh="update 要写 set：改什么；只是找一行就写 as：叫它什么",
    en="update needs set: what changes; or as, where a row is only looked for: what it is called",
)
NO_DO = Message("missing_key", zh="“{found}”后面要写 do：做什么", en="'{found}' needs do: what is done")
DO_ALONE = Message("one_deed", zh="“{found}”要和 {fits} 写在一起", en="'{found}' belongs to {fits}")
NAME_TAKEN = Message(
    "name_twice",
    zh="“{found}”已经有别的意思，请换一个名字",
    en="'{found}' means something else already; choose another name",
)
NOT_A_LIST = Message(
    "not_links",
    zh='“{found}”不能逐行处理：写关联多条的字段（例如 "{{lines}}"）、收到的列表，或 {{of: 表, where: 公式}}',
    en="'{found}' cannot be gone through: write a links field (such as \"{{lines}}\"), a list that came in, or {{of: TABLE, where: FORMULA}}",
)
NO_RECORD = Message(
    "no_record",
    zh="这条规则没有触发的记录，“{found}”里要写明 {wanted}",
    en="no record starts this rule: write {wanted} in '{found}'",
)
NO_RECORD_TO_SET = Message(
    "no_record",
    zh="这条规则没有触发的记录，不能用 set；请用 update 并写明 table",
    en="no record starts this rule: write update with a table instead of set",
)
WHOSE_ROW = Message(
    "no_record",
    zh="不知道“{found}”是哪张表的行，请写明 {wanted}",
    en="it is not known of which table '{found}' is a row; write {wanted}",
)
NO_FLOW_TO_SAY = Message(
    "no_flow",
    zh="表“{table}”没有声明流程（flow），没有节点可说",
    en="the table '{table}' declares no flow, so nothing can be claimed",
)
CANNOT_SPEAK = Message(
    "wrong_source",
    zh="这条规则不能以“{found}”的名义说话；可以是：{known}",
    en="this rule cannot speak as '{found}'; choose from {known}",
)
NOT_IN_BY = Message(
    "wrong_source", zh="“{source}”不在节点“{found}”的 by 里", en="'{source}' does not stand in the `by` of '{found}'"
)
TRIGGERS_DIFFER = Message(
    "triggers_differ",
    zh="一条规则的几种触发要说同一张表的记录：这里是“{found}”，前面是“{first}”",
    en="all triggers of a rule are about one table: this is '{found}', the first is '{first}'",
)
NO_FROM = Message(
    "missing_key",
    zh="received 要写从哪个连接器来：from: 连接器",
    en="received needs the connector that it comes from: from: CONNECTOR",
)
NOT_CRON = Message(
    "not_cron",
    zh="“{found}”不是时间表：写 分 时 日 月 星期，例如 0 9 * * *",
    en="'{found}' is no schedule: write minute hour day month weekday, such as 0 9 * * *",
)
WHERE_WITHOUT_OF = Message("missing_key", zh="where 要和 of（哪张表）一起写", en="where needs of: the table")
TWO_WAYS_TO_FIND = Message("one_way", zh="“{found}”和“{first}”只能写一个", en="write either '{first}' or '{found}'")
ONLY_IN_PYTHON = Message(
    "only_one_record",
    zh="找行的条件里不能用 DATETIME 换算外来的值；请先用 {{formula: …}} 算好",
    en="a condition that finds rows cannot read values from outside as times",
)
BUTTON_TWICE = Message(
    "declared_twice",
    zh="表“{table}”上已有按钮“{found}”（{first}）",
    en="the table '{table}' has a button '{found}' already ({first})",
)
NOT_A_PARAMETER = Message(
    "unknown_name",
    zh="调用“{operation}”不用“{found}”；它用：{known}",
    en="the operation '{operation}' does not use '{found}'; it uses {known}",
)
NOT_A_PARAMETER_NEAR = Message(
    "unknown_name",
    zh="调用“{operation}”不用“{found}”。是不是“{near}”？",
    en="the operation '{operation}' does not use '{found}'. Did you mean '{near}'?",
)

# --- arbitrations -----------------------------------------------------------------------------------------------

NODE_ARBITRATED = Message(
    "declared_twice",
    zh="节点“{found}”已有仲裁规则（{first}）",
    en="the node '{found}' has an arbitration already ({first})",
)
GOLDEN_AND_AUXILIARY = Message(
    "golden", zh="“{found}”不能既是为准的来源又是旁证", en="'{found}' cannot be golden and auxiliary at once"
)
TICKET_TIME = Message(
    "missing_key", zh="time 要和 open（开在哪张表）一起写", en="time needs open: the table of the ticket"
)

# --- connectors -------------------------------------------------------------------------------------------------

ENVIRONMENT_HERE = Message(
    "environment",
    zh="${{…}} 只能写在 base_url 和 auth 里",
    en="${{…}} may stand in base_url and auth only",
)
ENVIRONMENT_OURS = Message(
    "environment",
    zh="${{{found}}} 是 Mailuo 自己的设置，连接器不能用",
    en="${{{found}}} is a setting of Mailuo itself; no connector may name it",
)
ENVIRONMENT_NAME = Message(
    "environment",
    zh="“{found}”不是环境变量的写法：${{NAME}} 或 ${{NAME:-默认}}，NAME 用大写字母、数字和下划线",
    en="'{found}' names no variable: write ${{NAME}} or ${{NAME:-default}}, NAME in capitals, digits and _",
)
NOT_A_PATH = Message("path", zh="“{found}”不是路径，例如 {example}", en="'{found}' is no path, such as {example}")
AUTH_ONLY_ID = Message(
    "unknown_name",
    zh="“{found}”只有签名代码能用；公式和模板里只能用 auth.id，请求里可写 {{secret: 名字}}",
    en="'{found}' is for signing code only: formulas and templates may name auth.id alone, a request may say {{secret: NAME}}",
)
DECLARED_PARTS = Message(
    "one_way",
    zh="sign 和 verify 属于 scheme: declared，它也至少要有其中一个",
    en="sign and verify belong to scheme: declared, which needs one of them at least",
)
ONE_SPOT = Message(
    "one_way",
    zh="要写明放在哪里：header、query、field 只写一个",
    en="say where it stands: exactly one of header, query, field",
)
NEXT_ALONE = Message(
    "one_way",
    zh="用 next 翻页时页没有编号：不要再写 {key}",
    en="pages that `next` leads through have no numbers: leave out {key}",
)
NO_SECRET = Message("unknown_name", zh="auth 里没有“{found}”", en="there is no '{found}' in auth")
FINDS_NO_FLOW = Message(
    "no_flow",
    zh="claims 要说的表“{table}”没有声明流程（flow）；用 claim_on 写明经哪个关联字段",
    en="claims are said of '{table}', which declares no flow; name the link that leads to one in claim_on",
)
CLAIMS_WITHOUT_FIND = Message(
    "missing_key", zh="claims 要先写 find：说的是哪条记录", en="claims need find: the record that they are about"
)
TOKEN_NOWHERE = Message(
    "missing_key",
    zh="sign_in 的最后一步要写 token：令牌在回答的哪里",
    en="the last step of sign_in needs token: where the answer holds it",
)

"""What is wrong with what is declared: names, references, formulas, permissions, in both languages."""

from mailuo.base.problems import Message

DECLARED_TWICE = Message(
    "declared_twice",
    zh="{what_zh}“{found}”已在 {first} 声明过",
    en="the {what_en} '{found}' is already declared at {first}",
)
UNKNOWN_NAME = Message("unknown_name", zh="没有{what_zh}“{found}”", en="there is no {what_en} '{found}'")
UNKNOWN_NAME_NEAR = Message(
    "unknown_name",
    zh="没有{what_zh}“{found}”。是不是“{near}”？",
    en="there is no {what_en} '{found}'. Did you mean '{near}'?",
)
UNKNOWN_SPEAKER = Message(
    "unknown_source",
    zh="“{found}”不是来源：应是工作区 sources 里的来源、automation、role:角色、form:表单，或 {{manual: [角色]}}",
    en="'{found}' is not a source: name one of the workspace's sources, automation, role:<role>, form:<form>, or {{manual: [roles]}}",
)
UNKNOWN_SPEAKER_NEAR = Message(
    "unknown_source", zh="“{found}”不是来源。是不是“{near}”？", en="'{found}' is not a source. Did you mean '{near}'?"
)
RESERVED_SOURCE = Message(
    "reserved_name", zh="“{found}”是保留的来源名，请换一个编号", en="'{found}' is a reserved source; choose another id"
)
RESERVED_NAME = Message(
    "reserved_name", zh="“{found}”是系统字段，请换一个编号", en="'{found}' is a system field; choose another id"
)
UNKNOWN_ZONE = Message(
    "unknown_zone", zh="“{found}”不是时区，例如 Asia/Shanghai", en="'{found}' is not a time zone, such as Asia/Shanghai"
)
NAME_TWICE = Message(
    "name_twice",
    zh="“{found}”同时是{first_zh}和{second_zh}的编号：字段、节点和出口共用一套名字",
    en="'{found}' names two things, {first_en} and {second_en}: fields, nodes and exits share one set of names",
)
OPTION_TITLE = Message(
    "option_title",
    zh="选项“{found}”的标题“{title}”是另一个选项的编号，会混淆",
    en="the title '{title}' of the option '{found}' is the id of another option",
)
OPTION_TITLE_TWICE = Message(
    "option_title",
    zh="选项“{found}”的标题“{title}”和另一个选项相同",
    en="the title '{title}' of the option '{found}' belongs to another option too",
)
NOT_A_LINK = Message("not_a_link", zh="“{found}”不是“关联一条”（link）字段", en="'{found}' is not a link field")
NOT_LINKS = Message("not_links", zh="“{found}”不是“关联多条”（links）字段", en="'{found}' is not a links field")
LINKS_BACK = Message(
    "links_back",
    zh="表“{table}”的“{found}”不是指向“{here}”的 link 字段",
    en="'{found}' of the table '{table}' is not a link field to '{here}'",
)
ROLLUP_FIELD = Message(
    "rollup_field", zh="汇总“{fn}”需要 field：要汇总的字段", en="the rollup '{fn}' needs field: what to roll up"
)
ROLLUP_TYPE = Message(
    "rollup_type",
    zh="“{found}”不能用“{fn}”汇总：它不是数字",
    en="'{found}' cannot be rolled up by '{fn}': it is not a number",
)
LIMITS_CROSSED = Message(
    "limits_crossed", zh="min {least} 大于 max {most}", en="min {least} is greater than max {most}"
)
CYCLE = Message("cycle", zh="绕了一圈，永远算不完：{steps}", en="this goes round in a circle: {steps}")
AFTER_CYCLE = Message("cycle", zh="节点的先后绕成了圈：{steps}", en="the nodes follow each other in a circle: {steps}")
BAD_DEFAULT = Message("bad_default", zh="默认值不对：{why_zh}", en="the default does not fit: {why_en}")
BAD_VALUE = Message("bad_value", zh="值不对：{why_zh}", en="the value does not fit: {why_en}")
NOT_MOMENT = Message(
    "bad_value",
    zh="“{found}”不是时间，例如 2026-01-15T09:30；收到的值写 {{event.…}} 或 trace.…",
    en="'{found}' is no moment, such as 2026-01-15T09:30; write {{event.…}} or trace.… for one that came in",
)
OTHER_KIND = Message(
    "bad_value",
    zh="字段“{name}”要{wanted_zh}，“{found}”给出{given_zh}",
    en="the field '{name}' takes {wanted_en}, '{found}' gives {given_en}",
)
MOMENT_FOR_DATE = Message(
    "bad_value",
    zh="字段“{name}”要{wanted_zh}，“{found}”给出{given_zh}；请写 {{formula: DATE(…)}}",
    en="the field '{name}' takes {wanted_en}, '{found}' gives {given_en}; write {{formula: DATE(…)}}",
)
NO_OPTION_FITS = Message(
    "bad_value",
    zh="“{found}”给出的选项（{options}）没有一个填得进字段“{name}”",
    en="no option that '{found}' gives ({options}) fits the field '{name}'",
)
DEFAULT_OF_COMPUTED = Message(
    "bad_default",
    zh="系统算出的字段不能有默认值，也不能必填或唯一",
    en="a computed field has no default and cannot be required or unique",
)
KEY_PATTERN = Message(
    "key_pattern", zh="编号规则“{found}”写得不对：{why_zh}", en="the key pattern '{found}' is wrong: {why_en}"
)
KEY_FIELD_TYPE = Message(
    "key_field",
    zh="“{found}”（{type}）不能作编号字段：要用 text 或 barcode",
    en="'{found}' ({type}) cannot be the key: use text or barcode",
)
KEY_RESTART = Message(
    "key_restart",
    zh="restart 里的“{found}”不在编号规则里；可以写规则里的字段，或 day、month、year（规则里要有日期字段）",
    en="'{found}' in restart is not in the pattern; name its fields, or day, month, year where it holds a date field",
)
KEY_FOR_SEQ = Message(
    "key_restart",
    zh="restart 只对有 {{seq}} 的编号规则有意义",
    en="restart means something only with {{seq}} in the pattern",
)
NOT_PER = Message(
    "not_per",
    zh="per 要写本表的“关联多条”（links）字段，“{found}”不是",
    en="per names a links field of the table; '{found}' is not one",
)
WAIT_WITH_MANY = Message(
    "auto_wait",
    zh="由时钟到达的节点必须有前序节点（after）",
    en="a node reached by the clock needs a node to follow (after)",
)
NOT_SCANNED = Message(
    "not_links",
    zh="扫码核对的 of 要写本表的“关联多条”（links）字段，“{found}”不是",
    en="of names the links field whose rows are scanned; '{found}' is not one",
)
GROUP_BY = Message(
    "group_by",
    zh="看板只能按单选字段、人员、关联或 status 分组，“{found}”不行",
    en="a board is grouped by a choice, a user, a link or status, not by '{found}'",
)
GROUP_CALENDAR = Message(
    "group_by",
    zh="日历视图的 group 要写日期或时间，“{found}”不行",
    en="the group of a calendar view is a date or a moment; '{found}' is not",
)
COMPUTED_FIELD = Message(
    "computed_field",
    zh="“{found}”是系统算出的字段，不能填写",
    en="the field '{found}' is computed and cannot be written",
)
GENERATED_KEY = Message(
    "generated_key",
    zh="编号“{found}”由系统生成，不能填写",
    en="the key '{found}' is generated and cannot be written",
)
NOT_SOUGHT_BY = Message(
    "not_sought_by",
    zh="“{found}”是系统算出的字段，不能用来找记录",
    en="the field '{found}' is computed; no record is found by it",
)
MASK_AND_CHANGE = Message(
    "mask_and_change",
    zh="“{found}”对这个角色打了码，就不能再让它修改",
    en="'{found}' is masked for this role, so it cannot be changed by it",
)
HIDE_AND_CHANGE = Message(
    "hide_and_change",
    zh="“{found}”对这个角色隐藏了，就不能再让它修改",
    en="'{found}' is hidden from this role, so it cannot be changed by it",
)
NO_FLOW = Message(
    "no_flow",
    zh="表“{found}”没有声明流程（flow），不能设预警",
    en="the table '{found}' declares no flow, so it can have no alerts",
)
FORBIDDEN_IN = Message(
    "forbidden_in_formula",
    zh="{where_zh}里不能用“{found}”：{why_zh}",
    en="'{found}' cannot be used in {where_en}: {why_en}",
)
NOTIFY_NOBODY = Message(
    "notify_nobody",
    zh="没有写通知谁：roles、cc、users 或 everyone: true",
    en="nobody is told: write roles, cc, users or everyone: true",
)
WEEKDAYS = Message(
    "weekdays",
    zh="“{found}”不是星期：写 mon、tue、wed、thu、fri、sat、sun，或 mon-sat 这样的一段",
    en="'{found}' is no weekday: write mon, tue, wed, thu, fri, sat, sun, or a stretch like mon-sat",
)
WEEKDAY_TWICE = Message("weekdays", zh="“{found}”里有一天已经写过", en="a day of '{found}' has been given before")
WINDOW = Message(
    "window", zh="“{found}”不是时段，例如 08:00-12:00", en="'{found}' is not a stretch of time, such as 08:00-12:00"
)
WINDOWS_OVERLAP = Message("window", zh="时段“{found}”和前面的重叠", en="the stretch '{found}' overlaps one before it")
SEVERAL_WORKSPACES = Message(
    "declared_twice",
    zh="工作区只能声明一次，已在 {first} 声明过",
    en="the workspace is declared once; it already is at {first}",
)
WAS_STILL_THERE = Message(
    "was",
    zh="was: {found} 还在声明里；改名后旧编号不能再用",
    en="was: {found} is still declared; after renaming the old id must be gone",
)

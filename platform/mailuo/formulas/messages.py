"""What is wrong with a formula, in both languages."""

from mailuo.base.problems import Message


def _syntax(zh: str, en: str) -> Message:
    return Message("formula_syntax", zh=zh, en=en)


def _type(zh: str, en: str) -> Message:
    return Message("formula_type", zh=zh, en=en)


EMPTY = _syntax("公式是空的", "the formula is empty")
TOO_LONG = _syntax("公式太长：最多 {most} 个字", "the formula is too long: at most {most} characters")
TOO_DEEP = _syntax("公式嵌套太深：最多 {most} 层", "the formula is nested too deeply: at most {most} levels")
TOO_MANY_ARGUMENTS = _syntax("“{found}”的参数太多：最多 {most} 个", "'{found}' has too many arguments: at most {most}")
TOO_HEAVY = _syntax(
    "连同它引用的公式字段，这个公式太大了：最多 {most} 步",
    "together with the formula fields it names, this formula is too large: at most {most} steps",
)
UNEXPECTED = _syntax("这里不应有“{found}”", "'{found}' is not expected here")
UNFINISHED = _syntax("公式没有写完", "the formula ends too early")
UNCLOSED_TEXT = _syntax("引号没有收尾：{found}", "the quotation mark is not closed: {found}")
UNCLOSED_NAME = _syntax("花括号没有收尾：{found}", "the brace is not closed: {found}")
WIDE_SIGN = _syntax("“{found}”是全角符号，请写“{plain}”", "'{found}' is a full-width sign; write '{plain}'")
OTHER_SIGN = _syntax("没有“{found}”，请写“{plain}”", "there is no '{found}'; write '{plain}'")
NUMBER_TOO_LONG = _syntax(
    "数字“{found}”太长：小数点前最多 15 位，后最多 10 位",
    "the number '{found}' is too long: at most 15 digits before the point and 10 after",
)
UNKNOWN_NAME = Message("unknown_name", zh="没有“{found}”", en="there is no '{found}'")
UNKNOWN_NAME_NEAR = Message(
    "unknown_name", zh="没有“{found}”。是不是“{near}”？", en="there is no '{found}'. Did you mean '{near}'?"
)
TITLE_OF_SEVERAL = Message(
    "unknown_name",
    zh="“{found}”是好几个字段或节点的标题，请写编号",
    en="'{found}' is the title of more than one field or node; write the id",
)
NAME_IN_BRACES = Message("unknown_name", zh="名字要写在花括号里：{{{found}}}", en="names stand in braces: {{{found}}}")
UNKNOWN_FUNCTION = Message("unknown_function", zh="没有函数“{found}”", en="there is no function '{found}'")
UNKNOWN_FUNCTION_NEAR = Message(
    "unknown_function",
    zh="没有函数“{found}”。是不是“{near}”？",
    en="there is no function '{found}'. Did you mean '{near}'?",
)
ARGUMENTS = _type("{takes}：给了 {found} 个参数", "{takes}: {found} arguments are given")
WANTED = _type("{of}要用{wanted_zh}，这里是{found_zh}", "{of} takes {wanted_en}, this is {found_en}")
NOT_TOGETHER = _type("“{of}”两边不能是{left_zh}和{right_zh}", "'{of}' cannot stand between {left_en} and {right_en}")
NOT_ALIKE = _type(
    "{of}的结果要是同一种：{left_zh}和{right_zh}不同", "the results of {of} must be alike, not {left_en} and {right_en}"
)
RESULT = _type("这里要{wanted_zh}，公式的结果是{found_zh}", "{wanted_en} is needed here, the formula gives {found_en}")
NOT_A_NODE = _type("{of}要写节点：{of}({{节点}})", "{of} takes a node: {of}({{node}})")
LITERAL = _type("{of}的{what_zh}要直接写在引号里", "{what_en} of {of} is written in quotation marks")
NOT_OPTION = _type("“{found}”不是选项；可以写：{options}", "'{found}' is not an option; choose from {options}")
NOT_OPTION_NEAR = _type("“{found}”不是选项。是不是“{near}”？", "'{found}' is not an option. Did you mean '{near}'?")
NOT_DATE = _type("“{found}”不是日期，例如 2026-01-15", "'{found}' is not a date, such as 2026-01-15")
NOT_MOMENT = _type(
    "“{found}”不是时间，例如 2026-01-15T09:30+08:00", "'{found}' is not a moment, such as 2026-01-15T09:30+08:00"
)
NOT_DURATION = _type("“{found}”不是时长，例如 2h30m", "'{found}' is not a duration, such as 2h30m")
NOT_UNIT = _type("“{found}”不是单位；可以写：{units}", "'{found}' is not a unit; choose from {units}")
NOT_UNIT_OF_DATE = _type("日期没有“{found}”；可以写：{units}", "a date has no '{found}'; choose from {units}")
NOT_PATTERN = _type(
    '“{found}”不是格式，例如 "0.00" 或 "yyyy-MM-dd HH:mm"',
    '\'{found}\' is not a pattern, such as "0.00" or "yyyy-MM-dd HH:mm"',
)

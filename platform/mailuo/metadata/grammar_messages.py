"""What is wrong with how a declaration is written, and with its shape (the grammar), in both languages."""

from mailuo.base.problems import Message

# --- how a file is written -----------------------------------------------------------------------------------------

FILE_NAME = Message(
    "file_name",
    zh="声明文件要放在 tables/ 或 automations/ 下，以 .yaml、.yml 或 .json 结尾，名字不能以点开头",
    en="a declaration file stands below tables/ or automations/, ends with .yaml, .yml or .json, and has no name that begins with a dot",
)
TOO_MANY_FILES = Message(
    "too_many_files", zh="文件太多：有 {found} 个，最多 {most} 个", en="too many files: {found}, at most {most}"
)
FILE_TOO_LARGE = Message(
    "file_too_large",
    zh="文件太大：最多 {most} KB，请拆成几个文件",
    en="the file is too large: at most {most} KB; split it",
)
NOT_YAML = Message(
    "not_yaml",
    zh="读不懂这里的写法：检查缩进、冒号后的空格、引号和括号是否成对；含有 : {{ }} [ ] # 的文字请加引号",
    en="this cannot be read: check indentation, the blank after a colon, pairs of quotes and brackets; quote texts with : {{ }} [ ] #",
)
TAB = Message("not_yaml", zh="缩进用了制表符（Tab），请改用空格", en="the line is indented with a tab; use blanks")
NOT_JSON = Message("not_json", zh="读不懂这里的写法：不是合格的 JSON", en="this cannot be read: it is not valid JSON")
BAD_CHARACTER = Message(
    "bad_character", zh="这里有不可见的控制字符，请删掉", en="there is a control character here; remove it"
)
NOT_UTF8 = Message(
    "bad_character",
    zh="这里不是 UTF-8 文字：请把文件另存为 UTF-8 编码",
    en="this is not UTF-8 text: save the file in UTF-8",
)
EMPTY_FILE = Message(
    "empty_file",
    zh="文件是空的：第一行写明种类，例如 table: 编号",
    en="the file is empty: its first line tells the kind, such as table: id",
)
SEVERAL_DOCUMENTS = Message(
    "several_documents",
    zh="一个文件只能写一份声明：“---”之后的内容请移到另一个文件",
    en="a file holds one declaration: move what follows '---' to another file",
)
NOT_A_DECLARATION = Message(
    "not_a_declaration",
    zh="这不是声明：第一行要写明种类，例如 table: 编号",
    en="this is no declaration: its first line tells the kind, such as table: id",
)
TOO_DEEP = Message("too_deep", zh="嵌套太深：最多 {most} 层", en="nested too deeply: at most {most} levels")
TOO_MANY_NODES = Message(
    "too_many_nodes",
    zh="内容太多：一个文件最多 {most} 个值（引用展开后计算）",
    en="too much in one file: at most {most} values, aliases counted in full",
)
TAG = Message(
    "tag",
    zh="不能使用 YAML 标签“{found}”：值照原样写，需要时加引号",
    en="the YAML tag '{found}' is not allowed: write the value as it is, in quotes if need be",
)
UNKNOWN_ANCHOR = Message(
    "unknown_anchor", zh="“*{found}”引用的内容不在前面", en="'*{found}' refers to nothing written before it"
)
KEY_NOT_TEXT = Message(
    "key_not_text",
    zh="键必须是文字，不能是列表或一组内容；以 {{ 或 [ 开头的文字请加引号",
    en="a key must be text, not a list or a map; quote a text that begins with {{ or [",
)
MERGE_KEY = Message(
    "merge_key", zh="不能使用合并键“<<”：请把内容写全", en="the merge key '<<' is not allowed: write the content out"
)
DUPLICATE_KEY = Message(
    "duplicate_key",
    zh="“{found}”写了两次：第 {first} 行和第 {line} 行，只留一个",
    en="'{found}' is written twice, on lines {first} and {line}; keep one",
)
UNKNOWN_KIND = Message(
    "unknown_kind",
    zh="“{found}”不是声明的种类；种类有：{known}",
    en="'{found}' is not a kind of declaration; the kinds are {known}",
)
UNKNOWN_KIND_NEAR = Message(
    "unknown_kind",
    zh="“{found}”不是声明的种类。是不是“{near}”？",
    en="'{found}' is not a kind of declaration. Did you mean '{near}'?",
)

# --- the grammar ---------------------------------------------------------------------------------------------------

UNKNOWN_KEY = Message(
    "unknown_key", zh="这里没有“{found}”这个键；可以写：{known}", en="'{found}' is not a key here; the keys are {known}"
)
UNKNOWN_KEY_NEAR = Message(
    "unknown_key",
    zh="这里没有“{found}”这个键。是不是“{near}”？",
    en="'{found}' is not a key here. Did you mean '{near}'?",
)
MISSING_KEY = Message("missing_key", zh="缺少“{key}”", en="'{key}' is missing")
EMPTY_MAP = Message("nothing_written", zh="这里至少要写一项", en="at least one entry must stand here")
EMPTY_LIST = Message("nothing_written", zh="列表是空的：至少写一项", en="the list is empty: write at least one item")
NOTHING_WRITTEN = Message("nothing_written", zh="这里没有写值", en="no value is written here")
WRONG_KIND = Message(
    "wrong_kind", zh="这里应当是{expected_zh}，不是{found_zh}", en="this must be {expected_en}, not {found_en}"
)
NOT_BOOLEAN = Message("not_boolean", zh="“{found}”应当写成 true 或 false", en="'{found}' must be true or false")
NOT_WHOLE = Message("not_whole", zh="“{found}”不是整数，例如 8", en="'{found}' is not a whole number, such as 8")
NOT_NUMBER = Message("not_number", zh="“{found}”不是数字，例如 12.5", en="'{found}' is not a number, such as 12.5")
OUT_OF_RANGE = Message(
    "out_of_range", zh="{found} 超出范围：{least} 到 {most}", en="{found} is out of range: {least} to {most}"
)
NOT_ONE_OF = Message(
    "not_one_of", zh="不能写“{found}”；可以写：{known}", en="'{found}' cannot stand here; choose from {known}"
)
NOT_ONE_OF_NEAR = Message(
    "not_one_of", zh="不能写“{found}”。是不是“{near}”？", en="'{found}' cannot stand here. Did you mean '{near}'?"
)
NOT_A_FIELD_TYPE = Message(
    "not_a_field_type",
    zh="“{found}”不是字段类型；类型有：{known}",
    en="'{found}' is not a field type; the types are {known}",
)
NOT_A_FIELD_TYPE_NEAR = Message(
    "not_a_field_type",
    zh="“{found}”不是字段类型。是不是“{near}”？",
    en="'{found}' is not a field type. Did you mean '{near}'?",
)
PATTERN = Message(
    "pattern", zh="“{found}”的写法不对，应符合 {pattern}", en="'{found}' is not written as it must be: {pattern}"
)
NOT_AN_ID = Message(
    "not_an_id",
    zh="“{found}”不能作编号：用小写英文字母开头，只含小写字母、数字和下划线，最多 48 个字符；中文名写在 title",
    en="'{found}' cannot be an id: begin with a small letter, then small letters, digits and _, at most 48; what people see goes into title",
)
NOT_AN_OPTION_ID = Message(
    "not_an_id",
    zh="“{found}”不能作选项编号：只含英文字母、数字和下划线，最多 24 个字符；中文名写在标题",
    en="'{found}' cannot be an option's id: letters, digits and _, at most 24; what people see is its title",
)
NOT_A_MEDIA_TYPE = Message(
    "not_a_media_type",
    zh="“{found}”不是文件类型，例如 application/pdf、image/*",
    en="'{found}' is not a media type, such as application/pdf or image/*",
)
NOT_A_SIZE = Message(
    "not_a_size", zh="“{found}”不是文件大小，例如 500KB、20MB", en="'{found}' is not a size, such as 500KB or 20MB"
)
NOT_A_CURRENCY = Message(
    "not_a_currency", zh="“{found}”不是货币代码，例如 CNY、USD", en="'{found}' is not a currency, such as CNY or USD"
)
NOT_DURATION = Message(
    "not_duration",
    zh="“{found}”不是时长，例如 90s、2h30m、7d",
    en="'{found}' is not a duration, such as 90s, 2h30m or 7d",
)
NOTHING_LONG = Message(
    "nothing_long",
    zh="“{found}”不行：要写比零长的时长，例如 90s、2h30m、7d",
    en="'{found}' will not do: write a duration longer than nothing, such as 90s, 2h30m or 7d",
)
NOT_DATE = Message(
    "not_date", zh="“{found}”不是日期，例如 2026-01-15", en="'{found}' is not a date, such as 2026-01-15"
)
NOT_EXPRESSION = Message("not_expression", zh="“{found}”不是正则表达式", en="'{found}' is not a regular expression")
NOTHING_THERE = Message("unknown_name", zh="没有这个位置可改：{where}", en="there is no such place to change: {where}")
NO_DECLARATIONS = Message(
    "invalid",
    zh="{folder} 不是工作区：没有 tables/ 或 automations/ 下的声明文件",
    en="{folder} is no workspace: there are no declaration files below tables/ or automations/",
)

"""What imports and exports say when something is wrong with a file."""

from mailuo.base.problems import Message

NO_SUCH_FILE = Message("no_such_file", zh="没有文件“{found}”", en="There is no file '{found}'")
EMPTY_FILE = Message("invalid_file", zh="文件里没有表头", en="The file has no header")
OLD_EXCEL = Message(
    "invalid_file",
    zh="这是旧版 Excel 文件（.xls）。请在 Excel 里另存为 .xlsx",
    en="This is an old Excel file (.xls). Save it as .xlsx",
)
NOT_A_SHEET = Message(
    "invalid_file", zh="这不是完好的 xlsx 文件：{reason}", en="This is not a sound xlsx file: {reason}"
)
SHEET_TOO_LARGE = Message(
    "too_large",
    zh="这个 xlsx 展开后太大，或损坏。请另存为 CSV 后再导入",
    en="This xlsx is too large once unpacked, or damaged. Save it as CSV and import that",
)
UNKNOWN_ENCODING = Message(
    "invalid_file",
    zh="文件既不是 UTF-8 也不是 GB18030。请用“CSV UTF-8”格式另存",
    en="The file is neither UTF-8 nor GB18030. Save it as 'CSV UTF-8'",
)
BROKEN_CSV = Message(
    "invalid_file",
    zh="从第 {line} 行起读不下去：引号没有成对（{reason}）。什么都没有写入",
    en="The file cannot be read from line {line} on: a quote has no partner ({reason}). Nothing was written",
)
BROKEN_LINE = Message("invalid", zh="这一行不是 JSON 对象", en="This line is not a JSON object")
DOUBLE_MEMBER = Message("invalid", zh="“{found}”在这一行出现了两次", en="'{found}' occurs twice in this line")
TOO_MANY_CELLS = Message(
    "invalid", zh="这一行有 {found} 格，表头只有 {most} 列", en="This row has {found} cells, the header only {most}"
)

UNKNOWN_COLUMN = Message("unknown_column", zh="没有字段对应列“{found}”", en="No field fits the column '{found}'")
UNKNOWN_COLUMN_NEAR = Message(
    "unknown_column",
    zh="没有字段对应列“{found}”。是不是“{near}”？",
    en="No field fits the column '{found}'. Did you mean '{near}'?",
)
DOUBLE_COLUMN = Message(
    "double_column", zh="列“{found}”和“{other}”指的是同一个字段", en="'{found}' and '{other}' name the same field"
)
NO_SUCH_COLUMN = Message("unknown_column", zh="文件里没有列“{found}”", en="The file has no column '{found}'")
NO_SUCH_COLUMN_NEAR = Message(
    "unknown_column",
    zh="文件里没有列“{found}”。是不是“{near}”？",
    en="The file has no column '{found}'. Did you mean '{near}'?",
)
NOT_A_MAP = Message("invalid_map", zh="对照表应写成“列: 字段”", en="The map must read 'column: field'")
NEEDS_KEY = Message(
    "needs_key", zh="更新已有记录需要主键列“{title}”", en="To update what is there, the key column '{title}' is needed"
)
NEEDS_COLUMN = Message("needs_column", zh="缺少列“{found}”", en="The column '{found}' is missing")
SHORTENED = Message(
    "shortened",
    zh="“{found}”是被表格软件缩短过的号码，末尾几位已丢失。请从原系统重新导出",
    en="'{found}' is a number that a spreadsheet has shortened: its last digits are lost. Export it anew from its source",
)
NOT_A_TIME = Message(
    "invalid",
    zh="“{found}”不是时间。请写成 2026-01-15 09:30 或 2026-01-15T09:30:00+08:00",
    en="'{found}' is no time. Write 2026-01-15 09:30 or 2026-01-15T09:30:00+08:00",
)
TAKEN_OVER = Message(
    "conflict",
    zh="另一次导入已接手这个文件",
    en="Another import has taken this file over",
)
NOT_EXPORTED = Message(
    "invalid", zh="没有格式“{found}”；可用：{known}", en="There is no format '{found}'; there are: {known}"
)
TOO_MANY_FOR_SHEET = Message(
    "too_large",
    zh="超过 {most} 行，xlsx 放不下。请导出 CSV",
    en="More than {most} rows do not fit into an xlsx. Export CSV instead",
)
TOO_LONG_FOR_SHEET = Message(
    "too_large",
    zh="有一格超过 {most} 个字，xlsx 放不下。请导出 CSV",
    en="A cell has more than {most} characters, which an xlsx cannot hold. Export CSV instead",
)

"""What is wrong with a value that somebody gave: every sentence of the floor of fields.

The code of all of them is `invalid` (document 04, refusal codes); the sentences differ.
"""

from mailuo.base.problems import Message


def _invalid(zh: str, en: str) -> Message:
    return Message("invalid", zh=zh, en=en)


NOT_TEXT = _invalid("这里要填文字，不是 {found}", "this must be text, not {found}")
TOO_LONG = _invalid("太长：有 {found} 个字，最多 {most} 个", "too long: {found} characters, at most {most}")
CONTROL_CHARACTER = _invalid(
    "第 {position} 个字是不可见的控制字符（{found}），请删掉",
    "character {position} is a control character ({found}); remove it",
)
PATTERN = _invalid("“{found}”不符合格式 {pattern}", "'{found}' does not fit the pattern {pattern}")
NOT_NUMBER = _invalid("“{found}”不是数字，例如 12.5", "'{found}' is not a number, such as 12.5")
NOT_WHOLE = _invalid("“{found}”不是整数，例如 8", "'{found}' is not a whole number, such as 8")
NUMBER_TOO_LARGE = _invalid("数字太大：小数点前最多 15 位", "too large: at most 15 digits before the point")
TOO_MANY_PLACES = _invalid(
    "“{found}”的小数太多：最多 {places} 位（不会自动四舍五入）",
    "'{found}' has too many decimals: at most {places} (nothing is rounded silently)",
)
TOO_SMALL = _invalid("“{found}”太小：最小 {least}", "'{found}' is too small: at least {least}")
TOO_LARGE = _invalid("“{found}”太大：最大 {most}", "'{found}' is too large: at most {most}")
NOT_BOOLEAN = _invalid("“{found}”不是“是”或“否”", "'{found}' is neither true nor false")
NOT_DATE = _invalid("“{found}”不是日期，例如 2026-01-15", "'{found}' is not a date, such as 2026-01-15")
NOT_MOMENT = _invalid(
    "“{found}”不是时间，例如 2026-01-15T09:30（或带时区 2026-01-15T09:30+08:00）",
    "'{found}' is not a date and time, such as 2026-01-15T09:30 (or with an offset, 2026-01-15T09:30+08:00)",
)
NOT_DURATION = _invalid("“{found}”不是时长，例如 2h30m、7d", "'{found}' is not a duration, such as 2h30m or 7d")
NOT_OPTION = _invalid("“{found}”不在选项里；可选：{options}", "'{found}' is not an option; choose from {options}")
NOT_OPTION_NEAR = _invalid(
    "“{found}”不在选项里。是不是“{near}”？", "'{found}' is not an option. Did you mean '{near}'?"
)
NOT_LIST = _invalid("这里要填一个列表，不是 {found}", "this must be a list, not {found}")
TOO_MANY = _invalid("太多：有 {found} 个，最多 {most} 个", "too many: {found}, at most {most}")
NOT_PHONE = _invalid("“{found}”不是电话号码，例如 13800000000", "'{found}' is not a phone number, such as 13800000000")
NOT_EMAIL = _invalid(
    "“{found}”不是邮箱地址，例如 name@example.com", "'{found}' is not an e-mail address, such as name@example.com"
)
NOT_URL = _invalid(
    "“{found}”不是网址，例如 https://example.com", "'{found}' is not a web address, such as https://example.com"
)
NOT_GEO = _invalid(
    '“{found}”不是位置，例如 {{"lat": 30.27, "lng": 120.15}}',
    '\'{found}\' is not a place, such as {{"lat": 30.27, "lng": 120.15}}',
)
NOT_FILE = _invalid("“{found}”不是已上传附件的编号", "'{found}' is not the id of an uploaded file")
NOT_JSON = _invalid("“{found}”不是 JSON", "'{found}' is not JSON")
JSON_TOO_LARGE = _invalid(
    "JSON 太大：最多 {most} 个字符、{depth} 层", "the JSON is too large: at most {most} characters, {depth} levels"
)
COMPUTED = Message("read_only", zh="这个字段由系统算出，不能填写", en="this field is computed and cannot be written")

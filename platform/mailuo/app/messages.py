"""What the composition root and its parts say when they refuse."""

from mailuo.base.problems import Message, Refusal

NOTHING_PUBLISHED = Message(
    "nothing_published",
    zh="这里还没有发布过任何工作区。请先运行 mailuo apply DIR，或 mailuo serve --workspace DIR",
    en="No workspace has been published here yet. Run mailuo apply DIR, or mailuo serve --workspace DIR, first",
)

# --- people -----------------------------------------------------------------------------------------------------

WRONG_CREDENTIALS = Message("wrong_credentials", zh="用户名或密码不对", en="The name or the password is wrong")
TOO_MANY_SIGN_INS = Message(
    "too_many",
    zh="试得太频繁，请在 {seconds} 秒后再试",
    en="Too many tries: try again in {seconds} {seconds:second/seconds}",
)
NAME_TAKEN = Message("not_unique", zh="已有名为“{name}”的人", en="There is already somebody called '{name}'")
BAD_NAME = Message(
    "invalid",
    zh="名字应为 1 到 {most} 个可见字符",
    en="A name has 1 to {most} visible characters",
)
UNKNOWN_ROLE = Message("invalid", zh="没有角色“{found}”", en="There is no role '{found}'")
UNKNOWN_ROLE_NEAR = Message(
    "invalid", zh="没有角色“{found}”。是不是“{near}”？", en="There is no role '{found}'. Did you mean '{near}'?"
)
NO_ROLE = Message("required", zh="至少要有一个角色或来源", en="At least one role or source is needed")
UNKNOWN_SOURCE = Message("invalid", zh="没有来源“{found}”", en="There is no source '{found}'")
UNKNOWN_SOURCE_NEAR = Message(
    "invalid", zh="没有来源“{found}”。是不是“{near}”？", en="There is no source '{found}'. Did you mean '{near}'?"
)
UNKNOWN_PERSON = Message("not_found", zh="没有这个人：{found}", en="There is nobody called '{found}'")
UNKNOWN_CREDENTIAL = Message("not_found", zh="没有这个令牌：{found}", en="There is no token '{found}'")
LAST_ADMIN = Message(
    "conflict",
    zh="这是最后一位管理员，不能停用，也不能去掉管理员角色",
    en="This is the last admin, who can be neither disabled nor lose that role",
)
ONLY_ADMINS = Message(
    "not_permitted", zh="只有管理员能授予、更改或停用管理员", en="Only an admin may grant, change or disable an admin"
)
SHORT_PASSWORD = Message(
    "invalid",
    zh="密码应为 {least} 到 {most} 个字符",
    en="A password has {least} to {most} characters",
)

# --- declarations -----------------------------------------------------------------------------------------------

UNCONFIRMED = Message(
    "required",
    zh="这次发布有 {count} 项影响已有数据，请先查看计划并确认",
    en="This publication puts data at risk in {count} {count:way/ways}: look at the plan and confirm it first",
)
NEEDS_CONNECTORS = Message(
    "not_permitted",
    zh="这个连接器要用到新的变量或地址：要有 may: connectors 的人，或用 mailuo apply 发布",
    en="This connector would use new variables or hosts: it takes somebody with may: connectors, or mailuo apply",
)
ROWS_AT_RISK = Message(
    "rows_at_risk", zh="{sentence}（涉及 {count} 条记录）", en="{sentence} ({count} {count:record is/records are} concerned)"
)

# --- files and jobs ---------------------------------------------------------------------------------------------

UPLOAD_TOO_LARGE = Message("too_large", zh="附件太大：最大 {most} MB", en="The file is too large: at most {most} MB")
UPLOAD_NAME = Message("invalid", zh="附件需要一个名字", en="A file needs a name")
UNKNOWN_JOB = Message("not_found", zh="没有任务“{found}”", en="There is no job '{found}'")
UNKNOWN_KIND = Message("invalid", zh="没有这种任务：{found}", en="There is no such kind of job: {found}")
JOB_FAULT = Message(
    "fault", zh="系统出错了。请把编号 {trace} 告诉管理员", en="Something went wrong. Tell an admin the number {trace}"
)


class TooManySignIns(Refusal):
    """Somebody tried too often; `seconds` tells when the next try is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(TOO_MANY_SIGN_INS(seconds=seconds))
        self.seconds = seconds

"""What the store says when it refuses."""

from mailuo.base.problems import Message

BAD_DATABASE_URL = Message(
    "bad_setting",
    zh="MAILUO_DATABASE_URL 应为 sqlite:///文件 或 postgresql://用户@主机/库",
    en="MAILUO_DATABASE_URL must be sqlite:///FILE or postgresql://USER@HOST/DATABASE",
)
ALREADY_SERVED = Message(
    "already_served",
    zh="{home} 已有一个服务在运行；嵌入式数据库只能由一个服务使用。请先停止它，或改用 PostgreSQL",
    en="{home} is already served; an embedded store takes one server. Stop that one first, or use PostgreSQL",
)
NEWER_STORE = Message(
    "newer_store",
    zh="数据库由更新的版本建立（{found}，本程序为 {known}）。请升级程序",
    en="The database was made by a newer version ({found}; this program knows {known}). Upgrade the program",
)
TOO_SLOW = Message(
    "too_slow",
    zh="查询超过 {seconds} 秒，已停止。请缩小范围后再试",
    en="The query was stopped after {seconds} {seconds:second/seconds}. Narrow it down and try again",
)
OTHER_BASE = Message(
    "conflict",
    zh="发布期间有人发布了另一个版本（您基于 {base}，现行为 {running}）。请重新载入后再发布",
    en="Somebody else published meanwhile (yours is based on {base}, {running} is running). Reload, then publish again",
)
BEING_PUBLISHED = Message(
    "conflict",
    zh="另一个人正在发布。请稍候，重新载入后再发布",
    en="Somebody else is publishing right now. Wait a moment, reload, then publish again",
)
CHANGE_REFUSED = Message(
    "invalid",
    zh="不能把类型从 {old} 改为 {new}：数据可能丢失。请新增一个字段",
    en="The type cannot change from {old} to {new} without risk to its data. Add a new field instead",
)
DUPLICATES = Message(
    "not_unique",
    zh="不能设为唯一：已有重复的值，或多条记录会得到同一个默认值",
    en="This cannot be made unique: some values occur more than once, or would by the default",
)
NOT_TAKEN = Message(
    "conflict",
    zh="数据库没有接受这次发布，已全部撤回，现行版本不变。日志编号 {trace} 说明原因",
    en="The database did not take this publication: all of it was taken back, and the running revision goes on. The log says why under {trace}",
)
NO_REVISION = Message("not_found", zh="没有版本 {number}", en="There is no revision {number}")
BAD_BACKUP = Message(
    "invalid",
    zh="{file} 不是本系统的备份，或已损坏",
    en="{file} is no backup of this system, or is damaged",
)
OTHER_DATABASE = Message(
    "invalid",
    zh="这是 {found} 数据库的备份，请恢复到同类的数据库",
    en="This is the backup of a {found} database; bring it back into one of the same kind",
)
NOT_EMPTY = Message(
    "conflict",
    zh="这里已有数据；请恢复到空的数据目录和数据库",
    en="There is data here already; bring the backup back into an empty home and database",
)
FOLDER_AWAY = Message(
    "files_away",
    zh="附件目录 {folder} 不可用。请检查 MAILUO_FILES_URL",
    en="The folder of files {folder} cannot be used. Look at MAILUO_FILES_URL",
)
BUCKET_AWAY = Message(
    "files_away",
    zh="附件存储 {bucket} 不可用：{why_zh}。请检查 MAILUO_FILES_URL",
    en="The bucket of files {bucket} cannot be used: {why_en}. Look at MAILUO_FILES_URL",
)
BUCKET_FORGETS = Message(
    "files_away",
    zh="附件存储 {bucket} 不可用：刚写入的对象读出来不一样",
    en="The bucket of files {bucket} cannot be used: an object that was just written reads otherwise",
)
S3_SILENT = Message("s3_silent", zh="{endpoint} 没有应答", en="{endpoint} does not answer")
BUCKET_MISSING = Message(
    "s3_bucket_missing", zh="{endpoint} 没有存储桶 {bucket}", en="{endpoint} has no bucket {bucket}"
)
KEYS_REFUSED = Message(
    "s3_keys_refused",
    zh="{endpoint} 不接受这对密钥，或密钥没有读、写、删除 {bucket} 中对象的权限，或本机时钟不准",
    en="{endpoint} refuses the keys, or they lack the right to read, write and delete objects of {bucket}, or this machine's clock is wrong",
)
S3_REFUSED = Message(
    "s3_refused",
    zh="{endpoint} 对 {bucket} 的请求答复 HTTP {status}；请核对地址和区域 {region}",
    en="{endpoint} answers requests about {bucket} with HTTP {status}; compare the address and the region {region}",
)

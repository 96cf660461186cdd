"""What commands say beyond what the floors below say."""

from mailuo.base.problems import Message

FAULT = Message(
    "fault",
    zh="程序出错了，没有做完。日志编号 {trace}，见 {log}",
    en="Something went wrong, and the command did not finish. The log knows it as {trace}: {log}",
)
STORE_AWAY = Message(
    "store_away", zh="数据库没有应答，请稍后再试", en="The database does not answer: try again shortly"
)
CHECKED = Message(
    "checked",
    zh="没有错误：{tables} 张表、{roles} 个角色、{alerts} 条预警、{automations} 条自动化、{connectors} 个连接器、{scenarios} 个情景",
    en="No errors: {tables} tables, {roles} roles, {alerts} alerts, {automations} automations, "
    "{connectors} connectors, {scenarios} scenarios",
)
COUNTED_PROBLEMS = Message("problems", zh="共 {count} 处错误", en="{count} {count:error/errors}")
NOT_EMPTY = Message("conflict", zh="{folder} 里已有声明文件", en="There are declaration files in {folder} already")
OTHER_FILES = Message(
    "conflict",
    zh="{folder} 里有现行版本没有的声明：{names}。请换一个目录，或先移走它们",
    en="{folder} holds declarations that are not running: {names}. Choose another folder, or move them away",
)
MADE = Message(
    "made",
    zh="已建立工作区 {folder}。下一步：mailuo check {folder}",
    en="Made the workspace {folder}. Next: mailuo check {folder}",
)
NO_CHANGE = Message(
    "no_change", zh="没有变化：现行版本是 {revision}", en="Nothing changes: revision {revision} is running"
)
CHANGES = Message(
    "changes",
    zh="相对于版本 {revision}，发布会带来 {count} 项变化：",
    en="Beside revision {revision}, publishing would make {count} {count:change/changes}:",
)
FIRST_CHANGES = Message(
    "changes", zh="第一次发布，共 {count} 项：", en="This would be the first publication, of {count} {count:thing/things}:"
)
RISKS = Message(
    "risks",
    zh="其中 {count} 项影响已有数据，或让连接器多用了变量或地址（标有 ！）。",
    en="{count} of them {count:puts/put} data at risk, or {count:lets/let} a connector reach further out (marked !).",
)
REFUSED = Message(
    "refused", zh="有 {count} 项不能发布（标有 ×）。", en="{count} of them cannot be published (marked ×)."
)
NEEDS_YES = Message(
    "unconfirmed",
    zh="没有发布。看过上面的变化后，用 --yes 确认",
    en="Nothing was published. When you have looked at the changes above, confirm with --yes",
)
ASK_TO_PUBLISH = Message("confirm", zh="发布吗？", en="Publish?")
PUBLISHED = Message("published", zh="已发布版本 {revision}", en="Published revision {revision}")
RECOMPUTED = Message(
    "recomputed", zh="已按新版本重算 {count} 条在途记录", en="Brought {count} {count:record/records} under way up to it"
)
EXPORTED = Message(
    "exported",
    zh="版本 {revision} 的 {count} 个文件已写到 {folder}",
    en="Wrote {count} {count:file/files} of revision {revision} to {folder}",
)
SERVING = Message(
    "serving", zh="脉络 Mailuo 运行在 {url}（Ctrl+C 停止）", en="Mailuo serves at {url} (stop with Ctrl+C)"
)
ADMIN_PASSWORD = Message(
    "admin_password",
    zh="第一次启动：用户 admin 的密码是 {password}（只显示这一次）",
    en="First start: the password of the user admin is {password} (shown this once)",
)
DIFFERS = Message(
    "differs",
    zh="{folder} 与现行版本 {revision} 不同：仍以现行版本服务。要发布它，请运行 mailuo apply {folder}",
    en="{folder} differs from revision {revision}, which goes on serving. To publish it, run mailuo apply {folder}",
)
NEEDS_BASE_URL = Message(
    "bad_setting",
    zh="监听 {host} 会让别的机器访问，因此必须写 MAILUO_BASE_URL（如 https://mailuo.example.com）",
    en="Other machines can reach {host}, so MAILUO_BASE_URL is needed (such as https://mailuo.example.com)",
)
NEEDS_SECRET = Message(
    "bad_setting",
    zh="监听 {host} 会让别的机器访问，因此必须写 MAILUO_SECRET_KEY（至少 {least} 个字符的随机文本）",
    en="Other machines can reach {host}, so MAILUO_SECRET_KEY is needed (random, at least {least} characters)",
)
PORT_TAKEN = Message(
    "port_taken",
    zh="{host}:{port} 不能监听：{why}。请换一个 --port",
    en="{host}:{port} cannot be listened on: {why}. Choose another --port",
)
ONE_PROCESS = Message(
    "invalid",
    zh="SQLite 只能由一个进程服务；多个进程请用 PostgreSQL（MAILUO_DATABASE_URL）",
    en="SQLite takes one serving process; for several use PostgreSQL (MAILUO_DATABASE_URL)",
)
NO_WEB = Message("no_web", zh="没有安装网页部分", en="The web part is not installed")
NO_WORKSPACE = Message(
    "nothing_published",
    zh="还没有工作区。请用 --workspace DIR 指定，或先运行 mailuo new DIR",
    en="There is no workspace yet. Name one with --workspace DIR, or make one with mailuo new DIR",
)
WORKING = Message("working", zh="{what} 已启动（Ctrl+C 停止）", en="The {what} runs (stop with Ctrl+C)")
ERASED = Message("erased", zh="已抹去 {table} {key} 的个人资料", en="Erased the personal data of {table} {key}")
SAVED = Message("saved", zh="已备份到 {file}（{size} 字节）", en="Saved to {file} ({size} bytes)")
RESTORED = Message("restored", zh="已从 {file} 恢复到 {home}", en="Brought {file} back into {home}")
FILE_THERE = Message("conflict", zh="{file} 已存在", en="{file} is there already")
ADDED_PERSON = Message(
    "added", zh="已添加 {name}（{roles}）。一次性密码：", en="Added {name} ({roles}). One-time password:"
)
ADDED_QUIETLY = Message("added", zh="已添加 {name}（{roles}）", en="Added {name} ({roles})")
ADDED_TOKEN = Message("added", zh="已添加令牌 {name}。只显示这一次：", en="Added the token {name}. Shown this once:")
NEW_PASSWORD = Message("changed", zh="{name} 的新密码：", en="The new password of {name}:")
DONE = Message("done", zh="好了：{name}", en="Done: {name}")
EMPTY_PASSWORD = Message("required", zh="标准输入里没有密码", en="There was no password on standard input")
WELL = Message("well", zh="一切正常", en="All is well")
TAKEN_IN = Message(
    "taken_in", zh="{file}：写入 {written} 行，共 {total} 行", en="{file}: wrote {written} of {total} rows"
)
WOULD_TAKE_IN = Message(
    "taken_in",
    zh="{file}：可以写入 {written} 行，共 {total} 行（没有写）",
    en="{file}: would write {written} of {total} rows (nothing was)",
)
SEEN = Message(
    "seen",
    zh="{file} 已在 {at} 由 {by} 导入过，跳过；要再导一次，加 --again",
    en="{file} was taken in at {at} by {by}, and is skipped; to take it in again, add --again",
)
REJECTED = Message(
    "rejected", zh="{count} 行没有写入，原因见 {file}", en="{count} {count:row was/rows were} not written; {file} says why"
)
LEFT_OUT = Message("left_out", zh="没有导入的列：{columns}", en="Columns left out: {columns}")
WRITTEN_OUT = Message("written_out", zh="已写到 {file}", en="Written to {file}")
NO_SAMPLE = Message(
    "no_sample",
    zh="示例没有启动：运行 mailuo simulate 看看为什么",
    en="The sample did not start: run mailuo simulate to see why",
)

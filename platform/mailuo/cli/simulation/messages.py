"""What the simulation says when it cannot play."""

from mailuo.base.problems import Message

NO_STORY = Message(
    "no_story",
    zh="没有找到 {file}：要模拟的话，请写下这个工作区的剧情",
    en="There is no {file}: to simulate this workspace, write its story there",
)
BAD_STORY = Message(
    "bad_story", zh="剧情 {file} 不对：{where} {expected}", en="The story {file} is wrong: {where} {expected}"
)
NOT_TOML = Message(
    "story_not_toml", zh="剧情 {file} 不是合法的 TOML：{found}", en="The story {file} is not valid TOML: {found}"
)
NO_TOKEN = Message(
    "no_token",
    zh="请用 MAILUO_TOKEN 给出一个集成令牌：mailuo token add 名称 --role admin {sources}",
    en="Give an integration token in MAILUO_TOKEN: mailuo token add NAME --role admin {sources}",
)
PLAYING = Message(
    "playing",
    zh="正在对 {url} 模拟：每天 {per_day} 单，{speed} 倍速（Ctrl+C 停止）",
    en="Playing against {url}: {per_day} records a day, {speed} times as fast (stop with Ctrl+C)",
)
PLAYED = Message(
    "played",
    zh="新增 {records} 条，申报 {words} 次，被拒 {refused} 次（最近一次：{last}）",
    en="{records} records, {words} claims, {refused} refused (the last: {last})",
)
SERVER_AWAY = Message(
    "server_away", zh="{url} 没有应答：服务启动了吗？", en="{url} does not answer: is the server running?"
)
SERVER_REFUSED = Message("server_refused", zh="服务拒绝了 {deed}：{detail}", en="The server refused {deed}: {detail}")
PUSHED = Message(
    "pushed",
    zh="推送成功 {taken} 次；伪造的被拒 {refused} 次、被信 {believed} 次；送不到 {lost} 次",
    en="{taken} pushes taken; of forged ones {refused} refused, {believed} believed; {lost} never taken",
)

"""What `mailuo doctor` finds, and what to do about it."""

from mailuo.base.problems import Message

STORE_AWAY = Message(
    "store_away",
    zh="数据库没有应答。请检查 MAILUO_DATABASE_URL 和数据库服务",
    en="The database does not answer. Look at MAILUO_DATABASE_URL and at the database server",
)
CLOCKS_LATE = Message(
    "clocks_late",
    zh="有 {count} 个到期的时钟没有处理，最早的晚了 {seconds} 秒。请启动 mailuo serve 或 mailuo scheduler",
    en="{count} {count:clock is due and waits/clocks are due and wait}, the first for {seconds} {seconds:second/seconds}. Start mailuo serve or mailuo scheduler",
)
OUTBOX_LATE = Message(
    "queue_late",
    zh="有 {count} 个事件等待处理，最早的等了 {seconds} 秒。请启动 mailuo serve 或 mailuo worker",
    en="{count} {count:event waits/events wait}, the first for {seconds} {seconds:second/seconds}. Start mailuo serve or mailuo worker",
)
OUTBOX_PARKED = Message(
    "queue_parked",
    zh="有 {count} 个事件处理失败，已搁置。请在“运行记录”里查看原因并重放",
    en="{count} {count:event/events} failed and {count:is/are} parked. Look at the reasons among the runs, and replay what you mend",
)
JOBS_PARKED = Message(
    "jobs_parked",
    zh="有 {count} 个任务多次中断，已搁置。请重新导入相应的文件",
    en="{count} {count:job was/jobs were} interrupted several times and {count:is parked. Import its file/are parked. Import their files} again",
)
RECOMPUTING = Message(
    "recomputing",
    zh="发布后的重算还在进行：{done} / {total}。若没有进展，请启动 mailuo serve 或 mailuo scheduler",
    en="Records are still being brought up to the last publication: {done} of {total}. If nothing moves, "
    "start mailuo serve or mailuo scheduler",
)
CONNECTOR_OFF = Message(
    "connector_off",
    zh="连接器“{connector}”未开启，缺少环境变量 {missing}",
    en="The connector '{connector}' is off; the environment lacks {missing}",
)
CONNECTOR_ASTRAY = Message(
    "connector_off",
    zh="连接器“{connector}”未开启：环境变量 {name} 给出的不是地址，应像 {expected}",
    en="The connector '{connector}' is off: {name} gives no address; write one like {expected}",
)
BELL_AWAY = Message(
    "bell_away",
    zh="Redis 没有回应：工作照做，只是晚几秒才被发现。请看 Redis 是否在运行、MAILUO_REDIS_URL 对不对",
    en="Redis does not answer: work is done all the same, but found some seconds later. See whether it runs, and to MAILUO_REDIS_URL",
)
DEAD_LETTERS = Message(
    "dead_letters",
    zh="有 {count} 条收到的消息没能处理。请在“连接器”里看原因，改好声明后重放",
    en="{count} {count:event/events} that came in could not be taken in. See why among the connectors, mend the declaration and replay them",
)
DEAD_CALLS = Message(
    "dead_calls",
    zh="有 {count} 次外呼失败，不再重试。请在“连接器”里看原因，必要时重放",
    en="{count} {count:call/calls} out failed and {count:is/are} not tried again. See why among the connectors, and replay them where it is worth it",
)
SWITCHED_OFF = Message(
    "connector_gone",
    zh="连接器“{connector}”已自动关闭：对方说这个地址不再接收（HTTP 410）。核对地址后，在“连接器”页恢复发送",
    en="The connector '{connector}' was switched off: the other side takes nothing at its address any more (HTTP 410). "
    "See to the address, then let it send again among the connectors",
)
UNREACHED = Message(
    "unaddressed",
    zh="有 {count} 条消息没有送到“{who}”：{why_zh}。请在“人员”里补上",
    en="{count} {count:message/messages} did not reach '{who}': {why_en}. Mend it among the people",
)
WAYS_AWAIT = Message(
    "deliveries_wait",
    zh="有 {count} 条 {via} 消息在等：{why_zh}",
    en="{count} {count:message/messages} by {via} {count:waits/wait}: {why_en}",
)

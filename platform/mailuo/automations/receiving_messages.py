"""What is said about events that come in and calls that go out."""

from mailuo.base.problems import Message

NO_EVENT = Message("not_found", zh="连接器“{connector}”没有能接收的事件“{event}”", en="The connector '{connector}' takes in no event '{event}'")
CONNECTOR_OFF = Message("not_found", zh="连接器“{connector}”没有开启", en="The connector '{connector}' is off")
NO_ADDRESS = Message(
    "invalid",
    zh="连接器“{connector}”的地址不能这样写：要 http 或 https、公网上的主机，不带用户名；内网主机由运维写进环境变量或 MAILUO_ALLOW_HOSTS",
    en="The address of the connector '{connector}' cannot be written so: http or https, a host of the open network, no user name; "
    "hosts of the inside are the operator's to name, in a variable or MAILUO_ALLOW_HOSTS",
)
NO_OPERATION = Message("not_found", zh="连接器“{connector}”没有调用“{operation}”", en="The connector '{connector}' has no operation '{operation}'")
NO_ITEM = Message("not_found", zh="没有这一条：{found}", en="There is no such item: {found}")
NOT_AGAIN = Message("conflict", zh="这一条还没有结束，不能重放", en="This one has not ended yet, so it cannot be done again")
NOT_DEAD = Message("conflict", zh="只有死信可以丢弃；这一条是“{state}”", en="Only what is dead can be discarded; this one is {state}")
REASON_MISSING = Message("required", zh="请写明为什么丢弃", en="Say why it is discarded")
AMBIGUOUS = Message("conflict", zh="“{table}”里有几条记录都符合 {sought}", en="Several records of '{table}' fit {sought}")
BAD_VALUE = Message("invalid", zh="字段“{name}”不能这样找：{said_zh}", en="The field '{name}' cannot be sought so: {said_en}")
UNKNOWN_RECORD = Message("not_found", zh="找不到记录：{sought}", en="unknown record: {sought}")
ELEMENT = Message("invalid", zh="第 {number} 条：{said_zh}", en="element {number}: {said_en}")
MORE = Message("invalid", zh="另外还有 {count} 条", en="and {count} more")
NOT_DECLARED = Message("not_found", zh="这项轮询不再声明", en="this poll is declared no longer")
LIMITED = Message("limited", zh="已到调用频率的上限", en="the limit of calls is reached")
UNKNOWN_VALUE = Message("invalid", zh="调用“{operation}”不用“{found}”", en="The operation '{operation}' does not use '{found}'")

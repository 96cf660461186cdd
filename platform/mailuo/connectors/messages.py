"""Why a call came to nothing, and why something that came in is not believed."""

from mailuo.base.problems import Message

# Answers: what the other side said stands in quotation marks.

ANSWERED = Message("answered", zh="{status}", en="{status}")
ANSWERED_WITH = Message("answered", zh="{status}，对方说“{said}”", en="{status}: '{said}'")
SAID = Message("answered", zh="对方说“{said}”", en="'{said}'")
UNSAID = Message("answered", zh="{kind}", en="{kind}")
GONE = Message(
    "gone",
    zh="对方说这个地址不再接收（HTTP 410），连接器已自动关闭",
    en="the other side takes nothing at this address any more (HTTP 410), and the connector was switched off",
)
PARTLY = Message("answered", zh="有人没收到：{said}", en="refused for {said}")
NO_TOKEN = Message("not_signed_in", zh="答复里没有令牌", en="the answer holds no token")
SIGN_IN = Message("not_signed_in", zh="登录（{step}）没有成功：{why_zh}", en="sign-in {step}: {why_en}")
SIGN_IN_BUSY = Message(
    "not_signed_in", zh="另一个进程登录了太久", en="another process has been signing in for too long"
)

# Silence

TIMED_OUT = Message("timeout", zh="{seconds} 秒内没有答复", en="no answer within {seconds} s")
TOO_SLOW = Message("timeout", zh="答复来得太慢", en="the answer took too long")
BROKEN_OFF = Message("no_connection", zh="连接断了，或没有连上", en="the connection broke off, or was not made")
MAIL_BROKEN_OFF = Message(
    "no_connection",
    zh="和邮件服务器的连接断了，或没有连上",
    en="the connection to the mail server broke off, or was not made",
)
UNKNOWN_HOST = Message("no_connection", zh="找不到这个主机名", en="the name of the host is not known")
UNASKED_ENCODING = Message(
    "no_connection", zh="答复用了没有要求的编码", en="the answer is encoded in a way that was not asked for"
)
TOO_LARGE = Message("no_connection", zh="答复超过 {most} MB", en="the answer is larger than {most} MB")

# Where a call may not go

BAD_ADDRESS = Message("unreachable", zh="地址写得不对", en="the address is not valid")
BAD_SCHEME = Message(
    "unreachable",
    zh="地址要以 {schemes} 开头，有主机名，不带密码",
    en="the address must begin with {schemes}, with a host and no password",
)
NO_ADDRESS_OF_HOST = Message("unreachable", zh="这个主机名没有地址", en="the host has no address")
BAD_PORT = Message("unreachable", zh="不能用端口 {port}", en="port {port} is not one that calls may use")
PRIVATE_HOST = Message(
    "unreachable",
    zh="主机在内网；可以由运维写进 MAILUO_ALLOW_HOSTS",
    en="the host lies in a private network; an operator may allow it in MAILUO_ALLOW_HOSTS",
)

# What cannot be sent

SECRET_OUT_OF_PLACE = Message("unfilled", zh="这里不能用密钥 {name}", en="the secret {name} has no place here")
SECRET_NO_NUMBER = Message("unfilled", zh="密钥 {name} 不是数字", en="the secret {name} is not a number")
BAD_HEADER = Message("unfilled", zh="请求头 {name} 不能这样发送", en="the header {name} cannot be sent")
NOT_SIGNED = Message("unfilled", zh="请求无法签名（{found}）", en="the call cannot be signed ({found})")
NO_SLASH = Message("unfilled", zh="路径没有以斜杠开头", en="the path does not begin with a slash")
ONLY_DOTS = Message("unfilled", zh="路径里有一段只是点", en="a part of the path is only dots")
NO_RECEIVER = Message("unfilled", zh="邮件没有收件人", en="the mail has no receiver")
BROKEN_HEADER = Message("unfilled", zh="邮件头里有换行", en="a header of the mail holds a line break")
NOT_A_MAIL_ADDRESS = Message("unfilled", zh="“{found}”不是邮箱地址", en="'{found}' is no address")
NOT_OFFERED = Message("unfilled", zh="邮件服务器不支持需要的功能", en="the server does not offer what is needed")

# What is not believed

NO_SECRET = Message("not_proved", zh="没有能核对签名的密钥", en="the secret that proves it is missing")
NO_KEY = Message("not_proved", zh="{what} 指的密钥这里没有", en="{what} names a key that we do not have")
NOT_THERE = Message("not_proved", zh="缺少 {what}", en="{what} is missing")
NOT_FITTING = Message("not_proved", zh="{what} 对不上", en="{what} does not fit")
NOT_FITTING_SIGNATURE = Message("not_proved", zh="签名对不上", en="the signature does not fit")
NOT_NEAR = Message(
    "not_proved", zh="{what} 的时间没有写，或与现在差得太多", en="the time of {what} is missing or too far away"
)
NOT_DECRYPTED = Message("not_proved", zh="密文解不开", en="it cannot be decrypted")
BAD_PADDING = Message("not_proved", zh="密文的填充不对", en="the padding is broken")
FOR_ANOTHER = Message("not_proved", zh="这是发给别人的", en="it is meant for another receiver")
NO_PROOF = Message("not_proved", zh="没有办法核对发送方", en="nothing proves this sender")
NO_DECLARED_SIGNATURE = Message("not_proved", zh="没有声明收到的消息怎样签名", en="no signature is declared for events")
BRINGS_NOTHING = Message("not_proved", zh="{method} 请求不带消息", en="{method} brings no event")
NOT_READABLE = Message("not_proved", zh="请求读不懂（{found}）", en="the request cannot be read ({found})")

# What is believed, and says nothing

NOT_READ = Message("unreadable", zh="内容读不懂", en="the body cannot be read")
NO_OBJECT = Message("unreadable", zh="{what} 不是 JSON 对象", en="{what} is not a JSON object")
NO_LIST = Message("unreadable", zh="内容不是一列消息", en="the body is not a list of messages")
NEITHER = Message("unreadable", zh="内容既不是 JSON 对象也不是列表", en="the body is neither a JSON object nor a list")
NO_ID = Message("unreadable", zh="内容里没有 id", en="the body has no id")

# What cannot be signed

NOT_RSA = Message("not_signed", zh="密钥不是 RSA 密钥", en="the key is not an RSA key")
UNKNOWN_METHOD = Message("not_signed", zh="不认识 sign_method“{found}”", en="sign_method {found} is not known")
LINE_BREAK = Message("not_signed", zh="先去掉换行再写进邮件头", en="reject or strip CR/LF before building the header")
DECLARED_ALONE = Message(
    "not_signed", zh="自己声明的签名，看声明就够了", en="a declared signature is explained by its declaration"
)
NO_PLACE = Message("not_signed", zh="内容里没有地方放 {name}", en="the body has no place for {name}")

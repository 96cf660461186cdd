"""What the switch and the deliveries say: when they refuse, and why something has not gone out."""

from mailuo.base.problems import Message

UNKNOWN_CONNECTOR = Message("not_found", zh="没有连接器“{found}”", en="There is no connector '{found}'")

"""Operations by name: those that a connector declares, and the one that every mail server offers."""

from mailuo.formulas import Template
from mailuo.metadata.connector import Classes, Connector, Operation, Request

SEND = "send"
_NOTHING = Template("/", ("/",), frozenset())
_MAIL = ("to", "cc", "subject", "title", "text", "url", "id", "level")


def operation_of(connector: Connector, name: str) -> Operation | None:
    """The operation of that name; None where there is none."""
    if name in connector.operations:
        return connector.operations[name]
    if connector.kind == "mail" and name == SEND:
        request = Request("POST", _NOTHING, {}, {})
        return Operation(SEND, "发送邮件", request, Classes(None), None, {}, connector.limits, parameters=_MAIL, signed_in=False)
    return None

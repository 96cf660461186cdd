"""Ways: by which connector messages go out, or why they cannot."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailuo.automations.switch_messages import NO_CONNECTOR, why_off
from mailuo.base.problems import Problem
from mailuo.connectors.environment import Environment, Off
from mailuo.metadata.connector import Connector

MAIL_OPERATION = "send"
"""What a call is named that hands a mail to its server: mail connectors declare no operations."""


@dataclass(frozen=True, slots=True)
class Way:
    """A connector that is on and delivers messages, and its operation for that."""

    connector: str
    operation: str
    most_bytes: int | None = None
    """How long a text may be."""


def way(connectors: Mapping[str, Connector], environment: Environment, via: str) -> Way | Problem:
    """The first connector that delivers by a way and is on; else the reason why none does."""
    why = NO_CONNECTOR()
    for connector in connectors.values():
        delivers = connector.delivers
        if delivers is None or delivers.via != via or not (delivers.operation or connector.kind == "mail"):
            continue
        wired = environment.wired(connector)
        if not isinstance(wired, Off):
            return Way(connector.id, delivers.operation or MAIL_OPERATION, delivers.most_bytes)
        if not wired.disabled:
            why = why_off(wired)
    return why

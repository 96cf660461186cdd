"""Reaching: calls by whatever connectors are in force: the hosts that the operator has named for them count."""

from collections.abc import Callable
from dataclasses import dataclass

from mailuo.connectors.addresses import Target
from mailuo.connectors.client import Answer, Client, Sent


@dataclass(frozen=True)
class Reaching:
    """A caller that asks for its client each time."""

    client: Callable[[], Client]

    def send(self, request: Sent, seconds: float) -> Answer:
        """The answer; raises NoAnswer or Unreachable."""
        return self.client().send(request, seconds)

    def address_of(self, target: Target) -> str:
        """The tested address of a host, for mail."""
        return self.client().address_of(target)

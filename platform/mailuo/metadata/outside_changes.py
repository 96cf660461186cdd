"""What publishing changes towards the outside: connectors, and the names and hosts that are new to one. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from mailuo.metadata.connector import Connector, Setting

_REFERENCE = re.compile(r"\$\{[A-Z][A-Z0-9_]*(?::-([^{}]*))?\}", re.ASCII)
_HOST = re.compile(r"[a-z]+://(?:[^/@]*@)?([^/?#]+)", re.ASCII | re.IGNORECASE)


class Reached(NamedTuple):
    """What a connector could use that it could not use before."""

    names: tuple[str, ...]
    hosts: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether there is anything new."""
        return bool(self.names or self.hosts)

    @property
    def all(self) -> str:
        """Everything, for a sentence."""
        return ", ".join((*(f"${{{name}}}" for name in self.names), *self.hosts))


def newly_reached(old: Connector | None, new: Connector) -> Reached:
    """The variables and hosts of a connector that the old one did not name."""
    known = old.environment if old else frozenset()
    hosts = _hosts(new.base_url) - (_hosts(old.base_url) if old else frozenset())
    return Reached(tuple(sorted(new.environment - known)), tuple(sorted(hosts)))


def _hosts(setting: Setting | None) -> frozenset[str]:
    """The hosts that a setting names itself; what a variable brings is the operator's word."""
    if setting is None:
        return frozenset()
    written = _REFERENCE.sub(lambda match: match[1] or "", setting.text)
    return frozenset(match[1].lower() for match in _HOST.finditer(written))


def own_sources(sources: Mapping[str, str], *connectors: Mapping[str, Connector]) -> Mapping[str, str]:
    """The sources that are no connectors."""
    return {key: title for key, title in sources.items() if not any(key in each for each in connectors)}

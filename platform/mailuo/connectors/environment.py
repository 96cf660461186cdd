"""Environments: what the settings of connectors stand for here, and which connectors are off because something is missing.

An address that the environment gives is the operator's word for its host and port; one written in a file is not.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailuo.connectors.addresses import Unreachable, chosen_address, named_hosts, spelled, target_of
from mailuo.connectors.schemes import signs
from mailuo.metadata.connector import Connector, Setting

_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-([^{}]*))?\}", re.ASCII)
_WHOLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)(?::-[^{}]*)?\}/?", re.ASCII)

_ADDRESS, _MAIL_ADDRESS = "https://host.example.com", "smtp://user:password@host.example.com:587"


@dataclass(frozen=True, slots=True)
class Wired:
    """A connector with what its settings stand for; never shown, never logged."""

    connector: Connector
    base_url: str
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        """The connector alone."""
        return f"Wired({self.connector.id})"

    @property
    def identity(self) -> str:
        """What `{auth.id}` is."""
        return self.secrets.get("id", "")


@dataclass(frozen=True, slots=True)
class Malformed:
    """A name of the environment that gives no address, and what an address looks like."""

    name: str
    expected: str


@dataclass(frozen=True, slots=True)
class Off:
    """Why a connector does nothing: somebody switched it off, or names are missing in the environment, or give no address."""

    disabled: bool = False
    missing: tuple[str, ...] = ()
    malformed: tuple[Malformed, ...] = ()


@dataclass(frozen=True)
class Environment:
    """The environment of this process, as far as connectors may ask."""

    values: Mapping[str, str]
    allowed: str = ""
    """Hosts and ports that calls may reach in a private network, as the operator writes them."""
    played: bool = False
    """Whether the outside is only played, so that no address is gone to."""

    def wired(self, connector: Connector, *, calls: bool = True) -> Wired | Off:
        """The connector ready for use, or why it is off; what only takes in, and never `calls`, needs no right address."""
        if not connector.enabled:
            return Off(disabled=True)
        missing = tuple(dict.fromkeys(name for each in _settings(connector) for name in each.needed if not self._given(name)))
        if missing:
            return Off(missing=missing)
        if calls and not self.played and (malformed := tuple(dict.fromkeys(self._malformed(connector)))):
            return Off(malformed=malformed)
        values = connector.auth.values if connector.auth else {}
        base = self.resolved(connector.base_url).rstrip("/") if connector.base_url else ""
        return Wired(connector, base, {name: self.resolved(each) for name, each in values.items()})

    def resolved(self, setting: Setting) -> str:
        """What a setting stands for; a name that is missing and has no default leaves nothing."""
        return _REFERENCE.sub(lambda match: self._given(match[1]) or match[2] or "", setting.text)

    def named(self, connectors: Iterable[Connector]) -> frozenset[tuple[str, int]]:
        """The hosts and ports that the operator has named: those allowed, and whole addresses that the environment gives."""
        found = set(named_hosts(self.allowed))
        for connector in connectors:
            for setting in _addresses(connector):
                whole = _WHOLE.fullmatch(setting.text)
                given = self._given(whole[1]) if whole else ""
                if given:
                    found |= _target(given)
        return frozenset(found)

    def unreachable(self, connectors: Iterable[Connector]) -> list[Connector]:
        """Those whose address, as the file writes it, no call may reach; names are looked up when a call goes out."""
        named = named_hosts(self.allowed)
        return [each for each in connectors if each.base_url is not None and not _may_be(each.base_url, named)]

    def _malformed(self, connector: Connector) -> Iterable[Malformed]:
        """The names given here of which an address is made that is none."""
        for setting in _addresses(connector):
            names = [match[1] for match in _REFERENCE.finditer(setting.text) if self._given(match[1])]
            mail = setting is not connector.base_url
            address = self.resolved(setting)
            if names and address and not _is_address(address, mail=mail):
                yield from (Malformed(name, _MAIL_ADDRESS if mail else _ADDRESS) for name in names)

    def _given(self, name: str) -> str:
        return "" if name.startswith("MAILUO_") else self.values.get(name, "").strip()


def lacking(connector: Connector) -> tuple[str, ...]:
    """The secrets that the scheme of a connector needs before it can sign, and that its `auth` does not have."""
    auth, signer = connector.auth, signs(connector)
    return tuple(name for name in signer.secrets if auth and name not in auth.values) if signer else ()


def _settings(connector: Connector) -> Iterable[Setting]:
    if connector.base_url is not None:
        yield connector.base_url
    if connector.auth is not None:
        yield from connector.auth.values.values()


def _addresses(connector: Connector) -> Iterable[Setting]:
    """The settings that are addresses: the base, and that of a mail server."""
    if connector.base_url is not None:
        yield connector.base_url
    if connector.kind == "mail" and connector.auth is not None and "url" in connector.auth.values:
        yield connector.auth.values["url"]


def _may_be(setting: Setting, named: frozenset[tuple[str, int]]) -> bool:
    if setting.names:
        return True
    try:
        target = target_of(setting.text)
        if addresses := spelled(target.host):
            chosen_address(target, addresses, named)
    except Unreachable:
        return False
    return True


def _is_address(url: str, *, mail: bool) -> bool:
    try:
        target_of(url, mail=mail)
    except Unreachable:
        return False
    return True


def _target(url: str) -> set[tuple[str, int]]:
    try:
        return {target_of(url, mail=url.startswith("smtp")).named}
    except Unreachable:
        return set()

"""Addresses: which hosts on the network a call may reach. Pure.

A host that the operator named may be anywhere; any other must be a public address, however it is written or wrapped.
"""

import socket
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from mailuo.base.reasons import Failure
from mailuo.connectors.messages import BAD_ADDRESS, BAD_PORT, BAD_SCHEME, NO_ADDRESS_OF_HOST, PRIVATE_HOST

_SCHEMES = {"http": 80, "https": 443}
_MAIL_SCHEMES = {"smtp": 587, "smtps": 465}
_PORTS = frozenset({80, 443, 8080, 8443, *_MAIL_SCHEMES.values()})
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_WRAPPED_V4_BITS = 32
_OWN = "localhost"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes."""

    scheme: str
    host: str
    port: int

    @property
    def named(self) -> tuple[str, int]:
        """What the operator names it by."""
        return self.host, self.port


class Unreachable(Failure):
    """A call may not go there; the text says why, without an address of the inside."""


def target_of(url: str, *, mail: bool = False) -> Target:
    """The target of an address; raises Unreachable for another scheme, a missing host, or a name with a password.

    The address of a mail server may hold a name and a password.
    """
    schemes = _MAIL_SCHEMES if mail else _SCHEMES
    try:
        parts = urlsplit(url)
        port = parts.port or schemes.get(parts.scheme, 0)
    except ValueError:
        raise Unreachable(BAD_ADDRESS()) from None
    if parts.scheme not in schemes or not parts.hostname or (parts.username is not None and not mail):
        raise Unreachable(BAD_SCHEME(schemes=" / ".join(schemes)))
    return Target(parts.scheme, parts.hostname.lower().rstrip("."), port)


def spelled(host: str) -> list[str]:
    """The addresses that a host says itself, however they are written; none for a name, which is not looked up here."""
    plain = unicodedata.normalize("NFKC", host).replace("。", ".").lower()
    if plain == _OWN or plain.endswith(f".{_OWN}"):
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(plain, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(info[4][0]) for info in found]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address lies in the open network, also what an IPv6 address wraps."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and any(address in network for network in _NAT64):
            inner = IPv4Address(int(address) & (1 << _WRAPPED_V4_BITS) - 1)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def chosen_address(target: Target, resolved: Iterable[str], named: frozenset[tuple[str, int]]) -> str:
    """The address to connect to; every one that the name stands for has to be allowed. Raises Unreachable."""
    addresses = [ip_address(each.partition("%")[0]) for each in resolved]
    if not addresses:
        raise Unreachable(NO_ADDRESS_OF_HOST())
    if target.named in named:
        return str(addresses[0])
    if target.port not in _PORTS:
        raise Unreachable(BAD_PORT(port=target.port))
    if not all(map(is_public, addresses)):
        raise Unreachable(PRIVATE_HOST())
    return str(addresses[0])


def named_hosts(text: str) -> frozenset[tuple[str, int]]:
    """The hosts of `host:port, host` as an operator writes them; without a port both usual ones."""
    found: set[tuple[str, int]] = set()
    for word in text.replace(",", " ").split():
        parts = urlsplit(f"//{word}")
        if parts.hostname:
            ports = (parts.port,) if parts.port else (80, 443)
            found |= {(parts.hostname.lower().rstrip("."), port) for port in ports}
    return frozenset(found)

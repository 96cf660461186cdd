"""Hosts: only names from the configuration are answered to, so that no other name can be made to point here."""

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, request

from mailuo.base.problems import Refusal
from mailuo.base.settings import is_loopback
from mailuo_web.http.messages import HOST_WRONG

_OPEN = frozenset({"/healthz", "/readyz"})
"""Where a balancer knocks by address."""


def install(app: Flask, base_url: str | None) -> None:
    """Refuses requests for host names that are neither this machine's loopback nor the public address."""
    public = urlsplit(base_url).hostname if base_url else None

    def check() -> None:
        name = host_name(request.host)
        if name != public and not _is_loopback(name) and request.path not in _OPEN:
            raise Refusal(HOST_WRONG())

    app.before_request(check)


_is_loopback = lru_cache(maxsize=64)(is_loopback)


def host_name(host: str) -> str:
    """The name in a Host header: without port, without the brackets of IPv6, in small letters."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].rstrip(".").lower()

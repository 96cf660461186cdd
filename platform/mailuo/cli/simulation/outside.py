"""The outside: all vendors together, each in its booth, and what a server has to know of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from mailuo.base.clock import Clock
from mailuo.cli.simulation.booth import Booth
from mailuo.cli.simulation.faults import Faults
from mailuo.cli.simulation.vendors import VENDORS, Vendor
from mailuo.cli.simulation.vendors.mail import MailServer

_LOOPBACK = {"127.0.0.1", "localhost"}


class Outside:
    """Booths by the names of their vendors, and a mail server."""

    def __init__(self, booths: Mapping[str, Booth], mail: MailServer) -> None:
        self._booths = booths
        self._mail = mail

    def booth(self, vendor: str) -> Booth | None:
        """The booth of a vendor, if it is there."""
        return self._booths.get(vendor)

    @property
    def environment(self) -> dict[str, str]:
        """What a server has to know, by the names of the environment."""
        found = {name: value for booth in self._booths.values() for name, value in booth.environment.items()}
        return {**found, MailServer.address: self._mail.url}

    @property
    def taken(self) -> dict[str, list[Mapping[str, Any]]]:
        """What each vendor did for us, in order."""
        return {name: booth.taken for name, booth in self._booths.items()} | {"mail": list(self._mail.taken)}


@contextmanager
def outside(given: Mapping[str, str], clock: Clock, faults: Faults, *, every: bool) -> Iterator[Outside]:
    """Vendors, listening until the end of the block: where the environment puts them on loopback, else anywhere.

    Those whose secrets the environment holds; or every one, with secrets made up where they are missing.
    """
    vendors = [vendor for make in VENDORS if _plays(vendor := make(given), given) or every]
    booths = {each.name: Booth(each, _port(given.get(each.address)), clock, faults) for each in vendors}
    mail = MailServer(_port(given.get(MailServer.address)))
    for booth in booths.values():
        booth.start()
    Thread(target=mail.serve_forever, daemon=True, name="booth mail").start()
    try:
        yield Outside(booths, mail)
    finally:
        for server in (*booths.values(), mail):
            server.shutdown()
            server.server_close()


def _plays(vendor: Vendor, given: Mapping[str, str]) -> bool:
    """Whether the environment holds all that a vendor needs to be believed, and nothing that only the real one knows."""
    return all(given.get(name) == value for name, value in vendor.environment.items())


def _port(url: str | None) -> int:
    """The port that an address on loopback names; none otherwise."""
    parts = urlsplit(url or "")
    return parts.port or 0 if parts.hostname in _LOOPBACK else 0

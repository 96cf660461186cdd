"""What a scheme has to offer, and the shapes of what goes out and comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from mailuo.base.problems import Problem
from mailuo.base.reasons import Failure

Secrets = Mapping[str, str]
"""The values of a connector's `auth`, by the names that the scheme lists."""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request before it is sent; pairs keep their order and are not encoded yet."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    form: tuple[tuple[str, str], ...] | None = None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a signature may need besides the request: the time, a number used once, a token of a sign-in."""

    now: datetime
    nonce: str
    token: str = ""
    call: str = ""
    """What stays the same when a call is made again."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A request as it arrived: raw bytes; names of headers in lower case; query and form decoded exactly once."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verified:
    """An event whose sender is proved: its body as declarations see it, and each sender's own names for it."""

    bodies: tuple[Any, ...]
    keys: tuple[str, ...]
    answer: str | None = None
    """What has to be answered instead of the declared answer: an echo, for one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that is not to be believed, and why; the reason is kept for us, never told to the sender."""

    reason: Problem


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An event whose sender is proved, and whose body says nothing, and why; it is kept all the same."""

    reason: Problem


Seen = Verified | Unreadable | Refused
"""What an event turns out to be."""


class Signer(Protocol):
    """One vendor's way of signing."""

    @property
    def name(self) -> str:
        """The word in `auth.scheme`."""
        ...

    @property
    def also(self) -> tuple[str, ...]:
        """Other names by which the vendor is known."""
        ...

    @property
    def secrets(self) -> tuple[str, ...]:
        """What has to be in `auth` before a call can be signed."""
        ...

    @property
    def verifies(self) -> bool:
        """Whether events of this scheme can come in."""
        ...

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its signature."""
        ...

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The event, if its sender is proved."""
        ...

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """What an event says whose sender was proved before; refused where it cannot be decrypted."""
        ...

    def failure(self, reason: str) -> tuple[int, str, str]:
        """The status, type and text of the sender's own failure form."""
        ...

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """What the scheme makes of these, by the names of the vendor's documents; raises Unsigned when it refuses."""
        ...


class Unsigned(Failure):
    """What was given cannot be signed, or is not to be believed."""

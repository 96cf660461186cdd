"""Values to be filled in: what actions set, what calls send, what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mailuo.formulas import Formula, Template

Path = tuple[str, ...]
"""Steps into a body: names, and numbers as text for elements of lists."""


@dataclass(frozen=True, slots=True)
class Add:
    """`{add: value}`: put to the tags that a field holds already."""

    value: "Given"


TOKEN = "token"  # noqa: S105 - a name, not a password
"""The secret that signing in got, where `auth` has none of that name."""


@dataclass(frozen=True, slots=True)
class Secret:
    """`{secret: NAME}`: a value of `auth`, or what an earlier step of signing in kept; signing code alone puts it there.

    With `digest` it is the key of a digest of another secret: `{secret: app_secret, digest: hmac_sha256, over: app_key}`.
    `token` is what signing in got, and a `prefix` stands before it: `{secret: token, prefix: "Bearer "}`.
    """

    name: str
    number: bool = False
    """Whether it is written as a number in JSON."""
    digest: str | None = None
    form: str | None = None
    """How the digest is written, or the value itself where there is none: `base64`."""
    over: str | None = None
    prefix: str = ""


Given = Template | Formula | Secret | Add | tuple["Given", ...] | Mapping[str, "Given"] | Decimal | bool | None
"""A value to be filled in: a template, a formula, a literal, or lists and maps of these.

A template that is nothing but one gap stands for the value itself, whatever its kind; every other gives a text.
"""

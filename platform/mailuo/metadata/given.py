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


@dataclass(frozen=True, slots=True)
class Secret:
    """`{secret: NAME}`: a value of `auth`, or what an earlier step of signing in kept; signing code alone puts it there.

    With `digest` it is the key of a digest of another secret: `{secret: app_secret, digest: hmac_sha256, over: app_key}`.
    """

    name: str
    number: bool = False
    """Whether it is written as a number in JSON."""
    digest: str | None = None
    form: str = "hex"
    over: str | None = None


Given = Template | Formula | Secret | Add | tuple["Given", ...] | Mapping[str, "Given"] | Decimal | bool | None
"""A value to be filled in: a template, a formula, a literal, or lists and maps of these.

A template that is nothing but one gap stands for the value itself, whatever its kind; every other gives a text.
"""

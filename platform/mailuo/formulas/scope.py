"""Scopes: what the names in a formula mean. The floors above say so for tables, events and whatever else has names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from mailuo.formulas.formula import Formula
from mailuo.formulas.types import Type

Path = tuple[str, ...]
Role = Literal["field", "computed", "system", "node", "exit"]


@dataclass(frozen=True, slots=True)
class Name:
    """What a path of ids or titles names: its path in ids, its type, and the formula of a formula field."""

    path: Path
    type: Type
    role: Role = "field"
    formula: Formula | None = None


class Scope(Protocol):
    """What a formula may name."""

    def resolve(self, path: Path) -> Name | None:
        """What a path of ids or titles names, or None."""

    def known(self, prefix: Path = ()) -> Sequence[str]:
        """The ids and titles that may follow a path of links."""

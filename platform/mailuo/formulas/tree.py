"""The typed tree of a formula: constants, what is read, and calls of functions and operators."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailuo.formulas.types import Type

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that stands in the formula; `raw` says that a text is as written and may still become a date or choice."""

    value: object
    type: Type
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """The value that a path of ids names; a last step `#state`, `#source` or `#due` asks about a node."""

    path: Path
    type: Type


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator with its arguments."""

    name: str
    args: "tuple[Node, ...]"
    type: Type


Node = Constant | Read | Call


def nodes(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    if isinstance(node, Call):
        for arg in node.args:
            yield from nodes(arg)

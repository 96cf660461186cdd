"""Code: fragments of SQL with gaps for columns and values, joined flat, so that no depth of a formula nests in the compiler.

The fragments are constants of this package; whatever comes from outside is a leaf: a column or a bound value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

_GAP = "\0"
_ROW = re.compile(r"\bv(\d+)\.c")


@dataclass(frozen=True, slots=True)
class Code:
    """A fragment; `simple` ones may be written twice, because they cost nothing."""

    text: str
    leaves: tuple[ColumnElement[Any], ...] = ()
    simple: bool = False

    def element(self, type_: TypeEngine[Any]) -> ColumnElement[Any]:
        """The fragment as an expression of SQLAlchemy."""
        return Fragment(self.text, type_, *self.leaves)


def leaf(element: ColumnElement[Any], simple: bool = True) -> Code:
    """A column, a bound value, or another expression."""
    return Code(_GAP, (element,), simple)


def code(*parts: str | Code) -> Code:
    """The parts one after the other."""
    text = "".join(part if isinstance(part, str) else part.text for part in parts)
    leaves = tuple(each for part in parts if isinstance(part, Code) for each in part.leaves)
    return Code(text, leaves)


def listed(codes: "list[Code] | tuple[Code, ...]", between: str = ", ") -> Code:
    """The codes with a separator between them."""
    parts: list[str | Code] = []
    for each in codes:
        parts += [between, each] if parts else [each]
    return code(*parts)


def let(body: Callable[..., Code], *codes: Code) -> Code:
    """The body over codes that it may use more than once: each is computed once, in a row of its own."""
    if all(each.simple for each in codes):
        return body(*codes)
    row = 1 + max((int(found) for each in codes for found in _ROW.findall(each.text)), default=0)
    names = [f"c{place}" for place in range(len(codes))]
    inner = body(*(Code(f"v{row}.{name}", (), simple=True) for name in names))
    given = listed([code(each, f" AS {name}") for each, name in zip(codes, names, strict=True)])
    return code("(SELECT ", inner, " FROM (SELECT ", given, f" OFFSET 0) AS v{row})")


class Fragment(FunctionElement[Any]):
    """A fragment in a statement."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012
        *FunctionElement._traverse_internals,
        ("text", InternalTraversal.dp_string),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, text: str, type_: TypeEngine[Any], *leaves: ColumnElement[Any]) -> None:
        super().__init__(*leaves)
        self.text = text
        self.type = type_

    def self_group(self, against: Any = None) -> "Fragment":
        """Itself: it is written in brackets, and a condition needs no `= 1`, which would keep indexes away."""
        return self

    @property
    def name(self) -> str:
        """A name for the column of a result."""
        return "formula"


@compiles(Fragment)
def _compiled(element: Fragment, compiler: Any, **options: Any) -> str:
    options.pop("within_columns_clause", None)
    pieces = element.text.split(_GAP)
    written = [pieces[0]]
    for each, piece in zip(element.clauses, pieces[1:], strict=True):
        written += [compiler.process(each, **options), piece]
    return "(" + "".join(written) + ")"

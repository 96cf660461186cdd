"""Amounts: what kind of money a formula comes to, told by its tree; in a formula itself money is a number like others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from mailuo.formulas.tree import Call, Constant, Node, Path, Read

M = TypeVar("M")

_OF_ITS_FIRST = frozenset({"ABS", "ROUND", "negative", "positive"})
_OF_ALL = frozenset({"+", "-", "MIN", "MAX", "COALESCE"})


def amount_of(node: Node, money: Callable[[Path], M | None]) -> M | None:
    """The kind of money that the value is, where `money` tells the kind that a path leads to; None for anything else.

    Money plus money is money, and times or by a number too; money by money is a mere number, and so is what comes of
    two kinds.
    """
    match node:
        case Read(path=path):
            return money(path)
        case Call(name=name, args=(first, *_)) if name in _OF_ITS_FIRST:
            return amount_of(first, money)
        case Call(name=name, args=args) if name in _OF_ALL:
            return _agreed(args, money)
        case Call(name="IF", args=(_, *values)):
            return _agreed(values, money)
        case Call(name="*", args=(left, right)):
            kinds = [kind for kind in (amount_of(left, money), amount_of(right, money)) if kind is not None]
            return kinds[0] if len(kinds) == 1 else None
        case Call(name="/", args=(left, right)):
            return amount_of(left, money) if amount_of(right, money) is None else None
    return None


def _agreed(args: Iterable[Node], money: Callable[[Path], M | None]) -> M | None:
    """The kind of which all are; a constant is of any."""
    kinds = [amount_of(arg, money) for arg in args if not isinstance(arg, Constant)]
    return kinds[0] if kinds and all(kind == kinds[0] for kind in kinds) else None

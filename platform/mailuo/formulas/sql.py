"""SQL: the typed tree over the columns of a statement, for either store.

Comparisons, AND, OR, NOT, IN and ISBLANK are written so that an index on a bare column serves them: `x = 5 AND x IS NOT
NULL` is never blank, and `x = 5` is still there for the planner. All else is the functions' own code on PostgreSQL, and
Python's on SQLite.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Integer, Text, literal
from sqlalchemy.types import TypeEngine

from mailuo.formulas import sqlite
from mailuo.formulas.code import Code, code, leaf, listed
from mailuo.formulas.columns import NumberColumn, ScaledColumn
from mailuo.formulas.evaluate import runner
from mailuo.formulas.formula import Context, Formula, Path
from mailuo.formulas.functions import function_of
from mailuo.formulas.functions.comparing import SIGNS
from mailuo.formulas.functions.spans import FIRST_YEAR, LAST_YEAR
from mailuo.formulas.postgres import Builder, column_of, me_of, now_of
from mailuo.formulas.totals import aggregate
from mailuo.formulas.tree import Call, Constant, Node, Read, nodes
from mailuo.formulas.types import TEXTS, Kind, Type

__all__ = ["aggregate", "register_functions", "to_sql"]

Columns = Callable[[Path], ColumnElement[Any]]
_ORDERED = ("<", "<=", ">", ">=")
_CONDITIONS = {*SIGNS, "IN", "AND", "OR", "NOT", "ISBLANK"}
_JOINS = {"AND": " AND ", "OR": " OR "}


def to_sql(formula: Formula, column: Columns, dialect: str, context: Context) -> ColumnElement[Any]:
    """The expression that gives the formula's value, over the columns that paths of ids name."""
    tree = formula.tree
    if isinstance(tree, Read):
        return column(tree.path)
    if dialect == "postgresql":
        found = _Postgres(column, context).built(tree)
        text = code(found, ' COLLATE "C"') if formula.type.kind in TEXTS else found
        return text.element(column_of(formula.type))
    return _Sqlite(column, context).built(tree).element(column_of(formula.type))


def register_functions(connection: sqlite3.Connection) -> None:
    """Gives a connection of SQLite what formulas call."""
    sqlite.register(connection)


@dataclass
class _Dialect:
    """What both stores write alike: conditions over bare columns."""

    column: Columns
    context: Context
    false = "false"

    def built(self, node: Node) -> Code:
        """The code of a node."""
        found = self.condition(node) if isinstance(node, Call) else None
        return self.plain(node) if found is None else found

    def plain(self, node: Node) -> Code:
        """The code of a node that is no condition over bare columns."""
        raise NotImplementedError

    def side(self, node: Node, other: Node) -> Code | None:
        """The code of one side of a comparison where the store can compare it itself; else None."""
        raise NotImplementedError

    def condition(self, call: Call) -> Code | None:
        """The code of a condition; None if it is none that the store should judge itself."""
        if call.name in _JOINS:
            return code("(", listed([self.truth(arg) for arg in call.args], _JOINS[call.name]), ")")
        if call.name == "NOT":
            return code("(NOT ", self.truth(call.args[0]), ")")
        if call.name == "ISBLANK":
            return code("((", self.built(call.args[0]), ") IS NULL)")
        if call.name in SIGNS:
            return self._compared(call)
        return self._among(call) if call.name == "IN" else None

    def truth(self, node: Node) -> Code:
        """A condition that is true or false, never blank."""
        if isinstance(node, Call) and function_of(node.name).certain:
            return self.built(node)
        return code("coalesce(", self.built(node), f", {self.false})")

    def _compared(self, call: Call) -> Code | None:
        left, right = (self.side(one, other) for one, other in (call.args, call.args[::-1]))
        if left is None or right is None:
            return None
        left = self.collated(call, left)
        sides = [side for side, node in zip((left, right), call.args, strict=True) if not _is_there(node)]
        return self._there(code(left, f" {call.name} ", right), sides)

    def collated(self, call: Call, side: Code) -> Code:
        """The left side of a comparison, compared by code point."""
        return side

    def _among(self, call: Call) -> Code | None:
        value, *others = (self.side(node, call.args[0]) for node in call.args)
        known = [each for each in others if each is not None]
        if value is None or len(known) < len(others):
            return None
        if not all(_is_there(node) for node in call.args[1:]):
            return code("coalesce(", value, " IN (", listed(known), f"), {self.false})")
        return self._there(code(value, " IN (", listed(known), ")"), [value])

    def _there(self, condition: Code, sides: Sequence[Code]) -> Code:
        """The condition, false where a side is blank; what costs something is computed only once."""
        if all(side.simple for side in sides):
            there = [code(side, " IS NOT NULL") for side in sides]
            return code("(", listed([condition, *there], " AND "), ")")
        return code("coalesce(", condition, f", {self.false})")


def _is_there(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is not None or isinstance(node, Call) and node.name == "NOW"


def _fixed(node: Node) -> bool:
    """Whether no row has a part in a node, and it holds no conditions: it may be written twice."""
    return not any(
        isinstance(each, Read) or isinstance(each, Call) and each.name in _CONDITIONS for each in nodes(node)
    )


def _as_simple(found: Code) -> Code:
    return Code(found.text, found.leaves, simple=True)


def _read(column: ColumnElement[Any]) -> Code:
    """A bare column costs nothing; what lies behind a link is a query of its own."""
    return leaf(column, simple=isinstance(column, Column))


class _Postgres(_Dialect):
    """PostgreSQL computes everything itself."""

    def plain(self, node: Node) -> Code:
        """The function's own code."""
        sql = Builder(self.context)
        match node:
            case Constant(value=value, type=type_):
                return sql.constant(value, type_)
            case Read(path=path, type=type_):
                return self._number(path) if type_.kind is Kind.NUMBER else _read(self.column(path))
            case Call():
                return function_of(node.name).postgres(sql, node, *map(self.built, node.args))

    def _number(self, path: Path) -> Code:
        """A number as a decimal, be it stored as an integer."""
        column = self.column(path)
        found = _read(column)
        return code("(", found, ")::numeric") if isinstance(column.type, Integer) else found

    def side(self, node: Node, other: Node) -> Code:
        """Everything can be compared."""
        if isinstance(node, Read):
            return _read(self.column(node.path))
        return _as_simple(self.built(node)) if _fixed(node) else self.built(node)

    def collated(self, call: Call, side: Code) -> Code:
        """Order by code point, whatever the database's own collation."""
        if call.name in _ORDERED and call.args[0].type.kind in TEXTS:
            return Code(f'({side.text}) COLLATE "C"', side.leaves, side.simple)
        return side


class _Sqlite(_Dialect):
    """SQLite compares what is stored; the rest is Python's."""

    false = "0"

    def plain(self, node: Node) -> Code:
        """A column, a value, or a call of Python with all the columns below the node."""
        match node:
            case Read(path=path):
                return _read(self.column(path))
            case Constant(value=value, type=type_):
                return leaf(literal(value, column_of(type_))) if value is not None else Code("NULL", (), simple=True)
            case Call(name="NOW"):
                return leaf(now_of(self.context))
            case Call(name="ME"):
                return leaf(me_of(self.context))
            case Call(name="DATETIME"):
                return leaf(literal(runner(node)(lambda path: None, self.context), column_of(node.type)))
        return self._asked(node)

    def _asked(self, node: Call) -> Code:
        asking = _Asking(self)
        tree = asking.numbered(node)
        text = sqlite.written(tree, str(self.context.zone), asking.codes)
        return code(f"{sqlite.FUNCTION}(", listed([leaf(literal(text, Text())), *asking.inputs]), ")")

    def side(self, node: Node, other: Node) -> Code | None:
        """A column, a value, or what no row has a part in; numbers only where both sides are stored alike."""
        if node.type.kind is Kind.NUMBER:
            return self._number(node, other)
        if isinstance(node, Read | Constant):
            return self.plain(node)
        return _as_simple(self.plain(node)) if _fixed(node) else None

    def _number(self, node: Node, other: Node) -> Code | None:
        form = self._form(node) or self._form(other)
        if form in (None, "computed") or form != (self._form(other) or form):
            return None
        if isinstance(node, Read):
            return self.plain(node)
        value = node.value if isinstance(node, Constant) else None
        type_ = _TYPES.get(form) or ScaledColumn(int(form[1:]))
        if value is None:
            return Code("NULL", (), simple=True)
        if isinstance(type_, ScaledColumn) and value != type_.of(type_.to(value)):
            return None
        return leaf(literal(value, type_))

    def _form(self, node: Node) -> str | None:
        """How a number is stored; None for a constant, which adapts; what must be computed is stored nowhere."""
        if isinstance(node, Read):
            return form_of(self.column(node.path).type)
        return None if isinstance(node, Constant) else "computed"


_TYPES: dict[str, TypeEngine[Any]] = {"number": NumberColumn()}


def form_of(type_: TypeEngine[Any]) -> str:
    """How SQLite stores a number: `number` as sortable text, `#2` as an integer with two places."""
    if isinstance(type_, NumberColumn):
        return "number"
    return f"#{type_.places}" if isinstance(type_, ScaledColumn) else "#0"


class _Asking:
    """Collects the columns that a subtree reads, and numbers them."""

    def __init__(self, sql: _Sqlite) -> None:
        self._sql = sql
        self._places: dict[object, int] = {}
        self.inputs: list[Code] = []
        self.codes: list[str] = []

    def numbered(self, node: Node) -> Node:
        """The tree with a number in place of whatever the row or the asking moment gives."""
        match node:
            case Read(path=path, type=type_):
                return self._input(path, self._sql.plain(node), type_)
            case Call(name="NOW" | "ME" | "DATETIME"):
                return self._input(node, self._sql.plain(node), node.type)
            case Call(name="WORKHOURS"):
                args = tuple(map(self.numbered, node.args[:2]))
                return Call("WORKHOURS", (*args, _calendar(node, self._sql.context)), node.type)
            case Call(name=name, args=args):
                return Call(name, tuple(map(self.numbered, args)), node.type)
        return node

    def _input(self, key: object, given: Code, type_: Type) -> Node:
        if key not in self._places:
            self._places[key] = len(self.inputs)
            self.inputs.append(given)
            number = type_.kind is Kind.NUMBER
            self.codes.append(form_of(given.leaves[0].type) if number else type_.kind.value)
        return Read((str(self._places[key]),), type_)


def _calendar(call: Call, context: Context) -> Constant:
    """The name under which Python finds the calendar of a call."""
    given = call.args[2] if len(call.args) > 2 else None
    name = str(given.value) if isinstance(given, Constant) else context.calendar or ""
    calendar = context.calendars.get(name)
    if calendar is None:
        return Constant("", Type(Kind.TEXT))
    told = repr((str(context.zone), calendar.stretches(FIRST_YEAR, LAST_YEAR))).encode()
    digest = hashlib.sha256(told).hexdigest()[:32]
    sqlite.remember_calendar(digest, calendar)
    return Constant(digest, Type(Kind.TEXT))

"""Checking: the raw tree becomes a typed one, every name and function known, every kind where it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mailuo.base.near import nearest
from mailuo.base.problems import Problem
from mailuo.formulas import messages
from mailuo.formulas.function import Asked, Function, Wrong
from mailuo.formulas.functions import FUNCTIONS, OPERATORS
from mailuo.formulas.functions.nodes import PLACES, RESULTS
from mailuo.formulas.scope import Name, Path, Scope
from mailuo.formulas.syntax import Invoked, Literal, Named, Raw, Word
from mailuo.formulas.tree import Call, Constant, Node, Read
from mailuo.formulas.types import BLANK, BOOLEAN, DATE, MOMENT, NUMBER, TEXT

_LONGEST_SHOWN = 60


@dataclass
class Checker:
    """Checks one formula; notes what it reads and calls on the way."""

    scope: Scope
    reads: list[Path] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    weight: int = 0

    def typed(self, raw: Raw) -> Node:
        """The typed tree; raises Wrong with everything that is wrong below."""
        self.weight += 1
        match raw:
            case Literal(value=value):
                return _constant(value)
            case Named(at=at, text=text):
                return self._read(self._name(text, at))
            case Word(at=at, text=text):
                raise Wrong((self._bare(text), at))
            case Invoked(name=name) if name in PLACES:
                return self._of_node(raw)
            case Invoked():
                return self._call(raw)

    def _read(self, name: Name) -> Node:
        self.reads.append(name.path)
        if name.formula is not None:
            self.weight += name.formula.weight
            self.functions |= name.formula.functions
        return Read(name.path, name.type)

    def _name(self, text: str, at: int) -> Name:
        found = resolved(text, self.scope)
        if found is None:
            raise Wrong((unknown_name(text, self.scope), at))
        return found

    def _bare(self, text: str) -> Problem:
        if resolved(text, self.scope) is not None:
            return messages.NAME_IN_BRACES(found=text[:_LONGEST_SHOWN])
        if text.upper() in FUNCTIONS:
            return messages.ARGUMENTS(of=text, takes=FUNCTIONS[text.upper()].takes, found=0)
        return unknown_name(text, self.scope)

    def _of_node(self, raw: Invoked) -> Node:
        """STATE, SOURCE and DUE ask about a node, not about its time."""
        if len(raw.args) != 1 or not isinstance(raw.args[0], Named):
            raise Wrong((messages.NOT_A_NODE(of=raw.name), raw.at))
        name = self._name(raw.args[0].text, raw.args[0].at)
        if name.role not in ("node", "exit"):
            raise Wrong((messages.NOT_A_NODE(of=raw.name), raw.args[0].at))
        self.functions.add(raw.name)
        self.reads.append(name.path)
        return Read((*name.path, PLACES[raw.name]), RESULTS[raw.name])

    def _call(self, raw: Invoked) -> Node:
        function = OPERATORS.get(raw.name) or FUNCTIONS.get(raw.name)
        args = self._args(raw.args, function, raw)
        assert function is not None
        asked = Asked(function, args, [arg.at for arg in raw.args], raw.at)
        type_ = function.check(asked)
        if function.name in FUNCTIONS:
            self.functions.add(function.name)
        if function.name == "TODAY":
            return Call("DATE", (Call("NOW", (), MOMENT),), DATE)
        return Call(function.name, tuple(asked.args), type_)

    def _args(self, raws: Sequence[Raw], function: Function | None, raw: Invoked) -> list[Node]:
        """The typed arguments; raises Wrong with what is wrong with any of them, and with the name of the function."""
        problems: list[tuple[Problem, int]] = []
        if function is None:
            problems.append((_unknown_function(raw.name), raw.at))
        args: list[Node] = []
        for each in raws:
            try:
                args.append(self.typed(each))
            except Wrong as wrong:
                problems += wrong.problems
        if problems:
            raise Wrong(*problems)
        return args


def _constant(value: Decimal | str | bool) -> Constant:
    if isinstance(value, bool):
        return Constant(value, BOOLEAN)
    if isinstance(value, Decimal):
        return Constant(value, NUMBER)
    return Constant(value, TEXT, raw=True) if value else Constant(None, BLANK)


def resolved(text: str, scope: Scope) -> Name | None:
    """What a text in braces names: one name, or a path with points."""
    found = scope.resolve((text,))
    if found is None and "." in text:
        found = scope.resolve(tuple(step.strip() for step in text.split(".")))
    return found


def unknown_name(text: str, scope: Scope) -> Problem:
    """The problem that a name means nothing, or more than one thing, with a near one that does."""
    shown = text[:_LONGEST_SHOWN]
    if len(text) > _LONGEST_SHOWN:
        return messages.UNKNOWN_NAME(found=shown)
    prefix, _, last = text.rpartition(".")
    steps = tuple(step.strip() for step in prefix.split(".")) if prefix else ()
    known = scope.known(steps)
    if known.count(last.strip()) > 1:
        return messages.TITLE_OF_SEVERAL(found=shown)
    near = nearest(last.strip(), [name for name in known if name != last.strip()])
    if near is None:
        return messages.UNKNOWN_NAME(found=shown)
    return messages.UNKNOWN_NAME_NEAR(found=shown, near=".".join((*steps, near)))


def _unknown_function(name: str) -> Problem:
    shown = name[:_LONGEST_SHOWN]
    near = nearest(shown, FUNCTIONS)
    if near:
        return messages.UNKNOWN_FUNCTION_NEAR(found=shown, near=near)
    return messages.UNKNOWN_FUNCTION(found=shown)

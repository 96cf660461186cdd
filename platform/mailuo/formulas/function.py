"""Functions: what each one takes, gives and does, in Python and in PostgreSQL. SQLite calls the Python.

What a function is given: in Python the context and its values, none of which is blank unless it `minds_blanks` itself;
in PostgreSQL the builder, the call and the code of its arguments.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mailuo.base.problems import Message, Problem
from mailuo.formulas import messages
from mailuo.formulas.code import Code
from mailuo.formulas.formula import Run
from mailuo.formulas.tree import Call, Node
from mailuo.formulas.types import WORDS, Kind, Type


class Wrong(Exception):
    """Something is wrong with a formula; caught by who checks it."""

    def __init__(self, *problems: tuple[Problem, int]) -> None:
        super().__init__(*(problem.code for problem, _ in problems))
        self.problems = problems


@dataclass
class Asked:
    """A call that is being checked: its arguments, which may be adapted, and where each stands."""

    function: "Function"
    args: list[Node]
    places: Sequence[int]
    at: int

    def wrong(self, message: Message, place: int | None = None, /, **values: object) -> Wrong:
        """The problem, at an argument or at the call."""
        at = self.at if place is None else self.places[place]
        told = {"of": self.function.name, **{name: str(value) for name, value in values.items()}}
        return Wrong((Problem(message, values=told), at))

    def count(self, least: int, most: int | None = None) -> None:
        """Refuses more or fewer arguments than these."""
        if len(self.args) < least or most is not None and len(self.args) > most:
            raise self.wrong(messages.ARGUMENTS, takes=self.function.takes, found=len(self.args))

    def want(self, place: int, *kinds: Kind) -> Kind:
        """The kind of an argument, which must be one of these; a blank fits everywhere."""
        found = self.args[place].type.kind
        if found not in kinds and found is not Kind.BLANK:
            raise self.wrong(messages.WANTED, place, **said("wanted", kinds[0]), **said("found", found))
        return found


def said(name: str, kind: Kind) -> dict[str, str]:
    """What a kind is called, as values of a message."""
    zh, en = WORDS[kind]
    return {f"{name}_zh": zh, f"{name}_en": en}


Check = Callable[[Asked], Type]
Postgres = Callable[..., Code]


@dataclass(frozen=True)
class Function:
    """One function or operator; `certain` ones give true or false, never blank."""

    name: str
    takes: str
    zh: str
    en: str
    check: Check
    python: Callable[..., object]
    postgres: Postgres
    minds_blanks: bool = False
    certain: bool = False
    lazy: Callable[[Sequence[Run], Call], Run] | None = None


def plainly(result: Type, *params: tuple[Kind, ...], optional: int = 0) -> Check:
    """The check of a function whose arguments each have their kinds."""

    def check(asked: Asked) -> Type:
        asked.count(len(params) - optional, len(params))
        for place in range(len(asked.args)):
            asked.want(place, *params[place])
        return result

    return check

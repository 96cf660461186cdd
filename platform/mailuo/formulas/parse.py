"""Parsing: a text becomes a checked formula or template, or the problems that say why not, each where it stands."""

import re
from dataclasses import replace

from mailuo.base.problems import Place, Problem, Problems
from mailuo.formulas import messages
from mailuo.formulas.adapting import adapt
from mailuo.formulas.check import Checker, resolved, unknown_name
from mailuo.formulas.evaluate import runner
from mailuo.formulas.formula import Formula, Path, Template
from mailuo.formulas.function import Asked, Wrong, said
from mailuo.formulas.functions import FUNCTIONS
from mailuo.formulas.scope import Scope
from mailuo.formulas.syntax import LONGEST, SyntaxProblem, read
from mailuo.formulas.tree import Call, Constant, Node, nodes
from mailuo.formulas.types import TEXT, TEXTS, Kind, Type

_GAP = re.compile(r"\{([^}]*)\}")
_MOST_GAPS = 200
HEAVIEST = 10_000


def parse_formula(
    text: str, scope: Scope, *, expects: Type | None = None, place: Place | None = None
) -> Formula | Problems:
    """The checked formula, or what is wrong with it; `place` is where the text begins."""
    checker = Checker(scope)
    try:
        node = checker.typed(read(text))
        node = _fitting(node, expects)
    except SyntaxProblem as wrong:
        return (_placed(wrong.problem, wrong.at, place),)
    except Wrong as wrong:
        return tuple(_placed(problem, at, place) for problem, at in wrong.problems)
    if checker.weight > HEAVIEST:
        return (_placed(messages.TOO_HEAVY(most=HEAVIEST), 0, place),)
    return Formula(
        text=text,
        tree=node,
        type=TEXT if node.type.kind is Kind.BLANK else node.type,
        reads=frozenset(checker.reads),
        functions=frozenset(checker.functions),
        calendars=frozenset(_calendars(node)),
        weight=checker.weight,
        repeats=len(set(checker.reads)) < len(checker.reads),
        run=runner(node),
    )


def _fitting(node: Node, expects: Type | None) -> Node:
    """The tree as a value of what is expected; raises Wrong where it is none."""
    if expects is None or expects.kind is Kind.OTHER:
        return node
    asked = Asked(FUNCTIONS["IF"], [node], [0], 0)
    adapt(asked, 0, expects)
    found, wanted = asked.args[0].type.kind, expects.kind
    if found is wanted or {found, wanted} <= TEXTS or node.type.kind is Kind.BLANK:
        return asked.args[0]
    raise asked.wrong(messages.RESULT, 0, **said("wanted", wanted), **said("found", found))


def _calendars(node: Node) -> list[str]:
    calls = (each for each in nodes(node) if isinstance(each, Call) and each.name == "WORKHOURS" and len(each.args) > 2)
    return [str(call.args[2].value) for call in calls if isinstance(call.args[2], Constant)]


def parse_template(text: str, scope: Scope, *, place: Place | None = None) -> Template | Problems:
    """The checked template, or what is wrong with it."""
    if len(text) > LONGEST:
        return (_placed(messages.TOO_LONG(most=LONGEST), 0, place),)
    parts: list[str | Path] = []
    problems: list[Problem] = []
    end = 0
    for match in _GAP.finditer(text):
        parts.append(text[end : match.start()])
        end = match.end()
        name = resolved(match[1].strip(), scope)
        if name is None:
            problems.append(_placed(unknown_name(match[1], scope), match.start(), place))
        else:
            parts.append(name.path)
    parts.append(text[end:])
    if len(parts) > 2 * _MOST_GAPS:
        problems.append(_placed(messages.TOO_MANY_ARGUMENTS(found="{…}", most=_MOST_GAPS), 0, place))
    if problems:
        return tuple(problems)
    kept = tuple(part for part in parts if part != "")
    return Template(text, kept, frozenset(part for part in kept if not isinstance(part, str)))


def _placed(problem: Problem, at: int, place: Place | None) -> Problem:
    """The problem with its position in the text, and its place in the file where that is known."""
    known = replace(problem, values={**problem.values, "position": str(at + 1)})
    return known if place is None else known.at(place.moved(at))

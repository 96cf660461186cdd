"""Python: the typed tree as nested closures, made once for each formula."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from mailuo.formulas.formula import Context, Formula, Path, Run
from mailuo.formulas.function import Function
from mailuo.formulas.functions import function_of
from mailuo.formulas.numbers import trimmed
from mailuo.formulas.outside import text_of
from mailuo.formulas.tree import Call, Constant, Node, Read
from mailuo.formulas.types import Kind

Values = Callable[[Path], object]


def evaluate(formula: Formula, values: Values, context: Context) -> object:
    """The value of a formula, given what paths of ids name; each path is asked for once."""
    found = formula.run(_once(values) if formula.repeats else values, context)
    return trimmed(found) if isinstance(found, Decimal) else found


def _once(values: Values) -> Values:
    known: dict[Path, object] = {}

    def value(path: Path) -> object:
        if path not in known:
            known[path] = values(path)
        return known[path]

    return value


def runner(node: Node) -> Run:
    """What computes a node."""
    match node:
        case Constant(value=value):
            return lambda read, context: value
        case Read(path=path, type=type_):
            return _outside_reader(path) if type_.outside else _reader(path, type_.kind)
        case Call():
            return _caller(node)


def _reader(path: Path, kind: Kind) -> Run:
    if kind is not Kind.NUMBER:
        return lambda read, context: _filled(read(path))

    def number(read: Values, context: Context) -> object:
        value = read(path)
        return value if value is None or value.__class__ is Decimal else Decimal(str(value))

    return number


def _outside_reader(path: Path) -> Run:
    return lambda read, context: text_of(read(path))


def _filled(value: object) -> object:
    """The value; an empty text or list is blank."""
    return None if isinstance(value, (str, tuple, list)) and not value else value


def _caller(call: Call) -> Run:
    function = function_of(call.name)
    runs = [runner(arg) for arg in call.args]
    if function.lazy is not None:
        return function.lazy(runs, call)
    return _minding(function, runs) if function.minds_blanks else _strict(function, runs)


def _minding(function: Function, runs: Sequence[Run]) -> Run:
    python = function.python
    return lambda read, context: python(context, *(run(read, context) for run in runs))


def _strict(function: Function, runs: Sequence[Run]) -> Run:
    """What gives a blank where an argument is blank."""
    python = function.python
    if len(runs) == 2:
        return _strict_of_two(python, runs[0], runs[1])

    def run(read: Values, context: Context) -> object:
        values = []
        for each in runs:
            value = each(read, context)
            if value is None:
                return None
            values.append(value)
        return python(context, *values)

    return run


def _strict_of_two(python: Callable[..., object], first: Run, second: Run) -> Run:
    def run(read: Values, context: Context) -> object:
        left = first(read, context)
        if left is None:
            return None
        right = second(read, context)
        return None if right is None else python(context, left, right)

    return run

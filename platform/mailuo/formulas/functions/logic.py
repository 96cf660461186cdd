"""Logic: conditions, and values that depend on them. A blank condition does not hold."""

from collections.abc import Callable, Iterator, Sequence

from mailuo.formulas import messages
from mailuo.formulas.adapting import adapt, alike
from mailuo.formulas.code import Code, code, listed
from mailuo.formulas.formula import Context, Path, Run
from mailuo.formulas.function import Asked, Function, plainly, said
from mailuo.formulas.outside import truth_of
from mailuo.formulas.postgres import Builder
from mailuo.formulas.tree import Call
from mailuo.formulas.types import BOOLEAN, TEXTS, Kind, Type


def _conditions(asked: Asked) -> Type:
    asked.count(1, 1 if asked.function.name == "NOT" else None)
    for place in range(len(asked.args)):
        asked.want(place, Kind.BOOLEAN)
    return BOOLEAN


def _truths(values: Sequence[object]) -> Iterator[bool]:
    return (value is True for value in values)


def _and_run(runs: Sequence[Run], call: Call) -> Run:
    return lambda read, context: all(run(read, context) is True for run in runs)


def _or_run(runs: Sequence[Run], call: Call) -> Run:
    return lambda read, context: any(run(read, context) is True for run in runs)


def _true(values: Sequence[Code]) -> list[Code]:
    return [code("coalesce(", value, ", false)") for value in values]


AND = Function(
    "AND", "AND(a, b, …)", "全部成立", "whether all hold", _conditions,
    lambda context, *values: all(_truths(values)),
    lambda sql, call, *values: code("(", listed(_true(values), " AND "), ")"),
    minds_blanks=True, certain=True, lazy=_and_run,
)  # fmt: skip
OR = Function(
    "OR", "OR(a, b, …)", "至少一个成立", "whether at least one holds", _conditions,
    lambda context, *values: any(_truths(values)),
    lambda sql, call, *values: code("(", listed(_true(values), " OR "), ")"),
    minds_blanks=True, certain=True, lazy=_or_run,
)  # fmt: skip
NOT = Function(
    "NOT", "NOT(a)", "不成立；空也算不成立", "whether it does not hold; what is blank does not hold", _conditions,
    lambda context, value: value is not True,
    lambda sql, call, value: code("(NOT ", *_true([value]), ")"),
    minds_blanks=True, certain=True,
)  # fmt: skip
TRUE = Function(
    "TRUE", "TRUE", "是", "yes", plainly(BOOLEAN), lambda context: True, lambda sql, call: Code("true", (), simple=True),
    certain=True,
)  # fmt: skip
FALSE = Function(
    "FALSE", "FALSE", "否", "no", plainly(BOOLEAN), lambda context: False, lambda sql, call: Code("false", (), simple=True),
    certain=True,
)  # fmt: skip
TRUTH = Function(
    "truth", "x = TRUE", "外来的值是不是 true", "whether a value from outside is true", plainly(BOOLEAN, (Kind.TEXT,)),
    lambda context, value: truth_of(value),
    lambda sql, call, value: code("CASE lower(btrim(", value, ")) WHEN 'true' THEN true WHEN 'false' THEN false END"),
)  # fmt: skip


def _any_one(asked: Asked) -> Type:
    asked.count(1, 1)
    return BOOLEAN


ISBLANK = Function(
    "ISBLANK", "ISBLANK(x)", "是否为空", "whether it is blank", _any_one,
    lambda context, value: value is None, lambda sql, call, value: code("(", value, ") IS NULL"),
    minds_blanks=True, certain=True,
)  # fmt: skip


def _check_if(asked: Asked) -> Type:
    asked.count(2, 3)
    asked.want(0, Kind.BOOLEAN)
    return alike(asked, range(1, len(asked.args)))


def _if_run(runs: Sequence[Run], call: Call) -> Run:
    condition, then = runs[0], runs[1]
    other: Run = runs[2] if len(runs) > 2 else lambda read, context: None
    return lambda read, context: (then if condition(read, context) is True else other)(read, context)


def _cases(sql: Builder, pairs: Sequence[tuple[Code, Code]], other: Code | None) -> Code:
    parts: list[str | Code] = ["CASE"]
    for condition, value in pairs:
        parts += [" WHEN ", condition, " THEN ", value]
    if other is not None:
        parts += [" ELSE ", other]
    return code(*parts, " END")


def _pg_if(sql: Builder, call: Call, condition: Code, then: Code, other: Code | None = None) -> Code:
    return _cases(sql, [(condition, then)], other)


def _if(context: Context, condition: object, then: object, other: object = None) -> object:
    return then if condition is True else other


IF = Function(
    "IF", "IF(condition, then, otherwise?)", "成立取前者，否则取后者（不写为空）", "the first value where the condition holds, else the second, or blank",
    _check_if, _if, _pg_if, minds_blanks=True, lazy=_if_run,
)  # fmt: skip


def _check_ifs(asked: Asked) -> Type:
    asked.count(2)
    if len(asked.args) % 2:
        raise asked.wrong(messages.ARGUMENTS, takes=asked.function.takes, found=len(asked.args))
    for place in range(0, len(asked.args), 2):
        asked.want(place, Kind.BOOLEAN)
    return alike(asked, range(1, len(asked.args), 2))


def _ifs(context: Context, *values: object) -> object:
    return next((values[place + 1] for place in range(0, len(values), 2) if values[place] is True), None)


def _ifs_run(runs: Sequence[Run], call: Call) -> Run:
    pairs = list(zip(runs[::2], runs[1::2], strict=True))

    def run(read: Callable[[Path], object], context: Context) -> object:
        for condition, value in pairs:
            if condition(read, context) is True:
                return value(read, context)
        return None

    return run


def _pg_ifs(sql: Builder, call: Call, *values: Code) -> Code:
    return _cases(sql, list(zip(values[::2], values[1::2], strict=True)), None)


IFS = Function(
    "IFS", "IFS(condition, value, condition, value, …)", "第一个成立的条件后面的值，都不成立为空", "the value after the first condition that holds; blank where none does",
    _check_ifs, _ifs, _pg_ifs, minds_blanks=True, lazy=_ifs_run,
)  # fmt: skip


def _check_switch(asked: Asked) -> Type:
    asked.count(3)
    given = len(asked.args)
    cases, results = range(1, given - 1, 2), [*range(2, given, 2), *([given - 1] if given % 2 == 0 else [])]
    wanted = asked.args[0].type
    for place in cases:
        adapt(asked, place, wanted)
        found = asked.args[place].type.kind
        if found is not wanted.kind and not {found, wanted.kind} <= TEXTS:
            raise asked.wrong(messages.WANTED, place, **said("wanted", wanted.kind), **said("found", found))
    if wanted.kind in (Kind.TAGS, Kind.LINKS, Kind.OTHER):
        raise asked.wrong(messages.WANTED, 0, **said("wanted", Kind.TEXT), **said("found", wanted.kind))
    adapt(asked, 0, wanted)
    return alike(asked, results)


def _switch(context: Context, value: object, *rest: object) -> object:
    for place in range(0, len(rest) - 1, 2):
        if value is not None and rest[place] == value:
            return rest[place + 1]
    return rest[-1] if len(rest) % 2 else None


def _pg_switch(sql: Builder, call: Call, value: Code, *rest: Code) -> Code:
    parts: list[str | Code] = ["CASE ", value]
    for place in range(0, len(rest) - 1, 2):
        parts += [" WHEN ", rest[place], " THEN ", rest[place + 1]]
    if len(rest) % 2:
        parts += [" ELSE ", rest[-1]]
    return code(*parts, " END")


SWITCH = Function(
    "SWITCH", "SWITCH(x, a, value, b, value, …, otherwise?)", "x 等于哪个就取它后面的值，都不等取最后一个", "the value after what x equals; else the last one, or blank",
    _check_switch, _switch, _pg_switch, minds_blanks=True,
)  # fmt: skip


def _check_coalesce(asked: Asked) -> Type:
    asked.count(1)
    return alike(asked, range(len(asked.args)))


def _coalesce_run(runs: Sequence[Run], call: Call) -> Run:
    return lambda read, context: next((found for run in runs if (found := run(read, context)) is not None), None)


COALESCE = Function(
    "COALESCE", "COALESCE(a, b, …)", "第一个不为空的", "the first that is not blank", _check_coalesce,
    lambda context, *values: next((value for value in values if value is not None), None),
    lambda sql, call, *values: code("coalesce(", listed(list(values)), ")"),
    minds_blanks=True, lazy=_coalesce_run,
)  # fmt: skip

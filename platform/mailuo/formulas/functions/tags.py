"""Tags: whether a list of them holds one."""

from mailuo.formulas import messages
from mailuo.formulas.adapting import adapt
from mailuo.formulas.code import code
from mailuo.formulas.function import Asked, Function, said
from mailuo.formulas.types import BOOLEAN, TEXTS, Kind, Type


def _check(asked: Asked) -> Type:
    asked.count(2, 2)
    asked.want(0, Kind.TAGS)
    adapt(asked, 0, Type(Kind.TAGS))
    adapt(asked, 1, asked.args[0].type)
    if asked.args[1].type.kind not in TEXTS | {Kind.TAGS} or asked.args[1].type.kind is Kind.TAGS and not _blank(asked):
        raise asked.wrong(messages.WANTED, 1, **said("wanted", Kind.TEXT), **said("found", asked.args[1].type.kind))
    return BOOLEAN


def _blank(asked: Asked) -> bool:
    return getattr(asked.args[1], "value", ...) is None


HAS = Function(
    "HAS", "HAS({tags}, x)", "标签或多选里有没有 x", "whether tags or choices hold x", _check,
    lambda context, tags, word: tags is not None and word is not None and word in tags,
    lambda sql, call, tags, word: code("coalesce(jsonb_exists(", tags, ", (", word, ")::text), false)"),
    minds_blanks=True, certain=True,
)  # fmt: skip

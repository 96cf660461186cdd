"""Adapting: how a text that stands in a formula becomes what it stands beside, and how results become alike."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date

from mailuo.base.moments import parse_any_moment, parse_duration
from mailuo.base.near import nearest
from mailuo.formulas import messages
from mailuo.formulas.function import Asked, said
from mailuo.formulas.tree import Call, Constant, Node
from mailuo.formulas.types import BOOLEAN, DATE, DURATION, MOMENT, TEXT, TEXTS, Kind, Type

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOST_LISTED = 8
_RESULTS = TEXTS | {Kind.NUMBER, Kind.BOOLEAN, Kind.DATE, Kind.MOMENT, Kind.DURATION}


def adapt(asked: Asked, place: int, type_: Type) -> None:
    """Makes an argument that is a text as written, or a blank, into a value of the type."""
    node = asked.args[place]
    if node.type.kind is Kind.BLANK:
        asked.args[place] = Constant(None, TEXT if type_.kind is Kind.BLANK else type_)
    elif isinstance(node, Constant) and node.raw:
        asked.args[place] = _adapted(asked, place, str(node.value), type_)
    elif node.type.outside and type_.kind is Kind.BOOLEAN:
        asked.args[place] = Call("truth", (node,), BOOLEAN)


def _adapted(asked: Asked, place: int, written: str, type_: Type) -> Node:
    match type_.kind:
        case Kind.DATE:
            return Constant(_date(asked, place, written), DATE)
        case Kind.MOMENT:
            if parse_any_moment(written, UTC) is None:
                raise asked.wrong(messages.NOT_MOMENT, place, found=written[:40])
            return Call("DATETIME", (Constant(written, TEXT),), MOMENT)
        case Kind.DURATION:
            length = parse_duration(written)
            if length is None:
                raise asked.wrong(messages.NOT_DURATION, place, found=written[:40])
            return Constant(length, DURATION)
        case Kind.CHOICE | Kind.TAGS if type_.options:
            return Constant(_option(asked, place, written, type_.options), Type(Kind.CHOICE, type_.options))
    return Constant(written, TEXT)


def _date(asked: Asked, place: int, written: str) -> date:
    try:
        if _DATE.fullmatch(written.strip()):
            return date.fromisoformat(written.strip())
    except ValueError:
        pass
    raise asked.wrong(messages.NOT_DATE, place, found=written[:40])


def _option(asked: Asked, place: int, written: str, titles: Mapping[str, str]) -> str:
    if written in titles:
        return written
    by_title = {title: key for key, title in titles.items()}
    if written in by_title:
        return by_title[written]
    near = nearest(written, [*titles, *by_title])
    if near:
        raise asked.wrong(messages.NOT_OPTION_NEAR, place, found=written[:40], near=near)
    listed = [f"{title} ({key})" if title != key else key for key, title in titles.items()]
    more = " …" if len(listed) > _MOST_LISTED else ""
    raise asked.wrong(messages.NOT_OPTION, place, found=written[:40], options=", ".join(listed[:_MOST_LISTED]) + more)


def alike(asked: Asked, places: Iterable[int]) -> Type:
    """The one type of several results, which are adapted to it."""
    chosen = list(places)
    firm = [asked.args[place].type for place in chosen if not _loose(asked.args[place])]
    result = firm[0] if firm else TEXT
    for place in chosen:
        adapt_to_kin(asked, place, result)
    for place in chosen:
        result = _joint(asked, result, asked.args[place].type, place)
    return result


def adapt_to_kin(asked: Asked, place: int, type_: Type) -> None:
    """Adapts an argument where it would not be a text anyway."""
    node = asked.args[place]
    if type_.kind in (Kind.DATE, Kind.MOMENT, Kind.DURATION) or node.type.kind is Kind.BLANK:
        adapt(asked, place, type_)


def _loose(node: Node) -> bool:
    return node.type.kind is Kind.BLANK or isinstance(node, Constant) and node.raw


def _joint(asked: Asked, left: Type, right: Type, place: int) -> Type:
    if left.kind not in _RESULTS or right.kind not in _RESULTS:
        odd = right.kind if right.kind not in _RESULTS else left.kind
        raise asked.wrong(messages.WANTED, place, **said("wanted", Kind.TEXT), **said("found", odd))
    if left == right:
        return left
    if left.kind is right.kind is Kind.CHOICE:
        return Type(Kind.CHOICE, {**(left.options or {}), **(right.options or {})})
    if left.kind in TEXTS and right.kind in TEXTS:
        return TEXT
    raise asked.wrong(messages.NOT_ALIKE, place, **said("left", left.kind), **said("right", right.kind))


def literal_text(asked: Asked, place: int, zh: str, en: str) -> str:
    """The text of an argument that must stand in quotation marks."""
    node = asked.args[place]
    if not (isinstance(node, Constant) and isinstance(node.value, str)):
        raise asked.wrong(messages.LITERAL, place, what_zh=zh, what_en=en)
    return node.value

"""Queries: what a list may be asked, read and checked against what the actor may ask."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from mailuo.base.near import nearest
from mailuo.base.problems import Problem
from mailuo.fields.text import control_problem
from mailuo.formulas import Formula, parse_formula
from mailuo.formulas.types import Kind, Type
from mailuo.metadata.model import SortKey, View
from mailuo.records.actor import Actor
from mailuo.records.messages import (
    LIMIT,
    NOT_SORTABLE,
    TOO_MANY_IDS,
    TOO_MANY_SORTS,
    UNKNOWN_NAME,
    UNKNOWN_NAME_NEAR,
    BadQuestion,
)
from mailuo.records.policy import AskScope
from mailuo.records.running import Running

T = TypeVar("T")
MOST = 500
_DEFAULT = 50
_MOST_SORTS = 8
_NAME = re.compile(r"[^\W\d][\w.]*")
_UNSORTABLE = (Kind.TAGS, Kind.LINKS, Kind.OTHER)


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a table; texts as the caller wrote them."""

    filter: str | None = None
    sort: str | None = None
    fields: tuple[str, ...] | None = None
    expand: tuple[str, ...] = ()
    limit: int = _DEFAULT
    cursor: str | None = None
    count: bool = False
    ids: tuple[str, ...] | None = None
    view: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A query with its names resolved: the conditions, the order, the saved view."""

    conditions: tuple[Formula, ...]
    order: tuple[SortKey, ...]


def read_question(running: Running, actor: Actor, table: str, query: Query) -> Question:
    """The checked question; refuses with everything that is wrong with its names and formulas."""
    scope = running.policy.scope(actor, table)
    view = _view(running, actor, table, query.view)
    problems: list[Problem] = []
    conditions = [view.filter] if view and view.filter else []
    order = list(view.sort) if view else []
    if query.filter:
        conditions += _collected(read_filter(query.filter, scope), problems)
    if query.sort:
        order = [key for text in _split(query.sort) for key in _collected(_sort_key(text, scope), problems)]
    if len(order) > _MOST_SORTS:
        problems.append(TOO_MANY_SORTS(field="sort", most=_MOST_SORTS))
    if problems:
        raise BadQuestion(*problems)
    return Question(tuple(conditions), tuple(order))


def read_filter(text: str, scope: AskScope) -> "Formula | tuple[Problem, ...]":
    """The condition that a text says, or what is wrong with it."""
    problem = control_problem(text)
    result = (problem,) if problem else parse_formula(text, scope, expects=Type(Kind.BOOLEAN))
    return result if isinstance(result, Formula) else tuple(_at(problem, "filter") for problem in result)


def unknown(name: str, scope: AskScope, field: str) -> Problem:
    """The problem that a name means nothing to this actor, with a near one that does."""
    near = nearest(name, [known for known in scope.known() if known != name])
    if near:
        return UNKNOWN_NAME_NEAR(field=field, found=name[:60], near=near)
    return UNKNOWN_NAME(field=field, found=name[:60])


def _view(running: Running, actor: Actor, table: str, name: str | None) -> View | None:
    if name is None:
        return None
    views = {
        key: view
        for key, view in running.manifest.tables[table].views.items()
        if running.policy.shows_view(actor, table, view)
    }
    if name in views:
        return views[name]
    near = nearest(name, views)
    raise BadQuestion(
        UNKNOWN_NAME_NEAR(field="view", found=name[:60], near=near)
        if near
        else UNKNOWN_NAME(field="view", found=name[:60])
    )


def _sort_key(text: str, scope: AskScope) -> "SortKey | tuple[Problem, ...]":
    descending, name = text.startswith("-"), text.removeprefix("-").strip()
    if _NAME.fullmatch(name):
        if scope.resolve(tuple(name.split("."))) is None:
            return (unknown(name, scope, "sort"),)
        name = f"{{{name}}}"
    problem = control_problem(name)
    result = (problem,) if problem else parse_formula(name, scope)
    if not isinstance(result, Formula):
        return tuple(_at(problem, "sort") for problem in result)
    if result.type.kind in _UNSORTABLE:
        return (NOT_SORTABLE(field="sort", found=name.strip("{}")),)
    return SortKey(result, descending)


def _split(text: str) -> Iterator[str]:
    """The keys of a sort: parted by commas that stand in no quotes, brackets or braces."""
    depth, quote, start = 0, "", 0
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "({":
            depth += 1
        elif character in ")}":
            depth -= 1
        elif character == "," and depth == 0:
            yield text[start:position].strip()
            start = position + 1
    yield text[start:].strip()


def check_limits(query: Query) -> None:
    """Refuses a page or a set of ids that is too large."""
    problems = tuple(_limits(query))
    if problems:
        raise BadQuestion(*problems)


def _limits(query: Query) -> Iterator[Problem]:
    if not 1 <= query.limit <= MOST:
        yield LIMIT(field="limit", most=MOST, found=query.limit)
    if query.ids is not None and len(query.ids) > MOST:
        yield TOO_MANY_IDS(field="ids", most=MOST)


def _collected(result: "T | tuple[Problem, ...]", problems: list[Problem]) -> list[T]:
    if isinstance(result, tuple):
        problems += result
        return []
    return [result]


def _at(problem: Problem, name: str) -> Problem:
    return replace(problem, field=name)

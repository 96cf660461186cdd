"""Routes that say who may use them: a route without a declared permission does not exist.

`Need` is checked before the view runs; what a role may see or change inside is the records' matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mailuo.base.near import nearest
from mailuo.base.problems import Refusal
from mailuo.fields.text import control_problem
from mailuo.records import BadQuestion, NoSuchThing
from mailuo.records.messages import NOT_PERMITTED
from mailuo_web.http.asking import actor
from mailuo_web.http.messages import BODY_CODED, NOT_FOUND, PARAMETER_TWICE, UNKNOWN_PARAMETER
from mailuo_web.http.operation import Operation

View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Need:
    """What a caller needs: nothing, to be signed in, or one of these rights of `may:`."""

    kind: str
    rights: tuple[str, ...] = ()


ANYBODY = Need("anybody")
SIGNED_IN = Need("signed_in")


def may(*rights: str) -> Need:
    """Needs one of the rights that a role's `may:` gives; admin has all."""
    return Need("may", rights)


def route(
    blueprint: Blueprint,
    rule: str,
    need: Need,
    *,
    methods: tuple[str, ...] = ("GET",),
    parameters: tuple[str, ...] = (),
    several: tuple[str, ...] = (),
    raw: tuple[str, ...] = (),
    operation: Operation | None = None,
) -> Callable[[View], View]:
    """A decorator that serves a view under a rule to those who have the need, with known query parameters only.

    An operation says the parameters itself; those of `several` may be given more than once, and the view itself sees to what
    those of `raw` hold.
    """
    known = operation.query if operation else parameters

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            _check_need(need)
            _check_coding(request.headers.get("Content-Encoding", "identity"))
            _check_parameters(known, several, raw)
            _check_arguments(arguments)
            return view(**arguments)

        guarded.need = need  # type: ignore[attr-defined]  # read by the guard test that walks the URL map
        guarded.operation = operation  # type: ignore[attr-defined]  # read by the OpenAPI document
        blueprint.add_url_rule(rule, endpoint=view.__name__, view_func=guarded, methods=list(methods))
        return view

    return decorate


def _check_need(need: Need) -> None:
    if need.kind == "anybody":
        return
    asking_actor = actor()
    if need.kind == "may" and not any(asking_actor.has(right) for right in need.rights):
        raise Refusal(NOT_PERMITTED())


def _check_coding(coding: str) -> None:
    """A body is read as it comes: compressed ones are refused, and so is what only says that it is one."""
    if coding.strip().lower() != "identity":
        raise Refusal(BODY_CODED(found=coding[:60]))


def _check_parameters(known: tuple[str, ...], several: tuple[str, ...], raw: tuple[str, ...]) -> None:
    for name, values in request.args.lists():
        if name not in known:
            near = nearest(name, known)
            raise BadQuestion(UNKNOWN_PARAMETER(field=name[:60], name=name[:60], near=f" → {near}" if near else ""))
        if len(values) > 1 and name not in several:
            raise BadQuestion(PARAMETER_TWICE(field=name, name=name))
        problem = next(filter(None, map(control_problem, values)), None)
        if problem and name not in raw:
            raise BadQuestion(replace(problem, field=name))


def _check_arguments(arguments: Mapping[str, object]) -> None:
    """Nothing is named by what no store can hold."""
    if any(isinstance(each, str) and control_problem(each) for each in arguments.values()):
        raise NoSuchThing(NOT_FOUND())

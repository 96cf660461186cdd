"""The blueprint to which all calls of the API belong."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mailuo.records import Running, TableAccess
from mailuo_web.http.asking import actor, application
from mailuo_web.http.operation import Operation
from mailuo_web.http.route import Need, View, route

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


def call(rule: str, need: Need, operation: Operation, method: str = "GET") -> Callable[[View], View]:
    """A decorator that serves a view as one call of the API."""
    return route(blueprint, rule, need, methods=(method,), operation=operation)


def running() -> Running:
    """The revision in force."""
    return application().records.running


def seen(table: str) -> TableAccess:
    """What the caller may do in a table; refuses one that is not there, or not for the caller."""
    return running().access(actor(), table)

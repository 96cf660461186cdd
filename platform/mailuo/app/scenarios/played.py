"""The played outside: what other systems answer in a scenario: what it was told, else that everything is fine."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from mailuo.automations.outside import World
from mailuo.automations.waits import Waits
from mailuo.connectors.addresses import Target
from mailuo.connectors.client import Answer, NoAnswer, Sent
from mailuo.connectors.environment import Environment
from mailuo.connectors.filling import storable
from mailuo.connectors.messages import TIMED_OUT
from mailuo.connectors.operations import operation_of
from mailuo.connectors.signing.numbers import written
from mailuo.formulas.tree import Call, Constant, Node, Read
from mailuo.metadata.connector import Connector
from mailuo.metadata.given import Path

_TIMEOUT = "timeout"
_FINE = 200
_BODY = "body"


@dataclass
class Given:
    """An answer that a scenario gives: how often, or from now on."""

    status: str | None
    body: object
    left: int | None


@dataclass
class Played:
    """A caller behind which every outside system is played."""

    connectors: Callable[[], Mapping[str, Connector]]
    _given: dict[str, list[Given]] = field(default_factory=dict)
    _breath: dict[str, int] = field(default_factory=dict)
    """How many answers that are used up were given in one breath, by operation: they come in the order they were given."""

    def answer(self, purpose: str, given: Given) -> None:
        """Lets an operation be answered so from now on; what was said before it in one breath is used up first."""
        before = self._breath.get(purpose, 0)
        self._given.setdefault(purpose, []).insert(before, given)
        self._breath[purpose] = before + (given.left is not None)

    def breathe(self) -> None:
        """Ends the breath: what is said from here on comes before all that was."""
        self._breath.clear()

    def forget(self) -> None:
        """Forgets every answer."""
        self._given.clear()
        self._breath.clear()

    def send(self, request: Sent, seconds: float) -> Answer:
        """The answer that was given, else one that says that everything is fine; raises NoAnswer for a timeout."""
        given = next(self._left(request.purpose), None)
        if given is None:
            return Answer(_FINE, {}, written(self._fine(request.purpose)).encode(), 0.0)
        if given.left is not None:
            given.left -= 1
        if given.status == _TIMEOUT:
            raise NoAnswer(TIMED_OUT(seconds=f"{seconds:g}"))
        status = int(given.status) if given.status and given.status.isdecimal() else _FINE
        body = self._fine(request.purpose) if given.body is None and status == _FINE else given.body
        return Answer(status, {}, written("" if body is None else storable(body)).encode(), 0.0)

    def address_of(self, target: Target) -> str:
        """Nowhere: mail is played too."""
        return ""

    def _left(self, purpose: str) -> Iterator[Given]:
        return (each for each in self._given.get(purpose, ()) if each.left is None or each.left > 0)

    def _fine(self, purpose: str) -> object:
        """A body of which the operation says that it is fine."""
        connector, _, name = purpose.partition(".")
        declared = self.connectors().get(connector)
        operation = operation_of(declared, name) if declared is not None else None
        ok = operation.classes.ok if operation is not None else None
        body: dict[str, Any] = {}
        for path, value in _demanded(ok.tree) if ok is not None else ():
            _put(body, path, value)
        return body


def played_world(played: Played, waits: Waits) -> World:
    """A world in which the outside is played, and every connector is on."""
    return World(Environment(_Everything(), played=True), b"scenario", waits, timedelta(minutes=1), played, 10**9, _never, True)


def unnoted(connection: object, actor: object, action: str, **about: object) -> None:
    """Nobody reads the audit of a scenario."""


class _Everything(dict[str, str]):
    """An environment in which every name is there."""

    def get(self, name: str, default: object = None) -> str:
        """A value that is a number where one is needed."""
        return "1"


def _never(seconds: float) -> None:
    """Nobody waits in a scenario."""


def _demanded(node: Node) -> Iterator[tuple[Path, object]]:
    """The members that make a condition true, as far as it names values: all of a conjunction, the first of alternatives."""
    match node:
        case Call(name="AND", args=args):
            for each in args:
                yield from _demanded(each)
        case Call(name="OR", args=(first, *_)):
            yield from _demanded(first)
        case Call(name="NOT", args=(Call(name="ISBLANK", args=(read,)),)):
            yield from ((path, "1") for path in _member(read))
        case Call(name="=" | "IN", args=(read, Constant(value=value), *_)) | Call(name="=", args=(Constant(value=value), read)):
            yield from ((path, value) for path in _member(read))


def _member(node: Node) -> Iterator[Path]:
    """The member of the body that is read, be it as a number or a truth."""
    match node:
        case Read(path=(root, *path)) if root == _BODY and path:
            yield tuple(path)
        case Call(name="truth" | "NUMBER", args=(inner,)):
            yield from _member(inner)


def _put(body: dict[str, Any], path: Path, value: object) -> None:
    inner = body
    for step in path[:-1]:
        inner = inner.setdefault(step, {})
    inner[path[-1]] = value if isinstance(value, (bool, str)) else str(value)


"""How a record stands on its flow, as the pages tell it: its lifeline, what it waits for, since when, how late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mailuo.base.moments import parse_moment
from mailuo.metadata.model import Flow, Table
from mailuo_web.lifeline.layout import Layout, lay_out
from mailuo_web.lifeline.shape import PASSED, Line, Mark, State, Stop
from mailuo_web.texts import Say
from mailuo_web.texts.times import age

_BY_LEVEL = {"red": Mark.RED, "orange": Mark.ORANGE}


@dataclass(frozen=True, slots=True)
class NodeStand:
    """How one node of a record stands."""

    state: State
    at: datetime | None = None
    source: str | None = None
    due_since: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open alert that runs against a node."""

    node: str
    level: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A record on its flow: the line as drawn, its sentence, and what its columns say."""

    line: Line
    sentence: str
    waiting: str
    since: datetime | None
    age: str
    level: str
    due: tuple[str, ...]


def read_stands(told: object, zone: ZoneInfo) -> Mapping[str, NodeStand]:
    """The nodes' standing as records tell it with `expand=lifeline`."""
    marks = told if isinstance(told, Mapping) else {}
    return {node: _read_stand(mark, zone) for node, mark in marks.items()}


def _read_stand(mark: Mapping[str, object], zone: ZoneInfo) -> NodeStand:
    at, since, source = mark.get("at"), mark.get("due_since"), mark.get("source")
    return NodeStand(
        State(str(mark["state"])),
        parse_moment(str(at), zone) if at else None,
        str(source) if source else None,
        parse_moment(str(since), zone) if since else None,
        bool(mark.get("held")),
    )


def line_of(
    flow: Flow, stands: Mapping[str, NodeStand], marks: Mapping[str, frozenset[Mark]], exit_: str | None = None
) -> Line:
    """The line of a record; `marks` are what alerts and times add to each node."""
    stops = []
    for node in flow.nodes.values():
        stand = stands.get(node.id, NodeStand(State.PENDING))
        own = {Mark.VERDICT} if stand.source == "verdict" else set()
        own |= {Mark.HELD} if stand.held else set()
        stops.append(
            Stop(
                node.id,
                node.title,
                node.after,
                stand.state,
                marks.get(node.id, frozenset()) | own,
                stand.at,
                stand.due_since,
                conditional=node.when is not None,
                per_part=node.per is not None,
                by_clock=node.wait is not None,
            )
        )
    return Line(tuple(stops), flow.closed_by, exit_)


def overdue_marks(line: Line, overdue: Sequence[Overdue]) -> Mapping[str, frozenset[Mark]]:
    """The marks of open alerts: on the alert's own node while it is due, else on the first node that is."""
    due = in_order(line, State.DUE)
    marks: dict[str, frozenset[Mark]] = {}
    for one in overdue:
        target = one.node if one.node in due else next(iter(due), None)
        if target and one.level in _BY_LEVEL and Mark.RED not in marks.get(target, ()):
            marks[target] = frozenset({_BY_LEVEL[one.level]})
    return marks


def in_order(line: Line, *states: State) -> tuple[str, ...]:
    """The nodes in one of the states, those of the main line first, then from left to right."""
    layout: Layout = lay_out(line.edges, line.end)
    found = [stop.id for stop in line.stops if stop.state in states]
    return tuple(sorted(found, key=lambda node: (layout.places[node].slot != 0, layout.places[node].x)))


def exit_of(table: Table, values: Mapping[str, object]) -> str | None:
    """The title of the exit that the record took, if any."""
    exits = table.flow.exits if table.flow else {}
    return next((one.title for key, one in exits.items() if values.get(key) is not None), None)


def standing_of(line: Line, now: datetime, say: Say) -> Standing:
    """What a record waits for and how long, in words."""
    disputed = in_order(line, State.DISPUTED)
    due = in_order(line, State.DUE)
    first = line.by_id[(disputed or due)[0]] if (disputed or due) and not line.exit else None
    if first is None:
        text = say("line.exit", exit=line.exit) if line.exit else say("line.closed")
        return Standing(line, _sentence(line, text, say), line.exit or "", None, "", "", ())
    since = first.since or first.at
    how_long = age(now - since, say.language) if since else ""
    if disputed:
        text = say("line.disputed", node=first.title, age=how_long)
        shown, level = say("grid.disputed_for", age=how_long), "disputed"
    else:
        level = _level(first)
        key = "line.overdue" if level else "line.waited"
        text = say(key, node=first.title, age=how_long) if since else say("line.waiting", nodes=first.title)
        shown = how_long
    return Standing(line, _sentence(line, text, say), first.title, since, shown, level, due)


def _level(stop: Stop) -> str:
    return "red" if Mark.RED in stop.marks else "orange" if Mark.ORANGE in stop.marks else ""


def _sentence(line: Line, rest: str, say: Say) -> str:
    """第 7 步，共 17 步；等…: the step is the one that is waited for."""
    shown = [stop for stop in line.stops if stop.shown]
    passed = sum(stop.state in PASSED for stop in shown)
    step = min(passed + (0 if line.exit or passed == len(shown) else 1), len(shown))
    return say("line.sentence", step=step, steps=len(shown), rest=rest)


def passed_in(line: Line) -> Mapping[str, timedelta]:
    """How long each reached node took since the latest of its predecessors."""
    took = {}
    for stop in line.stops:
        before = [line.by_id[one].at for one in stop.after if one in line.by_id]
        times = [at for at in before if at is not None]
        if stop.at is not None and times:
            took[stop.id] = max(stop.at - max(times), timedelta(0))
    return took

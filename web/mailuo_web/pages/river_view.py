"""Home's river as its template draws it: the flow of one table with what stands at each node."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from markupsafe import Markup

from mailuo.fields import Choice
from mailuo_web.lifeline import Line, Load, Mark, River, Rung, State, Stop, draw_river, rungs_of
from mailuo_web.lifeline.bypass import stretches
from mailuo_web.lifeline.layout import Layout, lay_out
from mailuo_web.pages.standing import NodeStand, line_of
from mailuo_web.pages.subject import Subject

_EQUALS = re.compile(r"""\{([^{}]+)\}\s*=\s*["']([^"']*)["']""")
_FEW = 2


@dataclass(frozen=True, slots=True)
class NodeLoad:
    """What stands at one node now."""

    waiting: int = 0
    disputed: int = 0
    red: int = 0
    orange: int = 0
    today: int = 0


@dataclass(frozen=True, slots=True)
class FlowLoad:
    """What stands on a whole flow now: open records, and each node's load."""

    open: int
    nodes: Mapping[str, NodeLoad]


@dataclass(frozen=True, slots=True)
class TodayCount:
    """How many reached a node today."""

    title: str
    count: int


@dataclass(frozen=True, slots=True)
class RiverStep:
    """One node of the river as a line of a list, for phones and screen readers."""

    rung: Rung
    title: str
    href: str
    waiting: int
    marks: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OtherFlow:
    """Another table whose river can be looked at."""

    title: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class RiverView:
    """The river of one table."""

    table: str
    label: str
    open: int
    before_last: str
    not_yet: int
    today: tuple[TodayCount, ...]
    svg: Markup
    steps: tuple[RiverStep, ...]
    others: tuple[OtherFlow, ...]


def river_of(subject: Subject, load: FlowLoad, others: tuple[OtherFlow, ...]) -> RiverView:
    """The river of the subject's table."""
    assert subject.flow is not None
    stands = {node: NodeStand(State.DUE) for node in subject.flow.nodes}
    line = line_of(subject.flow, stands, {})
    loads = {node.id: _load(subject, node.id, load, bool(node.after)) for node in line.stops}
    label = subject.say("river.label", table=subject.table.title)
    drawn = River(line, loads, label, _bypasses(subject, line))
    milestone = _milestone(line)
    return RiverView(
        table=subject.table.title,
        label=label,
        open=load.open,
        before_last=subject.title_of(milestone) if milestone else "",
        not_yet=_not_yet(line, load, milestone),
        today=tuple(_today(subject, line, load, milestone)),
        svg=draw_river(drawn),
        steps=tuple(_step(rung, loads) for rung in rungs_of(_marked(line, loads))),
        others=others,
    )


def _marked(line: Line, loads: Mapping[str, Load]) -> Line:
    """The line with the worst that stands at each node, as its glyph shows it; the first node is where all came in."""
    return Line(tuple(_worst(stop, loads[stop.id]) for stop in line.stops), line.end)


def _worst(stop: Stop, load: Load) -> Stop:
    if not stop.after:
        return replace(stop, state=State.REACHED)
    if load.red or load.orange:
        return replace(stop, marks=frozenset({Mark.RED if load.red else Mark.ORANGE}))
    return replace(stop, state=State.DISPUTED) if load.disputed else stop


def _load(subject: Subject, node: str, load: FlowLoad, waits: bool) -> Load:
    """A node's load with the address of the records behind it; the first node shows what came in today."""
    say, stand = subject.say, load.nodes.get(node, NodeLoad())
    count = stand.waiting if waits else stand.today
    words = say("river.node" if waits else "river.inflow", node=subject.title_of(node), count=f"{count:,}")
    for name, number in (("red", stand.red), ("orange", stand.orange), ("disputed", stand.disputed)):
        words += say(f"river.node.{name}", count=number) if number else ""
    asked = f'STATE({{{node}}}) = "due"' if waits else f"NOT(ISBLANK({{{node}}}))"
    return Load(count, stand.red, stand.orange, stand.disputed, f"{subject.path}?filter={quote(asked)}", words)


def _bypasses(subject: Subject, line: Line) -> dict[str, str]:
    layout = lay_out(line.edges, line.end)
    return {
        start: _bypass(subject, layout.places[start].x, layout.places[end].x, layout, subject.title_of(end))
        for start, end in stretches(line, layout)
    }


def _bypass(subject: Subject, first: float, last: float, layout: Layout, end: str) -> str:
    """What is written over a stretch: who passes it over, where its condition says so plainly."""
    assert subject.flow is not None
    inside = (subject.flow.nodes[node] for node, place in layout.places.items() if first < place.x < last)
    conditions = {node.when.text for node in inside if node.when is not None}
    who = _others(subject, conditions.pop()) if len(conditions) == 1 else ""
    return subject.say("river.bypass.who", who=who, node=end) if who else subject.say("river.bypass", node=end)


def _others(subject: Subject, condition: str) -> str:
    """The options for which a condition `{choice} = option` does not hold, when they are few."""
    match = _EQUALS.fullmatch(condition.strip())
    field = subject.table.fields.get(match[1]) if match else None
    if match is None or field is None or not isinstance(field.type, Choice):
        return ""
    titles = [one.title for one in field.type.choices.values() if match[2] not in (one.id, one.title)]
    return subject.say("line.and").join(titles) if 0 < len(titles) <= _FEW else ""


def _milestone(line: Line) -> str | None:
    """The last node of the main line before the flow spreads to its end: what most people ask about."""
    layout = lay_out(line.edges, line.end)
    spread = [stage.spine for stage in layout.stages if stage.spine and any(not one.through for one in stage.strands)]
    return spread[-1] if spread else None


def _not_yet(line: Line, load: FlowLoad, milestone: str | None) -> int:
    """How many open records have not reached the milestone: those that wait for it or for something before it."""
    if milestone is None:
        return 0
    layout = lay_out(line.edges, line.end)
    last = layout.places[milestone].x
    beyond = [node for node, place in layout.places.items() if place.x > last]
    waiting = max((load.nodes.get(node, NodeLoad()).waiting for node in beyond), default=0)
    return max(load.open - waiting, 0)


def _today(subject: Subject, line: Line, load: FlowLoad, milestone: str | None) -> Iterator[TodayCount]:
    first = line.stops[0].id
    yield TodayCount(subject.say("river.in"), load.nodes.get(first, NodeLoad()).today)
    for node in (milestone, line.end):
        if node and node != first:
            yield TodayCount(
                subject.say("river.today", node=subject.title_of(node)), load.nodes.get(node, NodeLoad()).today
            )


def _step(rung: Rung, loads: Mapping[str, Load]) -> RiverStep:
    load = loads[rung.stop.id]
    marks = tuple(
        (name, count)
        for name, count in (("red", load.red), ("orange", load.orange), ("disputed", load.disputed))
        if count
    )
    return RiverStep(rung, rung.stop.title, load.href, load.waiting, marks)

"""Home: the river, my to-dos and the alert wall, kept fresh while one watches."""

from collections.abc import Iterator

from flask import request
from flask.typing import ResponseReturnValue

from mailuo.flow.dispute_list import Disputed
from mailuo.metadata.model import Table
from mailuo.records import Actor
from mailuo_web.http.asking import actor, application
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.pages.alerting import wall_columns
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.dispute_list import QueueWriter, Waiting
from mailuo_web.pages.dispute_told import EVIDENCE, read_case
from mailuo_web.pages.nav_counts import nav_counts
from mailuo_web.pages.page import page, part, running, say
from mailuo_web.pages.queues import flow_load, queues_of
from mailuo_web.pages.river_view import FlowLoad, OtherFlow, RiverView, river_of
from mailuo_web.pages.shell import Spot
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.tallies import open_tallies
from mailuo_web.pages.todos import TodoLine, line_of_rule, todos_of
from mailuo_web.texts.times import day_line

PARAMETERS = ("table",)
LINES = 30


@route(blueprint, "/", SIGNED_IN, parameters=PARAMETERS)
def home() -> ResponseReturnValue:
    """Home."""
    who, catalogue = actor(), say()
    line = day_line(application().clock.now(), running().zone, catalogue.language)
    return page("home.html", who, Spot("home"), {"day_line": line, "wall": wall_columns(who), **_parts(who)})


@route(blueprint, "/parts/home", SIGNED_IN, parameters=PARAMETERS)
def home_parts() -> ResponseReturnValue:
    """Home's river and to-dos as they are now."""
    return part("parts/home_live.html", **_parts(actor()))


@route(blueprint, "/parts/wall", SIGNED_IN)
def wall_part() -> ResponseReturnValue:
    """Home's wall as it is now."""
    return part("parts/wall.html", wall=wall_columns(actor()))


@route(blueprint, "/parts/nav-alerts", SIGNED_IN)
def nav_alerts() -> ResponseReturnValue:
    """The tallies of open alerts and the other counts in the sidebar."""
    return part("parts/nav_live.html", nav_alerts=open_tallies(actor()), nav_counts=nav_counts(actor()))


def _parts(who: Actor) -> dict[str, object]:
    subjects = tuple(_subjects(who))
    chosen = next((one for one in subjects if one.table.id == request.args.get("table")), next(iter(subjects), None))
    loads = {subject.table.id: flow_load(subject) for subject in subjects}
    queues = [queue for subject in subjects for queue in queues_of(subject, loads[subject.table.id])]
    return {
        "river": _river(chosen, subjects, loads[chosen.table.id]) if chosen else None,
        "todos": todos_of(queues, who.name, say(), _lines(who), _reviews(who)),
        "query": f"?table={chosen.table.id}" if chosen and chosen is not subjects[0] else "",
    }


def _lines(who: Actor) -> tuple[TodoLine, ...]:
    """What rules ask the actor to do."""
    now, zone, catalogue = application().clock.now(), running().zone, say()
    return tuple(line_of_rule(told, now, zone, catalogue) for told in application().todos.open(who, limit=LINES))


def _reviews(who: Actor) -> list[Waiting]:
    """The disputes that wait for the actor's review."""
    found, _ = application().disputes.page(who, Disputed(state=EVIDENCE), limit=LINES)
    writer = QueueWriter(application().clock.now(), running().zone, say())
    return [writer.row(case) for each in found if (case := read_case(each, running().zone)).may_review]


def _subjects(who: Actor) -> Iterator[Subject]:
    """The tables with a flow that the actor may read."""
    catalogue, now, access = say(), application().clock.now(), running().policy.access(who)
    for table in running().manifest.tables.values():
        if _flows(table) and access.reads(table.id):
            yield Subject(running(), who, table, catalogue, now)


def _flows(table: Table) -> bool:
    return table.flow is not None and bool(table.flow.nodes)


def _river(chosen: Subject, subjects: tuple[Subject, ...], load: FlowLoad) -> RiverView:
    others = tuple(
        OtherFlow(one.table.title, f"/?table={one.table.id}", one is chosen) for one in subjects if len(subjects) > 1
    )
    return river_of(chosen, load, others)

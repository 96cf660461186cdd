"""The counts in the sidebar besides the alerts: open records, open disputes, ailing connectors, rules that failed."""

from collections.abc import Iterator, Mapping
from functools import partial

from mailuo.records import Actor, Query, Running
from mailuo_web.http.asking import application
from mailuo_web.pages.connector_rows import ailing
from mailuo_web.pages.memories import memory
from mailuo_web.pages.shell import counted, settles

_OPEN = Query(filter="NOT({closed})", fields=(), limit=1, count=True)


def nav_counts(actor: Actor) -> Mapping[str, int]:
    """The counts by the line that carries them; a line that the actor does not have has none."""
    running = application().records.running
    counts = dict(_open(running, actor))
    if settles(running, actor):
        whose = "all" if actor.sees_everything else (actor.id, actor.roles)
        counts["disputes"] = memory("nav.disputes").of((whose, running.number), lambda: application().disputes.waiting(actor))
    if actor.has("connectors") or actor.has("runs"):
        counts["connectors"] = memory("nav.connectors").of(running.number, lambda: len(ailing(application().outside.console.connectors(actor.language))))
    if actor.has("runs"):
        counts["runs"] = memory("nav.runs").of(running.number, lambda: sum(bool(rule["failed"]) for rule in application().runs.rules(actor)))
    return counts


def _open(running: Running, actor: Actor) -> Iterator[tuple[str, int]]:
    """How many records of each table with a flow are not closed, of those that the actor sees."""
    access = running.policy.access(actor)
    for name, table in running.manifest.tables.items():
        if table.flow is None or not access.reads(name):
            continue
        whose = "all" if access.tables[name].sees_all_rows else (actor.id, actor.roles)
        found = memory("nav.open").of((whose, running.number, name), partial(_count, actor, name))
        yield counted(table), found


def _count(actor: Actor, table: str) -> int:
    count = application().records.page(actor, table, _OPEN).count
    return count.number if count else 0

"""The counts in the sidebar besides the alerts: open disputes, ailing connectors, rules that failed."""

from collections.abc import Mapping

from mailuo.records import Actor
from mailuo_web.http.asking import application
from mailuo_web.pages.connector_rows import ailing
from mailuo_web.pages.memories import memory
from mailuo_web.pages.shell import settles


def nav_counts(actor: Actor) -> Mapping[str, int]:
    """The counts by the line that carries them; a line that the actor does not have has none."""
    running = application().records.running
    counts: dict[str, int] = {}
    if settles(running, actor):
        whose = "all" if actor.sees_everything else actor.id
        counts["disputes"] = memory("nav.disputes").of((whose, running.number), lambda: application().disputes.waiting(actor))
    if actor.has("connectors") or actor.has("runs"):
        counts["connectors"] = memory("nav.connectors").of(running.number, lambda: len(ailing(application().outside.console.connectors())))
    if actor.has("runs"):
        counts["runs"] = memory("nav.runs").of(running.number, lambda: sum(bool(rule["failed"]) for rule in application().runs.rules(actor)))
    return counts

"""The page of runs: every rule and how it fares, the log, one run step by step, replay, and a dry run on one record."""

from urllib.parse import urlencode

from flask import abort, request
from flask.typing import ResponseReturnValue

from mailuo.automations.run_log import STATES, Sought
from mailuo.base.problems import Refusal
from mailuo_web.http.asking import actor, application, language
from mailuo_web.http.route import may, route
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.page import page, part, running, say
from mailuo_web.pages.run_words import RunWriter
from mailuo_web.pages.shell import Spot

PARAMETERS = ("automation", "state", "cursor")
_NEED = may("runs")
_PAGE = 40
_TABS = ("", "failed", "waiting", "done", "stopped", "parked")


@route(blueprint, "/runs", _NEED, parameters=PARAMETERS)
def runs_page() -> ResponseReturnValue:
    """The log, with its latest run open beside it."""
    return page("runs.html", actor(), Spot("runs"), _values(None))


@route(blueprint, "/runs/<run>", _NEED, parameters=PARAMETERS)
def run_page(run: str) -> ResponseReturnValue:
    """One run beside the log."""
    return page("runs.html", actor(), Spot("runs"), _values(run))


@route(blueprint, "/parts/runs", _NEED, parameters=(*PARAMETERS, "run"))
def runs_part() -> ResponseReturnValue:
    """The rules, the log and the run as they are now."""
    return part("parts/runs_live.html", **_values(request.args.get("run")))


@route(blueprint, "/runs/try/<automation>", _NEED, parameters=("record",))
def run_trial(automation: str) -> ResponseReturnValue:
    """What a rule would do to a record; nothing of it stays."""
    writer = _writer()
    try:
        told = application().runs.try_out(actor(), automation, request.args.get("record", ""))
    except Refusal as refusal:
        return part("parts/run_trial.html", problems=[problem.text(language()) for problem in refusal.problems])
    rule = running().manifest.automations.get(automation)
    table = rule.of if rule else None
    return part("parts/run_trial.html", problems=(), trial=told, steps=tuple(writer.steps(told["steps"], table)))


def _values(run: str | None) -> dict[str, object]:
    log, writer, who = application().runs, _writer(), actor()
    rule, state = request.args.get("automation", ""), request.args.get("state", "")
    if state and state not in STATES:
        abort(404)
    found, following = log.page(who, Sought(rule or None, state or None), limit=_PAGE, cursor=request.args.get("cursor"))
    shown = run or (found[0]["id"] if found else None)
    rules = sorted(log.rules(who), key=lambda one: (not one["failed"], not one["silent"] or not one["enabled"]))
    lines = tuple(writer.rule(one) for one in rules)
    query = {"automation": rule, "state": state}
    return {
        "rules": lines,
        "rule": next((one for one in lines if one.id == rule), None),
        "failing": sum(bool(one["failed"]) for one in rules),
        "tabs": tuple((one, _href({**query, "state": one}), one == state) for one in _TABS),
        "all_rules": _href({**query, "automation": ""}),
        "rule_href": {one.id: _href({**query, "automation": one.id}) for one in lines},
        "runs": tuple(writer.line(one) for one in found),
        "view": writer.view(log.get(who, shown)) if shown else None,
        "opened": run is not None,
        "keep": _query(query),
        "next": _href({**query, "cursor": following}) if following else "",
        "path": "/parts/runs" + (_query({**query, "run": run or "", "cursor": request.args.get("cursor", "")}) or "?state="),
    }


def _writer() -> RunWriter:
    return RunWriter(running(), say(), application().clock.now())


def _href(query: dict[str, str]) -> str:
    return f"/runs{_query(query)}"


def _query(query: dict[str, str]) -> str:
    given = {name: value for name, value in query.items() if value}
    return f"?{urlencode(given)}" if given else ""

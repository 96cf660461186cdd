"""The alerts page: every alert by state and level, oldest first, with who was told and who knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import abort, request
from flask.typing import ResponseReturnValue

from mailuo.flow.wall import Wanted
from mailuo_web.http.asking import actor, application
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.pages.alert_words import AlertRow
from mailuo_web.pages.alerting import alert_counts, listed_alerts
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.page import page, part, say
from mailuo_web.pages.shell import Spot
from mailuo_web.pages.wall import LEVELS
from mailuo_web.texts import Say

STATES = ("open", "acknowledged", "resolved")
PARAMETERS = ("state", "level", "cursor")


@dataclass(frozen=True, slots=True)
class Pill:
    """One choice of state or level."""

    href: str
    title: str
    current: bool
    level: str = ""


@dataclass(frozen=True, slots=True)
class AlertsView:
    """A page of alerts."""

    path: str
    states: tuple[Pill, ...]
    levels: tuple[Pill, ...]
    rows: tuple[AlertRow, ...]
    total: int
    next: str
    none_title: str
    none_text: str


@route(blueprint, "/alerts", SIGNED_IN, parameters=PARAMETERS)
def alerts_page() -> ResponseReturnValue:
    """The alerts page."""
    return page("alerts.html", actor(), Spot("alerts"), {"alerts": _view()})


@route(blueprint, "/parts/alerts", SIGNED_IN, parameters=PARAMETERS)
def alerts_part() -> ResponseReturnValue:
    """The list of alerts as it is now."""
    return part("parts/alert_list.html", alerts=_view())


def _view() -> AlertsView:
    state, level = request.args.get("state", "open"), request.args.get("level", "")
    if state not in STATES or level not in ("", *LEVELS):
        abort(404)
    words, wanted = say(), Wanted(state=state, level=level or None)
    rows, following = listed_alerts(actor(), wanted, request.args.get("cursor"))
    counts = alert_counts(actor())
    return AlertsView(
        path=_href("/parts/alerts", state, level, request.args.get("cursor")),
        states=tuple(_state_pill(one, state, level, counts, words) for one in STATES),
        levels=tuple(_level_pill(one, state, level, words) for one in ("", *LEVELS)),
        rows=rows,
        total=application().alerts.number(actor(), wanted),
        next=_href("/alerts", state, level, following) if following else "",
        none_title=words(f"alerts.none.{state}"),
        none_text=words("alerts.none.text"),
    )


def _state_pill(one: str, state: str, level: str, counts: Mapping[tuple[str, str, str], int], words: Say) -> Pill:
    number = sum(count for (each, _, _), count in counts.items() if each == one)
    title = words(f"alerts.state.{one}")
    return Pill(_href("/alerts", one, level), f"{title} {number:,}" if one != "resolved" else title, one == state)


def _level_pill(one: str, state: str, level: str, words: Say) -> Pill:
    title = words(f"wall.{one}") if one else words("alerts.level.all")
    return Pill(_href("/alerts", state, one), title, one == level, one)


def _href(path: str, state: str, level: str, cursor: str | None = None) -> str:
    pairs = [("state", state), ("level", level), ("cursor", cursor or "")]
    return f"{path}?{urlencode([pair for pair in pairs if pair[1]])}"

"""Answering with a page or a part of one: what every template is given, and ETags for parts that poll."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import cast

from flask import Response, make_response, render_template, request

from mailuo.automations.switch import Hold
from mailuo.records import Actor, Running
from mailuo_web.http.asking import application, asking, language
from mailuo_web.icons import icon, shape
from mailuo_web.pages.assets import asset
from mailuo_web.pages.nav_counts import nav_counts
from mailuo_web.pages.shell import Spot, shell_of
from mailuo_web.pages.tallies import open_tallies
from mailuo_web.texts import Say
from mailuo_web.texts.times import short

THEME_COOKIE = "mailuo_theme"
THEMES = ("auto", "light", "dark")


def say() -> Say:
    """The catalogue of the reader's language."""
    return Say(language())


def theme() -> str:
    """Light, dark or auto, as the reader chose."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def running() -> Running:
    """The revision in force."""
    return application().records.running


def bare_page(template: str, status: int = 200, **values: object) -> Response:
    """A page without the sidebar: signing in, errors."""
    return make_response(render_template(template, **_common(), **values), status)


def page(template: str, actor: Actor, spot: Spot, values: Mapping[str, object]) -> Response:
    """A page inside the sidebar; the spot says what is current there."""
    shell = shell_of(running(), actor, say(), spot)
    tallies = open_tallies(actor)
    told = {"nav_alerts": tallies, "nav_counts": nav_counts(actor), "held": _held(), "one_time": application().accounts.has_one_time(actor), "sample": application().settings.sample}
    given = {**_common(), "shell": shell, **told, **values}
    return make_response(render_template(template, **given))


def _held() -> str:
    """What is held back from going out, in a sentence for those whom people hold and one for those that are gone."""
    holds = application().switch.holds()
    kinds = (("some", [hold for hold in holds if not hold.by_itself]), ("gone", [hold for hold in holds if hold.by_itself]))
    return " ".join(_sentence(kind, of) for kind, of in kinds if of)


def _sentence(kind: str, holds: Sequence[Hold]) -> str:
    first, declared = holds[0], running().manifest.connectors
    since = short(first.since, application().clock.now(), running().zone, language())
    if first.connector is None:
        return say()("held.all", by=first.by, since=since)
    names = [hold.connector or "" for hold in holds]
    titles = "、".join(declared[name].title if name in declared else name for name in names)
    return say()(f"held.{kind}", connector=titles, by=first.by, since=since)


def part(template: str, **values: object) -> Response:
    """A part of a page, with an ETag: asked again unchanged it is a 304 without a body."""
    body = render_template(template, **_common(), **values)
    response = make_response(body)
    response.set_etag(sha256(body.encode()).hexdigest()[:24])
    return cast(Response, response.make_conditional(request))


def _common() -> dict[str, object]:
    catalogue, who = say(), asking()
    return {
        "say": catalogue,
        "theme": theme(),
        "csrf_token": who.csrf if who else "",
        "me": who.actor.name if who else "",
        "script_texts": json.dumps(catalogue.script_texts, ensure_ascii=False),
        "asset": asset,
        "icon": icon,
        "shape": shape,
    }

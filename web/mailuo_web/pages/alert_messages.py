"""Who was told of an alert: each message by its way, each person with how far it has come, and why not further."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask.typing import ResponseReturnValue

from mailuo.automations.told import Reached, Told
from mailuo_web.http.asking import actor, application
from mailuo_web.http.route import SIGNED_IN, route
from mailuo_web.pages.blueprint import blueprint
from mailuo_web.pages.page import part, running, say
from mailuo_web.texts import Say
from mailuo_web.texts.times import exact, short

_TONES = {"sent": "", "waiting": "quiet", "retrying": "org", "held": "org"}
"""How a state looks; any other means that somebody was not reached."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One person, or the role or person whom nothing reaches."""

    name: str
    state: str
    tone: str
    why: str
    at: str
    exact: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: by which way, to whom it was meant, and who that is."""

    via: str
    to: str
    receivers: tuple[Receiver, ...]


@route(blueprint, "/parts/alerts/<alert>/messages", SIGNED_IN)
def alert_messages(alert: str) -> ResponseReturnValue:
    """Who was told of an alert that the reader sees, and whether it reached them."""
    application().alerts.see(actor(), alert)
    words = say()
    sent = tuple(_sent(told, words) for told in application().deliveries.told(actor(), alert))
    return part("parts/alert_messages.html", messages=sent)


def _sent(told: Told, words: Say) -> Sent:
    to = told.role_title or told.user or words("via.everyone")
    if told.copy:
        to = words("told.copy", to=to)
    return Sent(words(f"via.{told.via}"), to, tuple(_receivers(told, words)))


def _receivers(told: Told, words: Say) -> Iterator[Receiver]:
    """The persons; where there are none yet, how far the message itself has come."""
    for each in told.persons:
        yield _receiver(each, told.role_title or told.user or "", words)
    if not told.persons:
        state = told.state if told.state in ("folded", "dropped") else "waiting"
        yield Receiver("", words(f"told.state.{state}"), _tone(state), "", "", "")


def _receiver(each: Reached, meant: str, words: Say) -> Receiver:
    zone, state = running().zone, each.state
    shown = words(f"told.state.{state}")
    if state == "retrying":
        shown = words("told.retrying", count=each.attempts)
    at = short(each.at, application().clock.now(), zone, words.language)
    return Receiver(each.person or meant, shown, _tone(state), each.error or "", at, exact(each.at, zone))


def _tone(state: str) -> str:
    return _TONES.get(state, "red")

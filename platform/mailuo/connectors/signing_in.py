"""Signing in: the steps by which a token is got, each building on those before it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from mailuo.base.reasons import Failure
from mailuo.connectors.client import Caller, NoAnswer, Unreachable
from mailuo.connectors.environment import Wired
from mailuo.connectors.filling import Unfilled
from mailuo.connectors.messages import NO_TOKEN, SIGN_IN
from mailuo.connectors.outcome import Meaning, Outcome
from mailuo.connectors.requesting import Asked, Session, sent
from mailuo.formulas.outside import member, text_of
from mailuo.metadata.connector import SignIn
from mailuo.metadata.given import Path

_MARGIN = timedelta(minutes=5)
_SHARE = 10
_LONGEST = timedelta(days=365)


class NotSignedIn(Failure):
    """Signing in failed; the outcome of the step says whether it may be tried again."""

    def __init__(self, step: str, outcome: Outcome) -> None:
        super().__init__(SIGN_IN(step=step, why=outcome.said))
        self.outcome = replace(outcome, reason=self.why)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session, and until when it is used."""

    session: Session
    until: datetime


def sign_in(wired: Wired, caller: Caller, now: datetime, nonce: Callable[[], str]) -> SignedIn:
    """A new session of a connector that signs in; raises NotSignedIn."""
    connector = wired.connector
    session, lives = Session(), [_LONGEST]
    for step in connector.sign_in:
        asked = Asked(wired, step.request, {}, now, nonce(), replace(session, token=""), purpose=f"{connector.id}.sign_in")
        outcome = _answer(step, asked, caller)
        if not outcome.done:
            if step.optional:
                continue
            raise NotSignedIn(step.name, outcome)
        session = _with(session, step, outcome.body)
        lives.append(_lives(step, outcome.body))
    if not session.token:
        raise NotSignedIn(connector.sign_in[-1].name, Outcome("fatal", NO_TOKEN()))
    length = min(lives)
    return SignedIn(session, now + length - min(_MARGIN, length / _SHARE))


def _answer(step: SignIn, asked: Asked, caller: Caller) -> Outcome:
    limits = asked.wired.connector.limits
    meaning = Meaning(step.classes, step.error, limits, asked.wired.connector.zone)
    try:
        return meaning.of(caller.send(sent(asked), limits.timeout.total_seconds()), asked.now)
    except NoAnswer as silence:
        return meaning.of_silence(silence)
    except (Unfilled, Unreachable) as refused:
        return Outcome("fatal", refused.why)


def _with(session: Session, step: SignIn, body: object) -> Session:
    """The session with what a step keeps; what the answer lacks is not kept."""

    def found(path: Path) -> str | None:
        return text_of(member(body, path))

    token = found(step.token) if step.token else None
    secrets = {name: value for name, path in step.secrets.items() if (value := found(path))}
    shown = {name: member(body, path) for name, path in step.values.items()}
    values = {name: each for name, each in shown.items() if each is not None}
    return Session(token or session.token, {**session.secrets, **secrets}, {**session.values, **values})


def _lives(step: SignIn, body: object) -> timedelta:
    said = text_of(member(body, step.expires_in)) if step.expires_in else None
    try:
        length = step.unit * float(Decimal(said)) if said else step.lives
    except (InvalidOperation, ValueError, OverflowError):
        return step.lives
    return min(max(length, timedelta(0)), _LONGEST)

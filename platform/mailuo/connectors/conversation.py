"""Conversations: one call of an operation with everything around it: session, signature, sending, what the answer means.

Where the answer says that the token is dead, it signs in anew and asks once more, once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mailuo.base.clock import Clock
from mailuo.connectors.addresses import Target
from mailuo.connectors.client import Caller, NoAnswer, Unreachable
from mailuo.connectors.environment import Wired
from mailuo.connectors.filling import Unfilled
from mailuo.connectors.mail import Post
from mailuo.connectors.outcome import Meaning, Outcome
from mailuo.connectors.requesting import NO_SESSION, Asked, Session, filling_of, outgoing, sent, wire
from mailuo.connectors.schemes import gone_at
from mailuo.connectors.signing_in import NotSignedIn
from mailuo.connectors.tokens import Tokens, new_nonce
from mailuo.metadata.connector import Operation


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that a call went out, and what became of it."""

    at: datetime
    milliseconds: int
    outcome: Outcome

    def row(self, call: str, connector: str, operation: str) -> dict[str, object]:
        """The row that keeps it; a request of a poll belongs to no call."""
        outcome = self.outcome
        return {
            "call": call, "connector": connector, "operation": operation, "at": self.at, "milliseconds": self.milliseconds,
            "status": outcome.status, "outcome": outcome.kind, "error": outcome.kept,
        }  # fmt: skip


@dataclass(frozen=True)
class Conversation:
    """Talks to outside systems. Threads share it."""

    caller: Caller
    tokens: Tokens
    clock: Clock
    signs: bool = True
    """Whether calls are signed and sessions opened; who only plays the outside asks for neither."""

    def attempts(self, wired: Wired, operation: Operation, values: Mapping[str, Any], call: str = "") -> Iterator[Attempt]:
        """What became of a call: one attempt, or a second one with a fresh token; the last one counts."""
        session: Session | None = None
        for again in (False, True):
            began = self.clock.now()
            try:
                session = self._session(wired, operation, session if again else None)
            except NotSignedIn as failed:
                yield Attempt(began, self._since(began), failed.outcome)
                return
            outcome = self._once(wired, operation, values, session, call)
            if outcome.kind == "refresh" and (again or session is NO_SESSION):
                outcome = replace(outcome, kind="fatal")
            yield Attempt(began, self._since(began), outcome)
            if outcome.kind != "refresh":
                return

    def ask(self, wired: Wired, operation: Operation, values: Mapping[str, Any]) -> Outcome:
        """What the last attempt came to."""
        outcome = Outcome("fatal")
        for attempt in self.attempts(wired, operation, values):
            outcome = attempt.outcome
        return outcome

    def recipient(self, wired: Wired, operation: Operation, values: Mapping[str, Any]) -> str | None:
        """Who receives a call, for limits by receiver."""
        if operation.recipient is None:
            return None
        return filling_of(self._asked(wired, operation, values, NO_SESSION, "")).text(operation.recipient)

    def _session(self, wired: Wired, operation: Operation, stale: Session | None) -> Session:
        return self.tokens.session(wired, stale) if operation.signed_in and self.signs else NO_SESSION

    def _once(
        self, wired: Wired, operation: Operation, values: Mapping[str, Any], session: Session, call: str
    ) -> Outcome:
        limits, now = operation.limits, self.clock.now()
        if wired.connector.kind == "mail" and self.signs:
            return self._posted(wired, values, call or new_nonce(), now, limits.timeout.total_seconds())
        meaning = Meaning(operation.classes, operation.error, limits, wired.connector.zone, gone_at(wired.connector))
        try:
            asked = self._asked(wired, operation, values, session, call)
            request = sent(asked) if self.signs else wire(asked, outgoing(asked))
            return meaning.of(self.caller.send(request, limits.timeout.total_seconds()), now)
        except NoAnswer as silence:
            return meaning.of_silence(silence)
        except (Unfilled, Unreachable) as refused:
            return Outcome("fatal", refused.why)

    def _asked(
        self, wired: Wired, operation: Operation, values: Mapping[str, Any], session: Session, call: str
    ) -> Asked:
        purpose = f"{wired.connector.id}.{operation.id}"
        return Asked(wired, operation.request, values, self.clock.now(), new_nonce(), session, call, purpose)

    def _posted(self, wired: Wired, values: Mapping[str, Any], name: str, now: datetime, seconds: float) -> Outcome:
        secrets = wired.secrets
        post = Post(secrets.get("url", ""), self._address_of, wired.connector.zone, secrets.get("from", ""))
        return post.send(values, name, now, seconds)

    def _address_of(self, target: Target) -> str:
        return self.caller.address_of(target)

    def _since(self, began: datetime) -> int:
        return round((self.clock.now() - began).total_seconds() * 1000)

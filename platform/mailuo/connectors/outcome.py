"""Outcomes: what an answer means: fine, again, sign in again, later, fine for some, or never. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from mailuo.base.problems import Problem
from mailuo.base.reasons import kept
from mailuo.connectors.client import Answer, NoAnswer
from mailuo.connectors.filling import Filling, reader
from mailuo.connectors.messages import ANSWERED, ANSWERED_WITH, GONE, UNSAID
from mailuo.connectors.signing.documents import document_of
from mailuo.formulas import Context, Template
from mailuo.metadata.connector import Classes, Limits

Kind = Literal["ok", "retry", "refresh", "wait", "partial", "fatal"]
_LONGEST_SAID = 400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    kind: Kind
    reason: Problem | None = None
    """What is wrong; None where all is fine."""
    status: int | None = None
    body: object = None
    retry_after: str | None = None
    """What the other side asks for, as it says it."""
    wait_for: timedelta | None = None
    """How long it has to rest at least."""
    unknown: bool = False
    """Whether nothing came back: the call may have had its effect."""
    gone: bool = False
    """Whether the endpoint takes nothing any more, whatever is sent."""

    @property
    def said(self) -> Problem:
        """What is wrong; of one that says nothing, what kind it is."""
        return self.reason or UNSAID(kind=self.kind)

    @property
    def kept(self) -> str | None:
        """What is wrong, as a row keeps it."""
        return None if self.reason is None else kept(self.reason)

    @property
    def done(self) -> bool:
        """Whether the call has had its effect, for somebody at least."""
        return self.kind in ("ok", "partial")


@dataclass(frozen=True, slots=True)
class Meaning:
    """How the answers of an operation are read."""

    classes: Classes
    error: Template | None
    limits: Limits
    zone: tzinfo
    gone: int | None = None
    """The status by which an endpoint says that it takes nothing any more."""

    def of(self, answer: Answer, now: datetime) -> Outcome:
        """What an answer means."""
        body = body_of(answer)
        filling = Filling(reader(status=Decimal(answer.status), body=body), Context(now, self.zone))
        kind, wait_for = self._kind(filling, answer.status)
        if kind == "fatal" and answer.status == self.gone:
            return Outcome(kind, GONE(), answer.status, body, gone=True)
        reason = None if kind == "ok" else self._reason(filling, answer.status)
        return Outcome(kind, reason, answer.status, body, answer.headers.get("retry-after"), wait_for)

    def of_silence(self, silence: NoAnswer) -> Outcome:
        """What it means that nothing came back."""
        kind: Kind = "retry" if "timeout" in self.limits.retry_on else "fatal"
        return Outcome(kind, silence.why, unknown=True)

    def _kind(self, filling: Filling, status: int) -> tuple[Kind, timedelta | None]:
        classes = self.classes
        fine = 200 <= status < 300 if classes.ok is None else filling.holds(classes.ok)
        if fine:
            return "ok", None
        if classes.partial is not None and filling.holds(classes.partial):
            return "partial", None
        if classes.refresh is not None and filling.holds(classes.refresh):
            return "refresh", None
        if classes.wait is not None and filling.holds(classes.wait):
            return "wait", classes.wait_for
        if classes.retry is not None and filling.holds(classes.retry):
            return "retry", None
        if self._repeats(status):
            return "retry", None
        return "fatal", None

    def _repeats(self, status: int) -> bool:
        return str(status) in self.limits.retry_on or (status >= 500 and "5xx" in self.limits.retry_on)

    def _reason(self, filling: Filling, status: int) -> Problem:
        said = filling.text(self.error) if self.error is not None else None
        return answered("HTTP", status, said)


def answered(protocol: str, status: int, said: str | None) -> Problem:
    """What the other side said, in its own words, with the status that it gave."""
    words = (said or "").strip()[:_LONGEST_SAID]
    shown = f"{protocol} {status}"
    return ANSWERED_WITH(status=shown, said=words) if words else ANSWERED(status=shown)


def body_of(answer: Answer) -> object:
    """The body as JSON with its numbers as they were written, or what its XML says; as a text where it is neither.

    A page for people is a text, whatever it looks like.
    """
    page = "html" in answer.headers.get("content-type", "") or answer.body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
    found = None if page else document_of(answer.body)
    return answer.body.decode("utf-8", "replace") if found is None else found

"""Outcomes: what an answer means: fine, again, sign in again, later, fine for some, or never. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from mailuo.connectors.client import Answer, NoAnswer
from mailuo.connectors.filling import Filling, reader
from mailuo.connectors.signing.documents import document_of
from mailuo.formulas import Context, Template
from mailuo.metadata.connector import Classes, Limits

Kind = Literal["ok", "retry", "refresh", "wait", "partial", "fatal"]
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    kind: Kind
    reason: str = ""
    status: int | None = None
    body: object = None
    retry_after: str | None = None
    """What the other side asks for, as it says it."""
    wait_for: timedelta | None = None
    """How long it has to rest at least."""
    unknown: bool = False
    """Whether nothing came back: the call may have had its effect."""

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

    def of(self, answer: Answer, now: datetime) -> Outcome:
        """What an answer means."""
        body = body_of(answer)
        filling = Filling(reader(status=Decimal(answer.status), body=body), Context(now, self.zone))
        kind, wait_for = self._kind(filling, answer.status)
        reason = "" if kind == "ok" else self._reason(filling, answer.status)
        return Outcome(kind, reason, answer.status, body, answer.headers.get("retry-after"), wait_for)

    def of_silence(self, silence: NoAnswer) -> Outcome:
        """What it means that nothing came back."""
        kind: Kind = "retry" if "timeout" in self.limits.retry_on else "fatal"
        return Outcome(kind, str(silence), unknown=True)

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

    def _reason(self, filling: Filling, status: int) -> str:
        said = filling.text(self.error) if self.error is not None else None
        return f"HTTP {status}" if not said else f"HTTP {status}: {said}"[:_LONGEST_REASON]


def body_of(answer: Answer) -> object:
    """The body as JSON with its numbers as they were written, or what its XML says; as a text where it is neither.

    A page for people is a text, whatever it looks like.
    """
    page = "html" in answer.headers.get("content-type", "") or answer.body.lstrip()[:9].lower().startswith((b"<!doctype", b"<html"))
    found = None if page else document_of(answer.body)
    return answer.body.decode("utf-8", "replace") if found is None else found

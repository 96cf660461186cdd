"""Messages: intents to tell somebody, as rows: one a role or person and a way, whether or not anybody holds the role."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mailuo.base.ids import new_id
from mailuo.flow.subject import Subject
from mailuo.metadata.model import Alert, Notify
from mailuo.records.actor import Actor

WINDOW = timedelta(seconds=60)
"""How long messages of a rule with `digest_over` wait for others that they might be folded with."""
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Receiver:
    """One to whom a message goes: a role, a person, or everybody."""

    role: str | None = None
    user: str | None = None
    copy: bool = False

    @property
    def eyes(self) -> Actor:
        """Somebody who sees what any receiver may see."""
        return Actor("", self.user or "", (self.role,) if self.role else ())


def receivers(notify: Notify) -> Iterator[Receiver]:
    """Everyone whom a notification names, a role once even if it stands in both lists."""
    if notify.everyone:
        yield Receiver()
    for role in dict.fromkeys((*notify.roles, *notify.cc)):
        yield Receiver(role=role, copy=role not in notify.roles)
    for user in dict.fromkeys(notify.users):
        yield Receiver(user=user)


def messages(rule: Alert, notifies: Sequence[Notify], subjects: Iterable[Subject], now: datetime) -> Iterator[Row]:
    """The rows that tell of these alerts of a rule."""
    waits = rule.digest_over is not None
    for subject in subjects:
        for notify in notifies:
            for receiver in receivers(notify):
                yield {
                    "id": new_id(),
                    "at": now,
                    "via": notify.via,
                    "role": receiver.role,
                    "user": receiver.user,
                    "copy": receiver.copy,
                    "subject": subject.title(notify.subject, receiver.eyes),
                    "text": subject.text(notify.text, receiver.eyes),
                    "level": rule.level,
                    "rule": rule.id,
                    "alert": subject.alert,
                    "table": rule.on,
                    "record": subject.record,
                    "window_ends": now + WINDOW if waits else None,
                    "state": "waiting" if waits else "intended",
                    "detail": {"key": subject.key, "everyone": notify.everyone},
                }

"""Messages: intents to tell somebody, as rows: one a role or person and a way, whether or not anybody holds the role."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from mailuo.base.ids import new_id
from mailuo.flow.subject import Subject
from mailuo.metadata.model import Alert, Notify
from mailuo.records.actor import Actor
from mailuo.storage import system

WINDOW = timedelta(seconds=60)
"""How long messages of a rule with `digest_over` wait for others that they might be folded with."""
Row = dict[str, object]


_ROLE = "role:"
Roles = Mapping[str, tuple[str, ...]]
"""The roles that each person holds, by name."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One to whom a message goes: a role, a person, or everybody."""

    role: str | None = None
    user: str | None = None
    copy: bool = False

    def eyes(self, roles: Roles) -> Actor:
        """Somebody who sees what the receiver may see: with a role, what anybody who holds it may."""
        held = (self.role,) if self.role else roles.get(self.user or "", ())
        return Actor("", self.user or "", held)


def receivers(notify: Notify, subject: Subject) -> Iterator[Receiver]:
    """Everyone whom a notification names, each once; a field of the record may hold a person, or a role as a whole."""
    if notify.everyone:
        yield Receiver()
    named = [name for each in notify.users if (name := subject.who(each))]
    meant = [name.removeprefix(_ROLE) for name in named if name.startswith(_ROLE)]
    addressed = [*notify.roles, *meant]
    for role in dict.fromkeys((*addressed, *notify.cc)):
        yield Receiver(role=role, copy=role not in addressed)
    for user in dict.fromkeys(name for name in named if not name.startswith(_ROLE)):
        yield Receiver(user=user)


def roles_held(connection: Connection, notifies: Sequence[Notify]) -> Roles:
    """The roles of everybody, if the notifications name persons at all."""
    held: dict[str, tuple[str, ...]] = {}
    if any(notify.users for notify in notifies):
        person, grant = system.person, system.role_grant
        query = select(person.c.name, grant.c.role).join_from(person, grant, person.c.id == grant.c.person)
        for name, role in connection.execute(query.where(person.c.disabled_at.is_(None))):
            held[name] = (*held.get(name, ()), role)
    return held


def messages(
    rule: Alert, notifies: Sequence[Notify], subjects: Iterable[Subject], now: datetime, roles: Roles
) -> Iterator[Row]:
    """The rows that tell of these alerts of a rule, each as its receiver may know it."""
    waits = rule.digest_over is not None
    for subject in subjects:
        for notify in notifies:
            for receiver in receivers(notify, subject):
                eyes = receiver.eyes(roles)
                yield {
                    "id": new_id(),
                    "at": now,
                    "via": notify.via,
                    "role": receiver.role,
                    "user": receiver.user,
                    "copy": receiver.copy,
                    "subject": subject.title(notify.subject, eyes),
                    "text": subject.text(notify.text, eyes),
                    "level": rule.level,
                    "rule": rule.id,
                    "alert": subject.alert,
                    "table": rule.on,
                    "record": subject.record,
                    "window_ends": now + WINDOW if waits else None,
                    "state": "waiting" if waits else "intended",
                    "detail": {"key": subject.key, "everyone": notify.everyone},
                }

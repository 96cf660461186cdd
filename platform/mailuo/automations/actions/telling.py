"""Telling: messages to roles and people, each as its receiver may know it, and lines on Home."""

from functools import partial
from typing import Any

from sqlalchemy import insert, select

from mailuo.automations.actions.acting import Acting, Outcome
from mailuo.automations.endings import told as told_of
from mailuo.automations.filling import Filling
from mailuo.automations.members import Members, RowMember, shown
from mailuo.base.ids import new_id
from mailuo.flow.message import Receiver
from mailuo.formulas import Template
from mailuo.metadata.automation import Tell, Todo
from mailuo.records.actor import Actor
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

_ROLE = "role:"
Path = tuple[str, ...]


def tell(acting: Acting, deed: Tell) -> Outcome:
    """Writes a message for every role and person that the step names."""
    named = _named(acting, deed)
    held = _roles_held(acting, [each.user for each in named if each.user])
    rows = [_row(acting, deed, each, each.eyes(held)) for each in named]
    if rows:
        acting.connection.execute(insert(system.message), rows)
    told = [{"via": deed.via, "to": each.role or each.user, "everyone": each.role is None and each.user is None} for each in named]
    return Outcome({"via": deed.via}, {"told": told, "text": rows[0]["text"] if rows else ""})


def put_todo(acting: Acting, deed: Todo) -> Outcome:
    """Puts a line on Home, for a role or a person, as it may know it."""
    user = Filling(acting.members, [deed.user]).text(deed.user) if deed.user is not None else ""
    role = user.removeprefix(_ROLE) if user.startswith(_ROLE) else deed.role
    eyes = Receiver(role=role, user=user).eyes(_roles_held(acting, [user]))
    row = {
        "id": new_id(), "automation": acting.run.automation, "run": acting.run.id, "role": role,
        "user": None if user.startswith(_ROLE) else user or None, "text": _rendered(acting.members, deed.text, eyes), "step": acting.path,
        "table": acting.run.table or "", "record": acting.run.record, "at": acting.now,
        "until": deed.until.text if deed.until is not None else "",
    }  # fmt: skip
    acting.connection.execute(insert(system.todo), row)
    insert_many(acting.connection, system.outbox, [told_of(row, acting.now)])
    return Outcome({"role": row["role"], "user": row["user"]}, {"text": row["text"]})


def _named(acting: Acting, deed: Tell) -> list[Receiver]:
    """Everyone whom a message goes to, each once; a value may name a person, or a role as a whole."""
    filling = Filling(acting.members, deed.users)
    users = [name for each in deed.users if (name := filling.text(each))]
    addressed = dict.fromkeys([*deed.roles, *(name.removeprefix(_ROLE) for name in users if name.startswith(_ROLE))])
    copied = [role for role in dict.fromkeys(deed.cc) if role not in addressed]
    return [
        *([Receiver()] if deed.everyone else []),
        *(Receiver(role=role) for role in addressed),
        *(Receiver(role=role, copy=True) for role in copied),
        *(Receiver(user=name) for name in dict.fromkeys(users) if not name.startswith(_ROLE)),
    ]


def _roles_held(acting: Acting, users: list[str]) -> dict[str, tuple[str, ...]]:
    person, grant = system.person, system.role_grant
    held: dict[str, tuple[str, ...]] = {}
    if users:
        query = select(person.c.name, grant.c.role).join_from(person, grant, person.c.id == grant.c.person)
        for name, role in acting.connection.execute(query.where(person.c.name.in_(users), person.c.disabled_at.is_(None))):
            held[name] = (*held.get(name, ()), role)
    return held


def _row(acting: Acting, deed: Tell, receiver: Receiver, eyes: Actor) -> dict[str, Any]:
    title = _title(acting)
    return {
        "id": new_id(), "at": acting.now, "via": deed.via, "role": receiver.role, "user": receiver.user,
        "copy": receiver.copy, "subject": _rendered(acting.members, deed.subject, eyes) or title,
        "text": _rendered(acting.members, deed.text, eyes) or title, "table": acting.run.table,
        "record": acting.run.record or None, "state": "intended",
        "detail": {"everyone": receiver.role is None and receiver.user is None, "automation": acting.run.automation, "run": acting.run.id},
    }  # fmt: skip


def _title(acting: Acting) -> str:
    """What a message says that has no words of its own: the rule and the record."""
    automation = acting.running.manifest.automations.get(acting.run.automation)
    title = automation.title if automation is not None else acting.run.automation
    key = acting.key(acting.run.table, acting.run.record) if acting.run.table and acting.run.record else ""
    return f"{title} {key}".strip()


def _rendered(members: Members, template: Template | None, eyes: Actor) -> str:
    """The text; what the receiver may not know of it is not in it."""
    if template is None:
        return ""
    read = members.reader(template.reads)

    def value(path: Path) -> object:
        owner, rest = members.owner(path)
        if isinstance(owner, RowMember) and rest:
            return members.in_text(path, members.running.policy.told(eyes, owner.table, rest, read(path)))
        return read(path)  # what came from outside, and counts, anybody may know who is told

    return template.render(value, partial(shown, zone=members.running.zone))

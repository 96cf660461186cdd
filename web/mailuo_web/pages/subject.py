"""What a page is about: one table as one actor sees it in one language; every page of a table starts from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote
from zoneinfo import ZoneInfo

from mailuo.fields import Choice, Choices, FieldType, Link, User
from mailuo.metadata.model import Flow, Table
from mailuo.records import Actor, Record, Running, Sight, TableAccess
from mailuo_web.pages.conditions import Words
from mailuo_web.texts import Say
from mailuo_web.texts.times import exact, short

NAME = "name"
"""The field by which people know a record better than by its number."""
_ROLE = "role:"
_SYSTEM = (
    "status",
    "status_since",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    "alerts_opened",
    "disputed",
    "closed",
)


@dataclass(frozen=True)
class Subject:
    """A table, who looks at it, in what language, and when."""

    running: Running
    actor: Actor
    table: Table
    say: Say
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The workspace's zone."""
        return self.running.zone

    @property
    def flow(self) -> Flow | None:
        """The table's flow, if it has one."""
        return self.table.flow

    @cached_property
    def access(self) -> TableAccess:
        """What the actor may do in the table."""
        return self.running.access(self.actor, self.table.id)

    def asks(self, name: str) -> bool:
        """Whether the actor may ask about a name of the table; of what is hidden and what is unknown the same is said."""
        return self.running.policy.scope(self.actor, self.table.id).resolve(tuple(name.split("."))) is not None

    @property
    def path(self) -> str:
        """The address of the table's page."""
        return f"/tables/{self.table.id}"

    @property
    def api(self) -> str:
        """The address of the table's records in the API."""
        return f"/api/v1/tables/{self.table.id}/records"

    def confirms(self, node: str) -> bool:
        """Whether the actor may say that a node is reached; what only the clock reaches is nobody's to confirm."""
        by = self.flow.nodes[node].by if self.flow else ()
        return bool(by) and self.running.policy.may(self.actor, "confirm", (self.table.id, node))

    def record_path(self, key: str) -> str:
        """The address of a record's page."""
        return f"{self.path}/records/{quote(key, safe='')}"

    def title_of(self, name: str) -> str:
        """What people call a field, node, exit, system field or path of the table."""
        titles: Mapping[str, str] = self.words.titles
        return titles.get(name) or self._path_title(name) or name

    def _path_title(self, name: str) -> str | None:
        """A path by the title of its last step; the other steps are clear from the table."""
        first, _, rest = name.partition(".")
        field = self.table.fields.get(first)
        if not rest or field is None or not isinstance(field.type, Link):
            return None
        target = self.running.manifest.tables.get(field.type.to)
        last = target.fields.get(rest) if target else None
        return f"{field.title} {last.title}" if last else None

    @cached_property
    def words(self) -> Words:
        """Titles of names, and of the options of choices, by id and by title."""
        titles = {key: field.title for key, field in self.table.fields.items()}
        if self.flow:
            titles |= {key: node.title for key, node in self.flow.nodes.items()}
            titles |= {key: one.title for key, one in self.flow.exits.items()}
        titles |= {key: self.say(f"system.{key}") for key in _SYSTEM}
        options: dict[str, Mapping[str, str]] = {}
        for key, field in self.table.fields.items():
            if isinstance(field.type, (Choice, Choices)):
                options[key] = options[field.title] = {one.id: one.title for one in field.type.choices.values()}
        if self.flow:
            nodes = {key: node.title for key, node in self.flow.nodes.items()}
            options["status"] = nodes | {key: one.title for key, one in self.flow.exits.items()}
        return Words(titles, options)

    @property
    def seen_words(self) -> Words:
        """The same, less those of fields that are hidden: what somebody asks for is not told by being said aloud."""
        hidden = {name for name in self.table.fields if self.access.sight(name) is Sight.HIDDEN}
        hidden |= {self.table.fields[name].title for name in hidden}
        titles = {name: title for name, title in self.words.titles.items() if name not in hidden}
        return Words(titles, {name: each for name, each in self.words.options.items() if name not in hidden})

    def readable(self) -> Iterator[str]:
        """The fields of which the actor sees something."""
        yield from self.access.readable

    def shown(self, record: Record, name: str) -> str:
        """A member of a record as people read it; masked values are text already."""
        return self.shown_value(name, record.values.get(name))

    def shown_value(self, name: str, value: object) -> str:
        """A value of a member as people read it."""
        if value is None or value == "":
            return ""
        field = self.table.fields.get(name)
        if name == "status":
            return self.words.value("status", str(value))
        if field is None:
            return self._plain(value)
        if self.access.sight(name) is Sight.MASKED and isinstance(value, str):
            return value
        return shown_by(field.type, value, self)

    def _plain(self, value: object) -> str:
        if isinstance(value, datetime):
            return short(value, self.now, self.zone, self.say.language)
        if isinstance(value, bool):
            return self.say("yes" if value else "no")
        return str(value)

    def exact(self, value: object) -> str:
        """The exact time of a moment, for a hover; empty for anything else."""
        return exact(value, self.zone) if isinstance(value, datetime) else ""

    def label_field(self) -> str | None:
        """The field by which people know a record whose table has no key: its first text."""
        if self.table.key:
            return self.table.key.field
        texts = ("text", "phone", "email", "barcode", "user")
        return next((key for key in self.access.readable if self.table.fields[key].type.name in texts), None)

    def label(self, record: Record) -> str:
        """What people call a record: its key, else its first text, else its id."""
        field = self.label_field()
        value = record.values.get(field) if field else None
        return str(value) if value else record.key


def shown_by(type_: FieldType, value: object, subject: Subject) -> str:
    """A value by its type; moments are short, files and linked records are known by their names."""
    if isinstance(value, datetime):
        return short(value, subject.now, subject.zone, subject.say.language)
    if isinstance(value, Mapping) and "name" in value and "sha256" in value:
        return str(value["name"])
    if isinstance(value, Mapping) and isinstance(type_, Link):
        return _linked_label(value, type_, subject)
    if isinstance(value, list):
        return str(len(value))
    if isinstance(type_, User) and str(value).startswith(_ROLE):
        role = subject.running.manifest.roles.get(str(value).removeprefix(_ROLE))
        return role.title if role else str(value)
    return type_.show(value, subject.say.language, subject.zone)


def _linked_label(value: Mapping[str, object], type_: Link, subject: Subject) -> str:
    target = subject.running.manifest.tables[type_.to]
    if value.get(NAME):
        return str(value[NAME])
    if target.key:
        return str(value.get(target.key.field) or value["id"])
    texts = (key for key, field in target.fields.items() if field.type.name in ("text", "phone", "email", "barcode"))
    return str(next((value[key] for key in texts if value.get(key)), value["id"]))

"""Automations as frozen dataclasses: what starts them, under which condition, and what they do step by step.

Names in their formulas and templates: the fields of the record that started it; `record.…` (the same, said aloud),
`item.…` in `for_each`, `event.…` of what came in and `part.…` of the row it named, what `as:` gave a name, and
`form.ID`, the address of a public form about the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from mailuo.base.cron import Cron
from mailuo.base.problems import Place
from mailuo.formulas import Formula, Template
from mailuo.metadata.given import Given, Path

# --- what starts it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnRecord:
    """`{created: TABLE}`, `{updated: TABLE, fields: […]}`, `{deleted: TABLE}`; no fields means any."""

    kind: Literal["created", "updated", "deleted"]
    of: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OnNode:
    """`{reached: NODE, of: TABLE}`, also an exit; `disputed`, `verdict_given`. Once for a record, for ever."""

    kind: Literal["reached", "disputed", "verdict_given"]
    node: str
    of: str


@dataclass(frozen=True, slots=True)
class OnAlert:
    """`{opened: ALERT}`, `{resolved: ALERT}`: the record is the one that the alert is about."""

    kind: Literal["opened", "resolved"]
    alert: str
    of: str


@dataclass(frozen=True, slots=True)
class OnForm:
    """`{submitted: FORM}`: the record is the row that the form made."""

    form: str
    of: str


@dataclass(frozen=True, slots=True)
class OnEvent:
    """`{received: EVENT, from: CONNECTOR}`: once for each element that the event's `each` names; it is `{event.…}`.

    Where the event finds a record, that is the record, and the row found on the way to it is `{part.…}`.
    """

    event: str
    connector: str
    of: str | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class OnSchedule:
    """`{schedule: CRON}`, optionally for each record of `{of: TABLE, where: FORMULA}`."""

    cron: Cron
    zone: ZoneInfo
    of: str | None = None
    where: Formula | None = None


@dataclass(frozen=True, slots=True)
class OnButton:
    """`{pressed: ID, of: TABLE, by: […]}`: a button on the record, for these roles."""

    button: str
    of: str
    by: tuple[str, ...]
    title: str


Trigger = OnRecord | OnNode | OnAlert | OnForm | OnEvent | OnSchedule | OnButton

# --- what it does -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Set:
    """`set: {FIELD: value}`: fields of the record that started it."""

    table: str
    values: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class Create:
    """`create: {table, set, match?, initially?, as?}`: a row; with `match` the one made before is changed instead."""

    table: str
    values: Mapping[str, Given]
    match: tuple[str, ...] = ()
    """Fields that tell which row is meant: one that an earlier run of the rule made for the record, or, where the table
    lets no two rows have them alike, any row that has them."""
    initially: Mapping[str, Given] | None = None
    """Values of a row that is new; one that was there keeps its own."""
    name: str | None = None
    """How later steps call the row: `{name.field}`, and `{name}` for its key."""


@dataclass(frozen=True, slots=True)
class Update:
    """`update: {table?, record? | where? | match?, set}`: the rows that these name; without any, the record itself."""

    table: str
    values: Mapping[str, Given]
    record: Given = None
    """The key of the row, most often a link: `{order}`."""
    where: Formula | None = None
    match: Mapping[str, Given] | None = None
    name: str | None = None
    """How later steps call the row, if it was one; blank if there was none. Without values it is only looked for."""


@dataclass(frozen=True, slots=True)
class Delete:
    """`delete: {table?, record? | where?}`: rows to the trash; without either, the record itself."""

    table: str
    record: Given = None
    where: Formula | None = None


@dataclass(frozen=True, slots=True)
class ClaimNode:
    """`claim: {node, record?, at?, part?, source?}`: said of the record, or of the row a link or key names.

    The source is `automation`, the connector whose event started the rule or whose answer it has, or the form that
    started it (`form:nps`).
    """

    node: str
    of: str
    record: Given = None
    at: Given = None
    part: Given = None
    source: str = "automation"


@dataclass(frozen=True, slots=True)
class Tell:
    """`notify: {roles?, users?, cc?, everyone?, via, text?, subject?}`."""

    via: Literal["wecom", "email", "popup"]
    roles: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    users: tuple[Given, ...] = ()
    everyone: bool = False
    text: Template | None = None
    subject: Template | None = None


@dataclass(frozen=True, slots=True)
class Todo:
    """`todo: {role | user, text, until?}`: a line on Home that ends itself when the condition is true of the record."""

    text: Template
    role: str | None = None
    user: Given = None
    until: Formula | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """`call: {connector, operation, with?, as?}`: a call out; its answer is `{name.…}` for later steps.

    The run waits for the answer. `{name.…}` are the operation's `result` names, or the whole body where it has none.
    """

    connector: str
    operation: str
    values: Mapping[str, Given]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class ForEach:
    """`for_each: "{lines}"` or `{of: TABLE, where: FORMULA}`, `do: […]`: each row is `{item.…}`, the record `{record.…}`.

    One of `links` (a path to a links field), `where` and `each` (a list in what came from outside) says over what.
    """

    table: str | None
    steps: tuple["Step", ...]
    links: Path = ()
    where: Formula | None = None
    each: Path = ()


@dataclass(frozen=True, slots=True)
class If:
    """`if: FORMULA, do: […], else: […]`."""

    condition: Formula
    steps: tuple["Step", ...]
    otherwise: tuple["Step", ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """`count: {as: n, of: TABLE, where: FORMULA}`, or of a links field `"{lines}"`: a number for the steps that follow."""

    name: str
    table: str | None
    links: Path = ()
    where: Formula | None = None
    each: Path = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """`stop: TEXT`: the run ends here, and says why."""

    say: Template | None = None


Deed = Set | Create | Update | Delete | ClaimNode | Tell | Todo | Call | ForEach | If | Count | Stop


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, and what a failure means."""

    deed: Deed
    on_error: Literal["retry", "skip", "stop"]
    path: str
    """Its path inside the automation, such as `do.0.do.1`: what runs and replays call it."""


@dataclass(frozen=True, slots=True)
class Automation:
    """A rule: when something happens, and a condition holds, these steps are taken, as the system."""

    id: str
    title: str
    on: Trigger
    steps: tuple[Step, ...]
    also_on: tuple[Trigger, ...] = ()
    """Further triggers of the same steps: a button beside an event, for one."""
    condition: Formula | None = None
    enabled: bool = True
    place: Place | None = None

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Everything that starts it."""
        return (self.on, *self.also_on)

    @property
    def of(self) -> str | None:
        """The table of the record that starts it; None where there is no record."""
        return self.on.of

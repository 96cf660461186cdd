"""Connectors as frozen dataclasses: how an outside system is called, listened to and asked again and again.

Names in their formulas and templates: of a request, what the call was given (`with:`) and `auth.id now` and
`signin.…`; of an answer, `status body.…`; of an event, `body.… item.… trace.… auth.id now`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

from mailuo.base.problems import Place
from mailuo.formulas import Formula, Template
from mailuo.metadata.given import Given, Path


@dataclass(frozen=True, slots=True)
class Setting:
    """A text with `${NAME}` and `${NAME:-default}` in it; what they are is known at run time alone."""

    text: str
    names: tuple[str, ...]
    needed: tuple[str, ...] = ()
    """The names that have no default: without them the connector is off."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a request."""

    where: Literal["header", "query", "field"]
    name: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """The time of a request, and where it stands."""

    spot: Spot
    unit: str
    """`seconds`, `milliseconds`, `iso`, or a pattern such as `yyyy-MM-dd HH:mm:ss`."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as its parts: the digest with the place of its secret, the text, the form, and where it stands."""

    digest: str
    key: str
    """The secret."""
    over: Template
    """The text: `{method} {path} {query} {body} {time} {nonce} {sorted} {sorted_query} {sorted_encoded} {sorted_json}`,
    `{auth.id}`, and single `{header.…} {param.…} {field.…}`."""
    form: str
    spot: Spot
    prefix: str = ""
    time: Stamp | None = None
    nonce: Spot | None = None
    id: Spot | None = None
    """What makes two arrivals one."""
    window: timedelta = timedelta(minutes=5)
    without: tuple[str, ...] = ()
    """Fields that `{sorted}` and the like leave out, besides the signature itself."""
    zone: tzinfo = UTC
    """The zone of times that name none."""


@dataclass(frozen=True, slots=True)
class Auth:
    """How calls are signed and senders proved; values reach the signing code only."""

    scheme: str
    values: Mapping[str, Setting]
    sign: Signature | None = None
    """Of the scheme `declared`: how calls are signed."""
    verify: Signature | None = None
    """And how events are."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so long."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """How fast, how long and how often."""

    rates: tuple[Rate, ...] = ()
    recipient_rates: tuple[Rate, ...] = ()
    timeout: timedelta = timedelta(seconds=10)
    times: int = 6
    """Attempts in all."""
    retry_on: tuple[str, ...] = ("timeout", "5xx", "429")
    """`timeout`, `5xx`, or a status."""
    waits: tuple[timedelta, ...] = ()
    """Before each further attempt; none written: as the installation says (MAILUO_RETRY_WAITS)."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request to be filled in."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: Template
    query: Mapping[str, Given]
    headers: Mapping[str, Given]
    form: Mapping[str, Given] | None = None
    """A value that is a list or a map is sent as its JSON text; a blank one is left out."""
    json: Given = None


@dataclass(frozen=True, slots=True)
class Classes:
    """What an answer that is not fine means, each a condition over `{status}` and `{body.…}`; the rest is fatal."""

    ok: Formula | None
    retry: Formula | None = None
    refresh: Formula | None = None
    """Sign in again, then once more."""
    wait: Formula | None = None
    """The quota is used up: later, at least `wait_for`."""
    partial: Formula | None = None
    """Done for some receivers, not for others: not repeated, but told."""
    wait_for: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Operation:
    """A call that automations, polls and people may make."""

    id: str
    title: str
    request: Request
    classes: Classes
    error: Template | None
    """What the answer says went wrong."""
    result: Mapping[str, Path]
    """Names for parts of the answer, for those who called."""
    limits: Limits
    recipient: Template | None = None
    check: str | None = None
    """The operation that tells whether a call without an answer had its effect."""
    parameters: tuple[str, ...] = ()
    """What may be given to it: the names that its request uses."""
    signed_in: bool = True
    """Whether it needs a token where the connector signs in."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One step of signing in: a call whose answer holds a token, and how long it lives. Steps follow one another."""

    name: str
    request: Request
    classes: Classes
    token: Path
    """Where the answer holds the token that calls bear; empty for a step that only keeps what the next needs."""
    secrets: Mapping[str, Path]
    """What else it keeps, sealed: `{secret: NAME}` of later steps; it takes the place of the value of `auth` of that name."""
    values: Mapping[str, Path]
    """What it keeps and anybody may see: `{signin.NAME}` in requests."""
    expires_in: Path
    """Where the answer says how long it lives, in `unit`s."""
    unit: timedelta
    lives: timedelta
    """How long it lives when the answer does not say."""
    optional: bool = False
    """Whether signing in goes on with what `auth` holds when this step fails."""
    error: Template | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that a poll asks about: it overlaps the last, and ends a little before now."""

    start: str
    end: str
    format: str
    """`iso`, `seconds`, `milliseconds`, or a pattern such as `yyyy-MM-dd HH:mm:ss`."""
    overlap: timedelta
    lag: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Pages:
    """How an answer goes on."""

    parameter: str
    size: int
    first: int
    backwards: bool
    """From the last page to the first, so that what moves between pages is not lost."""
    total: Path | None
    """Where the answer says how many there are in all."""
    more: Formula | None
    """Whether there is a further page, by `{body.…}`; without either, until a page is not full."""
    size_parameter: str | None = None
    next: Path | None = None
    """Where the answer says what the next page is asked for by; pages have no numbers then."""


@dataclass(frozen=True, slots=True)
class Poll:
    """An operation that is called again and again; each element of its answer is an event."""

    id: str
    title: str
    operation: str
    values: Mapping[str, Given]
    every: timedelta | None
    """None: as often as the installation says (MAILUO_POLL_SECONDS)."""
    each: Path
    """Where the answer holds its list; empty: the answer itself is the element."""
    event: str
    """Each element takes the place of that event's element (`item`; the body too where the event has no `each`)."""
    key: Template | None = None
    """What makes two elements one event, of `{item.…}`; None: a digest of the element."""
    window: Window | None = None
    pages: Pages | None = None
    rows: "Rows | None" = None
    then: "Then | None" = None
    confirm: "Confirm | None" = None


@dataclass(frozen=True, slots=True)
class Rows:
    """Instead of a window: the rows of a table that a condition finds are asked about one by one; each is `{row.…}`."""

    table: str
    where: Formula | None
    silent_for: timedelta | None
    """Only rows of which nothing came in for so long."""


@dataclass(frozen=True, slots=True)
class Then:
    """An operation by which each element `{item.…}` is read in full; what `body` names in its answer is the element."""

    operation: str
    values: Mapping[str, Given]
    body: Path


@dataclass(frozen=True, slots=True)
class Confirm:
    """An operation called when the elements of a page are stored; `{keys}` are their `key`s, joined by commas."""

    operation: str
    values: Mapping[str, Given]
    key: Path
    """What is confirmed of each element, as it was listed."""


@dataclass(frozen=True, slots=True)
class Find:
    """The record that an event is about: the row whose fields equal these values, or the one it is linked to."""

    table: str
    where: Mapping[str, Given]
    claim_on: str | None
    """The link field of the row that leads to the record with the flow; the row is then the part spoken of."""


@dataclass(frozen=True, slots=True)
class EventClaim:
    """What an event says of the record, in the connector's name."""

    node: Template
    """The node; one with gaps is known when the event comes, and must then be one that the connector may speak of."""
    at: Given
    """A path or template of a time, naked ones in the event's zone, or a formula; blank: nothing is said."""
    when: Formula | None = None
    each: Path = ()
    """A path from the element to a list whose elements are `{trace.…}`."""
    take: Literal["first", "last", "all"] = "first"
    """Which of those that `when` lets through, by their times."""
    part: Given = None
    """The key of the row spoken of; without it the row that `find` went through, if there was one."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that comes in: how its sender is proved, what it says, how it is answered."""

    id: str
    title: str
    verify: str | None
    """The scheme; None: it does not come in by itself, a poll brings it."""
    zone: ZoneInfo
    each: Path
    """Where the body holds its elements, each `{item.…}`; empty: the body is the one element, or all that it lists."""
    key: Template | None
    """What makes two arrivals one event, by `{item.…}` each element; None: what the scheme says, or a digest of the body."""
    when: Formula | None
    """Elements that do not meet it are passed over."""
    find: Find | None
    claims: tuple[EventClaim, ...]
    answer: Given


@dataclass(frozen=True, slots=True)
class Delivers:
    """That messages go out through it: the way, and the operation, which is given `to text subject url title`."""

    via: Literal["wecom", "email"]
    operation: str | None
    most_bytes: int | None = None
    """How long a text may be in UTF-8; a longer one is cut, and keeps its link."""


@dataclass(frozen=True, slots=True)
class Connector:
    """An outside system."""

    id: str
    title: str
    base_url: Setting | None
    auth: Auth | None
    zone: ZoneInfo
    limits: Limits
    sign_in: tuple[SignIn, ...]
    operations: Mapping[str, Operation]
    polls: Mapping[str, Poll]
    events: Mapping[str, Event]
    kind: Literal["http", "mail"] = "http"
    delivers: Delivers | None = None
    enabled: bool = True
    place: Place | None = None

    @property
    def environment(self) -> frozenset[str]:
        """Every name of the environment that it asks for."""
        settings = (*(self.auth.values.values() if self.auth else ()), *((self.base_url,) if self.base_url else ()))
        return frozenset(name for setting in settings for name in setting.names)

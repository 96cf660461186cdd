"""The table page as its template draws it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mailuo_web.pages.address import Address
from mailuo_web.pages.cells import Row
from mailuo_web.pages.columns import Column, all_columns, is_seen
from mailuo_web.pages.conditions import Chip, chips_of
from mailuo_web.pages.looks import Look, declared_looks
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.totals import Total, count_of, totals_of


@dataclass(frozen=True, slots=True)
class Tab:
    """A view, as a tab."""

    href: str
    title: str
    current: bool
    count: str = ""


@dataclass(frozen=True, slots=True)
class ChipView:
    """A condition with the address of the page without it."""

    name: str
    op: str
    value: str
    without: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: clicking it sorts, ascending first, then descending."""

    id: str
    title: str
    style: str
    sorted: str
    sort_href: str


@dataclass(frozen=True, slots=True)
class SortChoice:
    """One line of the sort menu."""

    title: str
    href: str
    direction: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen by its id."""

    id: str
    title: str
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What a page without rows says, and the way on."""

    title: str
    text: str
    href: str
    action: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What the records answered: rows, how many in all, the next cursor, or what was wrong with the question."""

    rows: tuple[Row, ...] = ()
    total: int = 0
    exact: bool = True
    next: str | None = None
    problem: str = ""


@dataclass(frozen=True)
class GridPage:
    """A table page: everything that its template needs, formed from the subject, the address and what was listed."""

    subject: Subject
    address: Address
    view: Look | None
    shown: tuple[Column, ...]
    listed: Listed
    saved: tuple[Look, ...] = ()

    @property
    def table(self) -> str:
        """The table's id."""
        return self.subject.table.id

    @property
    def title(self) -> str:
        """The table's title."""
        return self.subject.table.title

    @property
    def path(self) -> str:
        """The page's path."""
        return self.address.path

    @property
    def filter(self) -> str:
        """The filter in force, as formula: the address's, else the view's."""
        if self.address.filter is not None:
            return self.address.filter
        return self.view.filter if self.view else ""

    @property
    def sort(self) -> str:
        """The order in force: the address's, else the view's."""
        if self.address.sort is not None:
            return self.address.sort
        return self.view.sort if self.view else ""

    @property
    def problem(self) -> str:
        """What is wrong with the filter or the order, blank when nothing is."""
        return self.listed.problem

    @property
    def rows(self) -> Sequence[Row]:
        """The rows of this page."""
        return self.listed.rows

    @property
    def total(self) -> int:
        """How many records there are in all."""
        return self.listed.total

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """All records, the declared views that the actor may ask, then those that the actor saved."""
        shown = "" if self.problem else f"{self.total:,}{'' if self.listed.exact else '+'}"
        return tabs_of(self.subject, self.view, self.saved, shown)

    @property
    def totals(self) -> tuple[Total, ...]:
        """What the list comes to as a whole; nothing where so many records are in it that they are not counted one by one."""
        if self.problem or not self.rows or not self.listed.exact:
            return ()
        return totals_of(self.subject, self.filter, self.shown)

    @property
    def own(self) -> str:
        """The view in sight when the reader saved it, and so may drop it."""
        return self.view.id if self.view and self.view.own else ""

    @property
    def keep_for_saving(self) -> tuple[tuple[str, str], ...]:
        """What a view that is saved now remembers."""
        columns = self.address.columns or (self.view.columns if self.view else ())
        return (("filter", self.filter), ("sort", self.sort), *(("columns", name) for name in columns if is_seen(self.subject, name)))

    @property
    def unsaved(self) -> bool:
        """Whether the question differs from the view's."""
        return self.address.changed or bool(self.address.columns)

    @property
    def reset(self) -> str:
        """The view as it is declared."""
        return self.path

    @property
    def chips(self) -> tuple[ChipView, ...]:
        """The filter as chips."""
        made: tuple[Chip, ...] = chips_of(self.filter, self.subject.seen_words, self.subject.say)
        return tuple(ChipView(one.name, one.op, one.value, self.address.filtered(one.rest)) for one in made)

    @property
    def keep_for_filter(self) -> tuple[tuple[str, str], ...]:
        """What a new filter leaves as it is."""
        return self.address.pairs("filter", "cursor")

    @property
    def keep_for_columns(self) -> tuple[tuple[str, str], ...]:
        """What another choice of columns leaves as it is."""
        return self.address.pairs("columns", "cursor")

    @property
    def columns(self) -> tuple[Head, ...]:
        """The heads of the columns."""
        directions = _directions(self.sort)
        return tuple(self._head(column, directions.get(column.sort, "")) for column in self.shown)

    def _head(self, column: Column, direction: str) -> Head:
        following = f"-{column.sort}" if direction == "ascending" else column.sort
        href = self.address.sorted(following) if column.sort else ""
        return Head(column.id, column.title, column.style, direction, href)

    @property
    def sorts(self) -> Mapping[str, str]:
        """The names sorted by, with their directions."""
        return _directions(self.sort)

    @property
    def sortable(self) -> tuple[SortChoice, ...]:
        """The sort menu."""
        directions = _directions(self.sort)
        return tuple(
            SortChoice(head.title, head.sort_href, head.sorted)
            for column in all_columns(self.subject)
            if column.sort and (head := self._head(column, directions.get(column.sort, "")))
        )

    @property
    def all_columns(self) -> tuple[Choice, ...]:
        """Every column, and whether it is shown."""
        shown = {column.id for column in self.shown}
        known = all_columns(self.subject)
        paths = [column for column in self.shown if column.id not in {one.id for one in known}]
        return tuple(Choice(column.id, column.title, column.id in shown) for column in (*known, *paths))

    @property
    def askable(self) -> tuple[Choice, ...]:
        """The names that a condition may be about."""
        asks = self.subject.running.policy.access(self.subject.actor).asks
        flow = self.subject.flow
        names = [*self.subject.readable(), *(("status", "closed", "disputed", *flow.nodes) if flow else ())]
        fit = (name for name in names if asks(self.subject.table.id, (name,)) and _asked(self.subject, name))
        return tuple(Choice(name, self.subject.title_of(name)) for name in fit)

    @property
    def node_titles(self) -> str:
        """The titles of the flow's nodes, for the bar that confirms many."""
        flow = self.subject.flow
        return json.dumps({key: node.title for key, node in flow.nodes.items()} if flow else {}, ensure_ascii=False)

    @property
    def pickable(self) -> bool:
        """Whether records can be picked and confirmed together."""
        return self.subject.flow is not None

    @property
    def new(self) -> str:
        """Where a new record is made, blank when the actor may not."""
        return new_record(self.subject)

    @property
    def export(self) -> str:
        """Where the list is downloaded, blank when the actor may not."""
        subject = self.subject
        if not subject.actor.has("export"):
            return ""
        question = Address(f"/api/v1/tables/{self.table}/export", filter=self.filter or None).href
        return f"{question}{'&' if '?' in question else '?'}format=csv"

    @property
    def first(self) -> str:
        """The first page, when this is another one."""
        return self.address.at(None) if self.address.cursor else ""

    @property
    def next(self) -> str:
        """The next page, when there is one."""
        return self.address.at(self.listed.next) if self.listed.next else ""

    @property
    def count_text(self) -> str:
        """How many records there are, in words."""
        key = "grid.count" if self.listed.exact else "grid.count.about"
        return self.subject.say(key, count=f"{self.total:,}")

    @property
    def empty(self) -> Empty:
        """What to say without rows: loosen the filter, or make the first record."""
        say = self.subject.say
        if self.filter or self.problem:
            kind = "problem" if self.problem else "filtered"
            title, text = say(f"grid.empty.{kind}.title"), say(f"grid.empty.{kind}.text")
            return Empty(title, text, f"{self.subject.path}?filter=", say("grid.empty.see_all"))
        return Empty(
            say("grid.empty.new.title", table=self.title), say("grid.empty.new.text"), self.new, say("grid.new")
        )


def new_record(subject: Subject) -> str:
    """Where a new record of a table is made, blank when the actor may not."""
    return f"{subject.path}/new" if subject.access.creates else ""


def tabs_of(
    subject: Subject, current: Look | None, saved: Sequence[Look], shown: str | None = None
) -> tuple[Tab, ...]:
    """The tabs of a table page, each with how many records it has; `shown` says it of the one in sight."""
    looks = (Look("", subject.say("grid.all")), *declared_looks(subject), *saved)
    return tuple(_tab(subject, one, one.id == (current.id if current else ""), shown) for one in looks)


def _tab(subject: Subject, look: Look, current: bool, shown: str | None) -> Tab:
    count = shown if current and shown is not None else count_of(subject, look.filter)
    return Tab(f"{subject.path}/views/{look.id}" if look.id else subject.path, look.title, current, count)


def _directions(text: str) -> Mapping[str, str]:
    """Each name of an order with its direction."""
    keys = [key.strip() for key in text.split(",") if key.strip()]
    return {key.lstrip("-").strip("{}"): "descending" if key.startswith("-") else "ascending" for key in keys}


def _asked(subject: Subject, name: str) -> bool:
    field = subject.table.fields.get(name)
    return field is None or field.type.name not in ("file", "image", "signature", "json", "geo", "links", "lookup")

"""Looks: how a table page is looked at: a declared view, or one that somebody saved; both say the same things."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailuo.metadata.model import View
from mailuo.records import SavedView
from mailuo_web.pages.subject import Subject

GRID, KANBAN, CALENDAR = "grid", "kanban", "calendar"


@dataclass(frozen=True, slots=True)
class Look:
    """A filter and an order as an address writes them, columns, and what a kanban or calendar is grouped by."""

    id: str
    title: str
    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    group: str = ""
    layout: str = GRID
    own: bool = False
    """Whether the reader saved it, and may drop it."""


def look_of(view: View) -> Look:
    """A declared view; one that is grouped by nothing is shown as a grid."""
    sort = ",".join(f"{'-' if key.descending else ''}{key.formula.text}" for key in view.sort)
    layout = view.type if view.group else GRID
    group = view.group or "" if layout != GRID else ""
    return Look(view.id, view.title, view.filter.text if view.filter else "", sort, view.columns, group, layout)


def saved_look(view: SavedView) -> Look:
    """A view that the reader saved."""
    return Look(view.id, view.title, view.filter, view.sort, view.columns, own=True)


def declared_looks(subject: Subject) -> Iterator[Look]:
    """The declared views that the actor may ask."""
    shows = subject.running.policy.shows_view
    for view in subject.table.views.values():
        if shows(subject.actor, subject.table.id, view):
            yield look_of(view)

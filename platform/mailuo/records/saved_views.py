"""Saved views: how somebody looked at a table and wants to look again. Each belongs to one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.problems import Message, Refusal
from mailuo.fields.text import control_problem
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.storage import system
from mailuo.storage.engine import Store

LONGEST_TITLE = 40
LONGEST_FILTER = 10_000
MOST_COLUMNS = 200
MOST_VIEWS = 50

VIEW_TITLE = Message("invalid", zh="视图名要写 1 到 {most} 个字", en="A view needs a name of 1 to {most} characters")
VIEW_TOO_LARGE = Message("too_large", zh="这个视图太长，存不下", en="This view is too long to be kept")
TOO_MANY_VIEWS = Message(
    "too_large", zh="一张表最多存 {most} 个视图，请先删掉几个", en="At most {most} views of a table: delete some first"
)

_VIEW = system.view


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter and an order as formulas, and the columns to show; blank ones are the table's usual ones."""

    id: str
    title: str
    filter: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()


class SavedViews:
    """The views that people saved for themselves. What they ask is checked when they are used, like any question."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock

    def of(self, actor: Actor, table: str) -> list[SavedView]:
        """The actor's own views of a table, oldest first."""
        query = select(_VIEW).where(*_own(actor, table)).order_by(_VIEW.c.created_at, _VIEW.c.id)
        with self._store.read() as connection:
            return [_read(row) for row in connection.execute(query)]

    def get(self, actor: Actor, table: str, view: str) -> SavedView | None:
        """One of the actor's own views."""
        with self._store.read() as connection:
            row = connection.execute(select(_VIEW).where(_VIEW.c.id == view, *_own(actor, table))).first()
        return _read(row) if row else None

    def save(
        self, actor: Actor, table: str, title: str, *, filter: str = "", sort: str = "", columns: Sequence[str] = ()
    ) -> SavedView:
        """The new view; refuses one without a name, or one too many."""
        self._in_force.current.access(actor, table)
        made = SavedView(new_id(), title.strip(), filter.strip(), sort.strip(), tuple(columns))
        _check(made)
        spec = {"filter": made.filter, "sort": made.sort, "columns": list(made.columns)}
        row = {"id": made.id, "table": table, "person": actor.id, "title": made.title, "spec": spec}

        def work(connection: Any) -> None:
            count = connection.scalar(select(func.count()).select_from(_VIEW).where(*_own(actor, table)))
            if count >= MOST_VIEWS:
                raise Refusal(TOO_MANY_VIEWS(most=MOST_VIEWS))
            connection.execute(insert(_VIEW), {**row, "created_at": self._clock.now()})

        self._store.write(work)
        return made

    def drop(self, actor: Actor, table: str, view: str) -> None:
        """Forgets one of the actor's own views; one that is not there is forgotten already."""
        statement = delete(_VIEW).where(_VIEW.c.id == view, *_own(actor, table))
        self._store.write(lambda connection: connection.execute(statement).close())


def _own(actor: Actor, table: str) -> tuple[Any, ...]:
    return _VIEW.c.table == table, _VIEW.c.person == actor.id


def _read(row: Row[Any]) -> SavedView:
    spec: Mapping[str, Any] = row.spec
    return SavedView(row.id, row.title, spec.get("filter", ""), spec.get("sort", ""), tuple(spec.get("columns", ())))


def _check(view: SavedView) -> None:
    problem = control_problem(view.title)
    if problem:
        raise Refusal(problem)
    if not 0 < len(view.title) <= LONGEST_TITLE:
        raise Refusal(VIEW_TITLE(field="title", most=LONGEST_TITLE))
    if len(view.filter) + len(view.sort) > LONGEST_FILTER or len(view.columns) > MOST_COLUMNS:
        raise Refusal(VIEW_TOO_LARGE(field="filter"))

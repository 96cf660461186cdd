"""The door of numbers: what anybody asks about many records at once, under the policy of records themselves."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from mailuo.analytics.grouping import Group, Grouping
from mailuo.analytics.question import Dimension, Question, read_question
from mailuo.analytics.then import ReachThen, rows_then
from mailuo.base.clock import Clock
from mailuo.base.problems import Language
from mailuo.formulas import Formula
from mailuo.formulas.tree import Read
from mailuo.formulas.types import Kind
from mailuo.records.actor import Actor
from mailuo.records.in_force import InForce
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage.engine import Store

Answer = Mapping[str, object]
_TYPES = {Kind.MOMENT: "datetime", Kind.BLANK: "text"}
_COUNT = {"zh": "条数", "en": "n"}


class Analytics:
    """Numbers about records, for actors and under their policy."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock

    def query(self, actor: Actor, body: Mapping[str, object]) -> Answer:
        """`{columns, rows, total, drill}` of `{of, measure, by?, filter?, as_of?, limit?}`; reads only.

        A row is the dimensions, the value, and how many values went into it. Raises BadQuestion with everything that
        is wrong, NoSuchThing for a table that the actor does not see.
        """
        running = self._in_force.current
        question = read_question(running, actor, body)
        with self._store.read() as connection:
            asking = _Asking(running, actor, question, connection, self._clock.now())
            return asking.answer(body)


class _Asking:
    """One question of one actor."""

    def __init__(
        self, running: Running, actor: Actor, question: Question, connection: Connection, now: datetime
    ) -> None:
        self._running = running
        self._actor = actor
        self._question = question
        self._connection = connection
        reach, conditions = self._rows(now)
        if question.filter is not None:
            conditions = [*conditions, reach.formula(question.filter)]
        places = money_places(running, question.table, question.value)
        self._grouping = Grouping(question, reach, conditions, running.zone, places)

    def answer(self, body: Mapping[str, object]) -> Answer:
        """The answer as the API gives it."""
        question = self._question
        groups = self._groups(question.by, question.limit)
        answer: dict[str, object] = {
            "columns": self._columns(),
            "rows": [[*group.dimensions, group.value, group.count] for group in groups],
            "drill": {"filter": body.get("filter") or None, "by": [each.formula.text for each in question.by]},
        }
        if question.by:
            answer["total"] = self._total(groups)
        return answer

    def _rows(self, now: datetime) -> tuple[Reach, Sequence[ColumnElement[bool]]]:
        """What is asked, and which of it is there for the actor, who looks now."""
        question, running, actor = self._question, self._running, self._actor
        access = running.access(actor, question.table)
        whole = None if actor.sees_everything else running.policy.access(actor)
        then = question.as_of or now
        reach = Reach.of(running, question.table, running.context(then, actor, now), whole)
        if question.as_of is None:
            return reach, reach.visible(access)
        reads = {path for formula in question.formulas for path in formula.reads}
        rows = rows_then(self._connection, running, question.table, reads, then, reach.seen(access))
        known = ReachThen(running, question.table, rows, reach.context, whole)
        return known, [rows.c.deleted_at.is_(None)]

    def _groups(self, by: Sequence[Dimension], limit: int) -> list[Group]:
        rows = self._connection.execute(self._grouping.statement(by, limit)).all()
        return self._grouping.groups(rows, by)

    def _total(self, groups: Sequence[Group]) -> object:
        """The measure over all records, not only those of the groups that were asked for."""
        whole = self._grouping.whole(groups) if len(groups) < self._question.limit else None
        return self._groups((), 1)[0].value if whole is None else whole

    def _columns(self) -> list[Answer]:
        question, language = self._question, self._actor.language
        columns = [_column(dimension) for dimension in question.by]
        measure = question.measure
        word = measure.zh if language == "zh" else measure.en
        title = f"{word} {question.value.text}" if question.value else word
        columns.append({"id": measure.id, "title": title, "type": self._type()})
        return [*columns, {"id": "n", "title": _count(language), "type": "number"}]

    def _type(self) -> str:
        value, measure = self._question.value, self._question.measure
        if self._grouping.places is not None and measure.id not in ("count", "distinct"):
            return "money"
        return _named(value.type.kind) if value and measure.id in ("min", "max") else "number"


def _column(dimension: Dimension) -> Answer:
    type_ = dimension.formula.type
    column: dict[str, object] = {"id": dimension.id, "title": dimension.title}
    column["type"] = dimension.grain.type if dimension.grain else _named(type_.kind)
    return column | ({"options": dict(type_.options)} if type_.options and not dimension.grain else {})


def _named(kind: Kind) -> str:
    return _TYPES.get(kind, kind.value)


def _count(language: Language) -> str:
    return _COUNT[language]


def money_places(running: Running, table: str, formula: Formula | None) -> int | None:
    """The places of the money field that a formula names; None for anything else."""
    tree = formula.tree if formula is not None else None
    money = running.money_at(table, tree.path) if isinstance(tree, Read) else None
    return money.places if money is not None else None

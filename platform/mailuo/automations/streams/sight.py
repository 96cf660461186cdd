"""Sight: news as each receiver may know them: of tables and records that they may see, of runs with the right `runs`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from sqlalchemy import select

from mailuo.automations.posting import POPUP
from mailuo.automations.streams.news import News
from mailuo.flow.event import TODO
from mailuo.records.actor import Actor
from mailuo.records.policy import TableAccess
from mailuo.records.reach import Reach
from mailuo.records.running import Running
from mailuo.storage.engine import Store

_RUNS = "runs"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event of a stream: its kind, and what it tells."""

    kind: str
    told: Mapping[str, object]


@dataclass
class Batch:
    """News that were read together. Streams share it, and with it what those with the same rights may see."""

    store: Store
    running: Running
    now: datetime
    position: int
    news: Sequence[News]
    _seen: dict[object, Mapping[str, str]] = field(default_factory=dict)
    _guard: Lock = field(default_factory=Lock)

    def heard(self, actor: Actor) -> list[Heard]:
        """The events for somebody, in the order in which things happened."""
        access = self.running.policy.access(actor)
        told: list[Heard] = []
        for news in self.news:
            if news.kind == "all":
                told.append(Heard(news.kind, {}))
            elif news.kind == POPUP:
                if actor.kind == "person" and actor.name in news.persons:
                    told.append(Heard(news.kind, dict(news.told)))
            elif _concerns(news, actor):
                about = self._about(actor, access.tables.get(news.table), news)
                if about is not None:
                    told.append(Heard(news.kind, {**dict(news.told), **about}))
        return told

    def _about(self, actor: Actor, access: TableAccess | None, news: News) -> Mapping[str, object] | None:
        """The table and the record's key; None where the receiver may not know of it."""
        if not news.table and not news.record:
            return {} if news.kind in ("run", TODO) or actor.sees_everything else None
        if access is None or not access.sees:
            return None
        if not news.record:
            return {"table": news.table}
        key = self._keys(actor, access, news.table).get(news.record)
        return None if key is None else {"table": news.table, "record": key}

    def _keys(self, actor: Actor, access: TableAccess, table: str) -> Mapping[str, str]:
        """The keys, by id, of the records spoken of that the receiver sees; asked once for those with the same rights."""
        same = (table,) if access.sees_all_rows else (table, frozenset(actor.roles), actor.name)
        with self._guard:
            if same not in self._seen:
                self._seen[same] = self._found(actor, access, table)
            return self._seen[same]

    def _found(self, actor: Actor, access: TableAccess, table: str) -> Mapping[str, str]:
        ids = _records(self.news, table)
        if table not in self.running.tables:
            return {}
        reach = Reach.of(self.running, table, self.running.context(self.now, actor))
        id_, key = self.running.tables[table].id, self.running.key_column(table)
        query = select(id_, key).where(id_.in_(ids), *reach.seen(access))
        with self.store.read() as connection:
            return {row[0]: str(row[1]) for row in connection.execute(query)}


def _concerns(news: News, actor: Actor) -> bool:
    """Whether somebody asks after such a thing at all, whatever the record."""
    if news.kind == TODO:
        return actor.sees_everything or actor.name in news.persons or news.role in actor.roles
    return news.kind != "run" or actor.has(_RUNS)


def _records(news: Iterable[News], table: str) -> list[str]:
    return sorted({each.record for each in news if each.table == table and each.record})

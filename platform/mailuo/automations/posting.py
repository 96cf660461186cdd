"""Posting: letters that are due become popups, or calls that carry them; those that cannot go say why they wait.

A letter's call is written in the transaction that marks its rows, so there is one call a letter, whatever fails.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from mailuo.automations.shortening import shortened
from mailuo.automations.switch import is_held
from mailuo.automations.switch_messages import STALE
from mailuo.automations.ways import Way
from mailuo.base.ids import new_id
from mailuo.base.problems import Problem
from mailuo.base.reasons import kept
from mailuo.flow.event import event
from mailuo.storage import system
from mailuo.storage.bulk import insert_many

PORTION = 200
LOOKED_AT_AGAIN = timedelta(seconds=30)
"""How often a letter is tried again for which no connector is on."""
STALE_AFTER = timedelta(hours=24)
"""How long a letter waits for a connector that is off: what is older would only startle."""
_MESSAGE, _DELIVERY, _CALL = system.message, system.delivery, system.call
POPUP = "popup"
"""The way of popups, and the kind of event that tells of one."""
Letter = Sequence[Row[Any]]
Ways = Callable[[str], Way | Problem]
"""By what messages go out a way, or why they cannot."""


def is_due(now: datetime | ColumnElement[Any]) -> ColumnElement[bool]:
    """That a row waits for nobody but us."""
    return and_(_DELIVERY.c.state == "waiting", _DELIVERY.c.due_at <= now, _DELIVERY.c.call.is_(None))


@dataclass(frozen=True)
class Posting:
    """Posts what is due, in one transaction."""

    connection: Connection
    ways: Ways
    revision: int
    base_url: str
    now: datetime

    def post(self) -> int:
        """How many rows went on their way or were told to wait, those that are due longest first."""
        letters = self._letters()
        wanted = {row.message for rows in letters for row in rows}
        found = self.connection.execute(select(_MESSAGE).where(_MESSAGE.c.id.in_(wanted)))
        messages = {row.id: row for row in found}
        self._show([rows for rows in letters if rows[0].via == POPUP], messages)
        for rows in letters:
            if rows[0].via != POPUP:
                self._send(rows, messages[rows[0].message])
        return sum(map(len, letters))

    def _letters(self) -> list[Letter]:
        """The letters that are due, whole."""
        first = select(_DELIVERY.c.letter).where(is_due(self.now)).order_by(_DELIVERY.c.due_at).limit(PORTION)
        names = set(self.connection.scalars(first))
        query = select(_DELIVERY).where(_DELIVERY.c.letter.in_(names), is_due(self.now)).order_by(_DELIVERY.c.id)
        letters: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self.connection.execute(query):
            letters[row.letter].append(row)
        return list(letters.values())

    def _show(self, letters: Sequence[Letter], messages: Mapping[str, Row[Any]]) -> None:
        """Tells the streams of events of popups, one line for all who are shown the same."""
        persons: dict[str, list[str]] = defaultdict(list)
        for rows in letters:
            persons[rows[0].message].append(rows[0].person)
        lines = [
            event(POPUP, self.now, messages[id_].table or "", messages[id_].record or "", {"message": id_, "persons": names})
            for id_, names in persons.items()
        ]
        insert_many(self.connection, system.outbox, lines)
        self._set([row for rows in letters for row in rows], state="sent", sent_at=self.now)

    def _send(self, letter: Letter, message: Row[Any]) -> None:
        by = self.ways(letter[0].via)
        if isinstance(by, Problem):
            stale = letter[0].at < self.now - STALE_AFTER
            waits: dict[str, object] = {"due_at": self.now + LOOKED_AT_AGAIN, "error": kept(by)}
            self._set(letter, **({"state": "dead", "error": kept(STALE())} if stale else waits))
        elif is_held(self.connection, by.connector):
            self._set(letter, state="held", connector=by.connector, error=None)
        else:
            call = self._call(letter, message, by)
            self.connection.execute(insert(_CALL), call)
            self._set(letter, call=call["id"], connector=by.connector, error=None)

    def _call(self, letter: Letter, message: Row[Any], by: Way) -> dict[str, object]:
        id_, title = new_id(), message.subject or ""
        url = self._url(message)
        text = message.text if by.most_bytes is None else shortened(message.text, by.most_bytes, url)
        told = {"id": id_, "subject": title, "title": title, "text": text, "level": message.level or ""}
        return {
            "id": id_, "connector": by.connector, "operation": by.operation, "table": message.table, "record": message.record,
            "values": {**told, "url": url, **_receivers(letter)}, "state": "waiting", "revision": self.revision,
            "at": self.now, "due_at": self.now,
        }  # fmt: skip

    def _url(self, message: Row[Any]) -> str:
        key = (message.detail or {}).get("key")
        return f"{self.base_url}/tables/{message.table}/records/{key}" if message.table and key else f"{self.base_url}/alerts"

    def _set(self, rows: Iterable[Row[Any]], **values: object) -> None:
        ids = [row.id for row in rows]
        if ids:
            self.connection.execute(update(_DELIVERY).where(_DELIVERY.c.id.in_(ids)).values(**values))


def _receivers(letter: Letter) -> dict[str, object]:
    """`to` and `cc` of a mail; `to` of what goes to one person. Who is in both is not copied."""
    if letter[0].via != "email":
        return {"to": letter[0].address}
    to = list(dict.fromkeys(row.address for row in letter if not row.copy))
    copied = list(dict.fromkeys(row.address for row in letter if row.copy and row.address not in to))
    return {"to": to or copied, "cc": copied if to else []}

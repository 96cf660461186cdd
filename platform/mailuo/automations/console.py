"""The console of connectors: how each stands, what came in, what went out, and doing either again."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, insert, or_, select, update

from mailuo.automations.bell import Bell
from mailuo.automations.counting import Counted, Lately, lately
from mailuo.automations.pulse import pulse_of
from mailuo.automations.queue import CALLS, INBOX, Queue
from mailuo.automations.receiving_messages import (
    NO_ITEM,
    NO_OPERATION,
    NOT_AGAIN,
    NOT_DEAD,
    REASON_MISSING,
    UNKNOWN_VALUE,
)
from mailuo.automations.switch import BY_ITSELF, EVERYTHING, Note
from mailuo.automations.switch_messages import UNKNOWN_CONNECTOR
from mailuo.automations.unread import is_unread, text_of_unread
from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.base.moments import format_moment, micros, moment
from mailuo.base.problems import Language, Refusal
from mailuo.base.reasons import reason_in
from mailuo.connectors.environment import Environment, Off
from mailuo.connectors.filling import storable
from mailuo.connectors.operations import SEND, operation_of
from mailuo.connectors.signing import BY_NAME
from mailuo.connectors.signing.declared import DECLARED
from mailuo.flow.note import checked_note
from mailuo.metadata.connector import Connector, Operation
from mailuo.records.actor import SYSTEM, Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.seen import seen
from mailuo.storage import system
from mailuo.storage.engine import Store

INBOX_STATES = ("new", "done", "dead", "refused", "dropped")
CALL_STATES = ("waiting", "ok", "retrying", "dead", "held", "dropped")
_DROPPED = "dropped"
_REPEATABLE = {"inbox": ("done", "dead", "dropped"), "call": ("dead", "dropped")}
_AGAIN = {"inbox": "new", "call": "waiting"}
_MOST_AT_ONCE = 10_000
_SPAN = timedelta(days=7)
_CALL, _INBOX, _ATTEMPT, _POSITION = system.call, system.inbox, system.attempt, system.position
_LONGEST_CURSOR = 18
Json = dict[str, Any]
Page = tuple[list[Json], str | None]


class Console:
    """What there is to see and do about connectors. The caller has seen to it that the actor may."""

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, environment: Environment, bell: Callable[[], Bell], note: Note
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._environment = environment
        self._bell = bell
        self._note = note

    # Looking

    def connectors(self, language: Language) -> list[Json]:
        """Every connector: whether it is on, or why not, how fresh, how reliable, and what waits; in the reader's language."""
        declared = self._in_force.current.manifest.connectors.values()
        with self._store.read() as connection:
            counted = Counted.of(connection, self._clock.now() - _SPAN)
            positions: dict[str, list[Row[Any]]] = defaultdict(list)
            for row in connection.execute(select(_POSITION).order_by(_POSITION.c.poll)):
                positions[row.connector].append(row)
        return [self._connector(each, counted, positions[each.id], language) for each in declared]

    def connector(self, name: str, language: Language) -> Json:
        """One connector; refuses one that is not there."""
        self._declared(name)
        return next(each for each in self.connectors(language) if each["id"] == name)

    def pulse(self, name: str) -> Json:
        """How busy and how fast one connector was over a day, and what trying again has saved."""
        declared = self._declared(name)
        with self._store.read() as connection:
            return pulse_of(connection, self._in_force.current, declared, self._clock.now())

    def lately(self) -> list[Lately]:
        """How often every connector was asked in the last hour and day, and how often in vain."""
        declared = self._in_force.current.manifest.connectors
        with self._store.read() as connection:
            return lately(connection, declared, self._clock.now())

    def inbox(
        self, connector: str, actor: Actor, *, state: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """What came in, latest first, and the cursor of what follows; reasons in the reader's language."""
        self._declared(connector)
        rows, following = self._page(_INBOX, _INBOX.c.received_at, connector, state, limit, cursor)
        keys = self._keys(rows, actor)
        return [self._item(row, keys, actor) for row in rows], following

    def inbox_item(self, connector: str, id_: str, actor: Actor) -> Json:
        """One item, with its body for who may know what connectors carry; refuses one that is not there."""
        row = self._row(_INBOX, connector, id_)
        told = self._item(row, self._keys([row], actor), actor)
        return {**told, "body": text_of_unread(row) if is_unread(row) else row.body} if _knows(actor) else told

    def calls(
        self, connector: str, actor: Actor, *, state: str | None = None, limit: int = 50, cursor: str | None = None
    ) -> Page:
        """What went out, latest first, and the cursor of what follows; reasons in the reader's language."""
        self._declared(connector)
        rows, following = self._page(_CALL, _CALL.c.at, connector, state, limit, cursor)
        keys = self._keys(rows, actor)
        return [self._call(row, keys, actor.language) for row in rows], following

    def call(self, connector: str, id_: str, actor: Actor) -> Json:
        """One call with each attempt; for who may know what connectors carry, with what it was given and was answered.

        Refuses one that is not there.
        """
        row = self._row(_CALL, connector, id_)
        with self._store.read() as connection:
            tries = connection.execute(select(_ATTEMPT).where(_ATTEMPT.c.call == id_).order_by(_ATTEMPT.c.id)).all()
        attempts = [
            {
                "at": self._told(each.at), "milliseconds": each.milliseconds, "status": each.status, "outcome": each.outcome,
                "error": reason_in(each.error, actor.language),
            }
            for each in tries
        ]  # fmt: skip
        carried = {"with": row.values, "answer": row.answer} if _knows(actor) else {}
        return {**self._call(row, self._keys([row], actor), actor.language), **carried, "tries": attempts}

    # Doing

    def replay_event(self, actor: Actor, connector: str, id_: str) -> Json:
        """The item, to be mapped anew by the declarations in force."""
        self._again(INBOX, actor, connector, id_)
        return self.inbox_item(connector, id_, actor)

    def replay_call(self, actor: Actor, connector: str, id_: str) -> Json:
        """The call, to be made again."""
        self._again(CALLS, actor, connector, id_)
        return self.call(connector, id_, actor)

    def replay_dead(self, actor: Actor, connector: str, event: str | None = None) -> int:
        """How many dead letters of a connector are mapped anew, oldest first."""
        self._declared(connector)
        where = [_INBOX.c.connector == connector, _INBOX.c.state == "dead"]
        if event is not None:
            where.append(_INBOX.c.event == event)
        now = self._clock.now()

        def work(connection: Connection) -> list[str]:
            ids = list(connection.scalars(select(_INBOX.c.id).where(*where).order_by(_INBOX.c.received_at).limit(_MOST_AT_ONCE)))
            again = [id_ for id_ in ids if INBOX.again(connection, id_, now, "new", reason=None)]
            self._note(connection, actor, "inbox.replay", detail={"connector": connector, "event": event, "count": len(again)})
            return again

        ids = self._store.write(work)
        self._bell().ring("inbox", ids)
        return len(ids)

    def discard_event(self, actor: Actor, connector: str, id_: str, why: str) -> Json:
        """The dead letter, which nobody has to look at any more; the audit keeps who said so, and why."""
        self._discard(INBOX, actor, connector, id_, why)
        return self.inbox_item(connector, id_, actor)

    def discard_call(self, actor: Actor, connector: str, id_: str, why: str) -> Json:
        """The same of a dead call."""
        self._discard(CALLS, actor, connector, id_, why)
        return self.call(connector, id_, actor)

    def test(self, actor: Actor, connector: str, operation: str, values: Mapping[str, Any]) -> Json:
        """A call that somebody makes by hand, as it waits now; refuses values that the operation does not use."""
        declared = self._declared(connector)
        known = operation_of(declared, operation)
        if known is None:
            raise NoSuchThing(NO_OPERATION(connector=connector, operation=operation[:60]))
        stray = [name for name in values if name not in known.parameters]
        if stray:
            raise Refusal(*(UNKNOWN_VALUE(field=name[:60], operation=operation, found=name[:60]) for name in stray))
        id_, now = new_id(), self._clock.now()
        row = {
            "id": id_, "connector": connector, "operation": operation, "values": storable(dict(values)), "state": "waiting",
            "at": now, "due_at": now, "revision": self._in_force.current.number,
        }  # fmt: skip

        def work(connection: Connection) -> None:
            connection.execute(insert(_CALL).values(row))
            self._note(connection, actor, "call.test", detail={"connector": connector, "operation": operation})

        self._store.write(work)
        self._bell().ring("call", [id_])
        return self.call(connector, id_, actor)

    # Inside

    def _declared(self, name: str) -> Connector:
        found = self._in_force.current.manifest.connectors.get(name)
        if found is None:
            raise NoSuchThing(UNKNOWN_CONNECTOR(found=name[:60]))
        return found

    def _again(self, queue: Queue, actor: Actor, connector: str, id_: str) -> None:
        row = self._row(queue.table, connector, id_)
        if row.state not in _REPEATABLE[queue.name]:
            raise Refusal(NOT_AGAIN())
        now = self._clock.now()

        def work(connection: Connection) -> None:
            if queue.again(connection, id_, now, _AGAIN[queue.name], **{queue.why: None}):
                self._note(connection, actor, f"{queue.name}.replay", detail={"connector": connector, "id": id_})

        self._store.write(work)
        self._bell().ring(queue.name, [id_])

    def _discard(self, queue: Queue, actor: Actor, connector: str, id_: str, why: str) -> None:
        if not why.strip():
            raise Refusal(REASON_MISSING(field="note"))
        checked_note(why)
        row = self._row(queue.table, connector, id_)

        def work(connection: Connection) -> None:
            there = queue.table.c.id == id_, queue.table.c.state == "dead"
            if connection.execute(update(queue.table).where(*there).values(state=_DROPPED)).rowcount == 0:
                raise Refusal(NOT_DEAD(state=row.state))
            self._note(connection, actor, f"{queue.name}.discard", detail={"connector": connector, "id": id_, "why": why.strip()})

        self._store.write(work)

    def _row(self, table: Table, connector: str, id_: str) -> Row[Any]:
        self._declared(connector)
        with self._store.read() as connection:
            row = connection.execute(select(table).where(table.c.id == id_, table.c.connector == connector)).first()
        if row is None:
            raise NoSuchThing(NO_ITEM(found=id_[:60]))
        return row

    def _page(
        self, table: Table, at: Any, connector: str, state: str | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Row[Any]], str | None]:
        query = select(table).where(table.c.connector == connector).order_by(at.desc(), table.c.id.desc()).limit(limit + 1)
        if state is not None:
            query = query.where(table.c.state == state)
        if cursor is not None:
            then, id_ = _place(cursor)
            query = query.where(or_(at < then, and_(at == then, table.c.id < id_)))
        with self._store.read() as connection:
            rows = connection.execute(query).all()
        last = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit], f"{micros(getattr(last, at.name))}.{last.id}" if last is not None else None

    def _connector(self, connector: Connector, counted: Counted, positions: Sequence[Row[Any]], language: Language) -> Json:
        wired = self._environment.wired(connector)
        off = wired if isinstance(wired, Off) else None
        heard = [at for at in (counted.heard.get(connector.id), *(row.succeeded_at for row in positions)) if at is not None]
        held = bool({EVERYTHING, connector.id} & counted.held.keys())
        return {
            "id": connector.id,
            "title": connector.title,
            "kind": connector.kind,
            "state": "off" if off else "held" if held else "on",
            "why": _why(off) if off else None,
            "switched_off": counted.held.get(connector.id) == BY_ITSELF,
            "heard_at": self._told(max(heard, default=None)),
            "success": counted.success(connector.id),
            "inbox": counted.inbox[connector.id],
            "queue": counted.calls[connector.id],
            "operations": [{"id": each.id, "title": each.title, "parameters": list(each.parameters)} for each in _operations(connector)],
            "events": [
                {"id": each.id, "title": each.title, "path": f"/hooks/{connector.id}/{each.id}" if _comes_in(each.verify) else None}
                for each in connector.events.values()
            ],
            "polls": [self._poll(row, language) for row in positions],
        }

    def _poll(self, row: Row[Any], language: Language) -> Json:
        reached = (row.reached or {}).get("at")
        told = {"succeeded_at": self._told(row.succeeded_at), "due_at": self._told(row.due_at)}
        return {"id": row.poll, **told, "reached": reached, "error": reason_in(row.error, language)}

    def _item(self, row: Row[Any], keys: Mapping[str, str], actor: Actor) -> Json:
        return {
            "id": row.id, "event": row.event, "state": row.state, "reason": reason_in(row.reason, actor.language),
            "received_at": self._told(row.received_at), **({"key": row.key} if _knows(actor) else {}),
            "table": row.table, "record": keys.get(row.record or ""), "repeats": row.repeats,
        }  # fmt: skip

    def _call(self, row: Row[Any], keys: Mapping[str, str], language: Language) -> Json:
        waits = row.state in ("waiting", "retrying")
        return {
            "id": row.id, "operation": row.operation, "state": row.state, "attempts": row.attempts, "status": row.status,
            "outcome": row.outcome, "error": reason_in(row.error, language), "table": row.table, "record": keys.get(row.record or ""),
            "run": row.run, "at": self._told(row.at), "due_at": self._told(row.due_at) if waits else None,
            "finished_at": self._told(row.finished_at),
        }  # fmt: skip

    def _keys(self, rows: Sequence[Row[Any]], actor: Actor) -> Mapping[str, str]:
        """The keys of the records that rows speak of, by their ids; of those that the actor sees, or knows of anyway."""
        eyes, wanted = SYSTEM if _knows(actor) else actor, defaultdict[str, set[str]](set)
        for row in rows:
            if row.record and row.table:
                wanted[row.table].add(row.record)
        found = {row.record: str(row.record) for row in rows if row.record} if _knows(actor) else {}
        with self._store.read() as connection:
            for table, ids in wanted.items():
                rows_seen = seen(connection, self._in_force.current, eyes, table, ids, self._clock.now())
                found |= {id_: each.key for id_, each in rows_seen.items()}
        return found

    def _told(self, at: datetime | None) -> str | None:
        return None if at is None else format_moment(at, self._in_force.current.zone)


def _knows(actor: Actor) -> bool:
    """Whether somebody may know what connectors carry, of whatever record: the policy of tables does not reach there."""
    return actor.has("connectors")


def _why(off: Off) -> Json:
    told: Json = {"disabled": off.disabled, "missing": list(off.missing)}
    malformed = [{"name": each.name, "expected": each.expected} for each in off.malformed]
    return {**told, "malformed": malformed} if malformed else told


def _operations(connector: Connector) -> list[Operation]:
    sends = operation_of(connector, SEND)
    return [*connector.operations.values(), *([sends] if sends and SEND not in connector.operations else [])]


def _comes_in(scheme: str | None) -> bool:
    signer = BY_NAME.get(scheme or "")
    return scheme == DECLARED or signer is not None and signer.verifies


def _place(cursor: str) -> tuple[datetime, str]:
    """Where a page goes on; a cursor that we did not give begins before everything."""
    at, _, id_ = cursor.partition(".")
    return moment(int(at) if at.isascii() and at.isdigit() and len(at) < _LONGEST_CURSOR else 0), id_

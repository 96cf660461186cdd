"""The one door to data: what anybody reads or changes of declared tables passes here.

Reading needs no transaction. A write is one transaction with its checks, history and consequences, and holds the
revision under which it began; when another one came into force meanwhile it is done again with that.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.records.actor import Actor
from mailuo.records.attachments import Attachments, sight_of
from mailuo.records.change import FlowDoor
from mailuo.records.history import Turn, turns
from mailuo.records.idempotency import Request, answered
from mailuo.records.in_force import InForce
from mailuo.records.intake import Outcome, take_in
from mailuo.records.listing import Listing, Names, Page
from mailuo.records.messages import TOO_MANY_RECORDS, UNKNOWN_FILE, NoSuchThing
from mailuo.records.query import Query, check_limits
from mailuo.records.reading import read_one
from mailuo.records.running import Running
from mailuo.records.saved_views import SavedViews
from mailuo.records.search import Hit, Search
from mailuo.records.selection import Asked
from mailuo.records.shape import Record
from mailuo.records.standing import Finder
from mailuo.records.transaction import Transactions
from mailuo.records.writing import LOUD, Manner, Raw, Writing
from mailuo.storage.engine import Store
from mailuo.storage.files import StoredFile

MOST_AT_ONCE = 1_000
_EXPORT_SECONDS = 3600
Answer = Mapping[str, object]


class Records:
    """Records of declared tables, for actors and under their policy. What is written is answered as JSON."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, flow: FlowDoor, secret: bytes) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._flow = flow
        self._secret = secret
        self._transactions = Transactions(store, in_force)
        self.views = SavedViews(store, in_force, clock)

    @property
    def running(self) -> Running:
        """The revision in force."""
        return self._in_force.current

    # Reading

    def get(
        self, actor: Actor, table: str, key: str, *, expand: tuple[str, ...] = (), fields: tuple[str, ...] | None = None
    ) -> Record:
        """The record with a key, or else an id; refuses one that is not there, or not for this actor."""
        with self._store.read() as connection:
            return read_one(connection, self.running, Asked(actor, table, fields, expand), key, self._clock.now())

    def page(self, actor: Actor, table: str, query: Query) -> Page:
        """A page of the records that answer a query; refuses with BadQuestion what cannot be asked."""
        check_limits(query)
        listing = self._listing(actor, table, query)
        with self._store.read() as connection:
            now = self._clock.now()
            return listing.page(connection, now) if query.ids is None else listing.with_ids(connection, now)

    def names(self, actor: Actor, table: str, query: Query) -> Names:
        """The ids and keys of all records that answer a query, in order, at most 200,000."""
        with self._store.read() as connection:
            return self._listing(actor, table, query).names(connection, self._clock.now())

    def stream(self, actor: Actor, table: str, query: Query) -> Iterator[Record]:
        """All records that answer a query, in order, in bounded memory."""
        with self._store.read(seconds=_EXPORT_SECONDS) as connection:
            yield from self._listing(actor, table, query).stream(connection, self._clock.now())

    def history(self, actor: Actor, table: str, key: str, *, limit: int = 100, before: int | None = None) -> list[Turn]:
        """What happened to a record's fields, newest first, as far as the actor may see it."""
        with self._store.read() as connection:
            standing = Finder(connection, self.running, actor, table, self._clock.now()).standing(key)
            return turns(connection, self.running, standing.access, standing.id, limit=limit, before=before)

    def search(self, actor: Actor, text: str, *, most: int = 10) -> list[Hit]:
        """What a text names in any table: keys, labels, phone numbers; at most so many records a table."""
        with self._store.read() as connection:
            return Search(connection, self.running, actor, self._clock.now()).hits(text, most)

    def file(self, actor: Actor, file_id: str) -> StoredFile:
        """What is known of a file that the actor may see."""
        with self._store.read() as connection:
            sees = sight_of(connection, self.running, actor, self._clock.now())
            found = Attachments(connection, actor, sees).visible(file_id)
        if found is None:
            raise NoSuchThing(UNKNOWN_FILE(found=file_id[:60]))
        return found

    # Writing

    def create(
        self, actor: Actor, table: str, values: Raw, *, quiet: bool = False, request: Request | None = None
    ) -> Answer:
        """The new record as the actor may see it; the same request again gets the first answer again."""
        return self._write(
            actor, table, Manner(quiet), lambda writing: _one(writing, writing.born([values], echoed=True)), request
        )

    def create_many(
        self, actor: Actor, table: str, values: Sequence[Raw], *, quiet: bool = False, request: Request | None = None
    ) -> Answer:
        """`{"records": […]}`, all made or none, in the order sent; at most 1,000."""
        if len(values) > MOST_AT_ONCE:
            raise Refusal(TOO_MANY_RECORDS(most=MOST_AT_ONCE))
        return self._write(actor, table, Manner(quiet), lambda writing: _all(writing, writing.born(values)), request)

    def update(
        self, actor: Actor, table: str, key: str, values: Raw, *, if_match: int | None = None, quiet: bool = False
    ) -> Answer:
        """The changed record; raises LostRace when one of the sent fields has changed since version `if_match`."""
        return self._write(
            actor, table, Manner(quiet), lambda writing: _one(writing, [writing.update(key, values, if_match)])
        )

    def delete(
        self, actor: Actor, table: str, key: str, *, if_match: int | None = None, quiet: bool = False
    ) -> Answer:
        """`{"id": …}` of the record, which now lies in the trash; refuses while others point to it.

        Raises LostRace when the record has changed since version `if_match`.
        """
        return self._write(actor, table, Manner(quiet), lambda writing: _as_is({"id": writing.delete(key, if_match)}))

    def restore(self, actor: Actor, table: str, key: str, *, quiet: bool = False) -> Answer:
        """The record, back out of the trash."""
        return self._write(actor, table, Manner(quiet), lambda writing: _one(writing, [writing.restore(key)]))

    def erase(self, actor: Actor, table: str, key: str) -> Answer:
        """`{"id": …}` of the record, whose personal fields are blank now, in its history too.

        The caller has seen to it that the actor may.
        """
        self._in_force.current.access(actor, table)
        return self._write(actor, table, Manner(quiet=True), lambda writing: _as_is({"id": writing.erase(key)}))

    def take_in(
        self, actor: Actor, table: str, values: Sequence[Raw], *, quiet: bool = True, upsert: bool = False
    ) -> list[Outcome]:
        """What became of each row of an import: good ones are written, the others told apart. Keys may be brought."""
        manner = Manner(quiet, brings_keys=True)
        return self._transactions.write(
            lambda connection, running, careful: take_in(
                self.writing(connection, running, actor, table, replace(manner, careful=careful)), values, upsert=upsert
            )
        )

    def writing(
        self, connection: Connection, running: Running, actor: Actor, table: str, manner: Manner = LOUD
    ) -> Writing:
        """The means to write within a transaction that somebody else has begun."""
        now = self._clock.now()
        sees = sight_of(connection, running, actor, now)
        return Writing(connection, running, actor, table, now, self._flow, sees, manner)

    def _write(
        self,
        actor: Actor,
        table: str,
        manner: Manner,
        deed: Callable[[Writing], Callable[[], Answer]],
        request: Request | None = None,
    ) -> Answer:
        """The answer of a deed in a transaction of its own; told after its end, unless it has to be kept."""

        def work(connection: Connection, running: Running, careful: bool) -> Callable[[], Answer]:
            how = replace(manner, careful=True) if careful else manner
            writing = self.writing(connection, running, actor, table, how)
            if request is None:
                return deed(writing)

            def make() -> Answer:
                return deed(writing)()

            return _as_is(answered(connection, actor, request, writing.now, make))

        return self._transactions.write(work)()

    def _listing(self, actor: Actor, table: str, query: Query) -> Listing:
        return Listing(self.running, actor, table, query, self._secret)


def _all(writing: Writing, ids: Sequence[str]) -> Callable[[], Answer]:
    told = writing.told(ids)
    return lambda: {"records": told()}


def _one(writing: Writing, ids: Sequence[str]) -> Callable[[], Answer]:
    told = writing.told(ids)
    return lambda: told()[0]


def _as_is(answer: Answer) -> Callable[[], Answer]:
    return lambda: answer

"""Forms: rows that people fill in, also outsiders who hold a link: one answer, about one record, and nothing else."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, insert, select

from mailuo.automations.messages import FORM_ABOUT, FORM_DONE, NOT_IN_FORM, UNKNOWN_FORM
from mailuo.base.clock import Clock
from mailuo.base.problems import Refusal
from mailuo.fields import Link
from mailuo.flow.event import SUBMITTED, event
from mailuo.flow.listening import hears_form
from mailuo.metadata.model import Form, Manifest, Table
from mailuo.records.actor import Actor
from mailuo.records.door import Records
from mailuo.records.in_force import InForce
from mailuo.records.messages import NoSuchThing
from mailuo.records.running import Running
from mailuo.records.standing import Finder
from mailuo.records.transaction import Transactions
from mailuo.records.writing import Manner, Raw
from mailuo.storage import system
from mailuo.storage.engine import Store

_MAC = 16
_ID = 16


@dataclass(frozen=True, slots=True)
class Opened:
    """A form that an outsider has opened by a link that holds."""

    form: Form
    table: Table
    about: str
    """What people call the record that it is about."""
    done: bool
    """Whether it has been filled in already."""


class Forms:
    """Forms of tables. A link names its form and its record, and is signed with the installation's secret."""

    def __init__(
        self, store: Store, in_force: InForce, clock: Clock, records: Records, secret: bytes, base_url: str
    ) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._records = records
        self._secret = secret
        self._base_url = base_url
        self._transactions = Transactions(store, in_force)

    def submit(self, actor: Actor, form: str, values: Raw, record: tuple[str, str] | None = None) -> str:
        """The id of the row that a filled form makes; `record` is the table and the key of what it is about."""
        table, declared = _form(self._in_force.current.manifest, form)
        stray = [name for name in values if name not in declared.fields]
        if stray:
            raise Refusal(*(NOT_IN_FORM(field=name, found=name[:60]) for name in stray))

        def work(connection: Connection, running: Running, careful: bool) -> str:
            about = self._about(connection, running, actor, table, declared, record)
            return self._keep(connection, running, actor, table.id, form, {**values, **about})

        return self._transactions.write(work)

    # Links

    def address(self, form: str, record: str) -> str:
        """Where an outsider fills in a form about the record with an id."""
        return f"{self._base_url}/f/{form}/{self._token(form, record)}"

    def addresses(self, table: str | None, record: str) -> Mapping[str, str]:
        """The addresses of all public forms that may be filled in about a record of a table."""
        if table is None or not record:
            return {}
        manifest = self._in_force.current.manifest
        return {
            form.id: self.address(form.id, record)
            for each in manifest.tables.values()
            for form in each.forms.values()
            if form.public and _link(each, table) is not None
        }

    def opened(self, form: str, token: str) -> Opened:
        """What a link leads to; refuses one that does not hold."""
        with self._store.read() as connection:
            table, declared, about, key = self._meant(connection, form, token)
            link = _link(table, about)
            own = self._in_force.current.tables[table.id]
            there = own.fields[str(link)] == key, own.deleted_at.is_(None)
            done = connection.execute(select(own.id).where(*there).limit(1)).first() is not None
        return Opened(declared, table, key, done)

    def fill_in(self, form: str, token: str, values: Raw) -> str:
        """The id of the row that an outsider's answer makes; refuses a second answer about the same record."""
        if self.opened(form, token).done:
            raise Refusal(FORM_DONE())
        with self._store.read() as connection:
            _, _, table, key = self._meant(connection, form, token)
        return self.submit(Actor("form", f"form:{form}", kind="system"), form, values, (table, key))

    def _token(self, form: str, record: str) -> str:
        about = UUID(record).bytes
        return urlsafe_b64encode(about + self._mac(form, about)).rstrip(b"=").decode()

    def _mac(self, form: str, about: bytes) -> bytes:
        return hmac.new(self._secret, b"form\0" + form.encode() + b"\0" + about, sha256).digest()[:_MAC]

    def _meant(self, connection: Connection, form: str, token: str) -> tuple[Table, Form, str, str]:
        """The form with its table, and the table and the key of the record that a token names."""
        running = self._in_force.current
        table, declared = _form(running.manifest, form)
        record = self._record(form, token)
        if declared.public and record is not None:
            for field in table.fields.values():
                if isinstance(field.type, Link):
                    target = running.tables[field.type.to]
                    there = target.id == record, target.deleted_at.is_(None)
                    key = connection.scalar(select(running.key_column(field.type.to)).where(*there))
                    if key is not None:
                        return table, declared, field.type.to, str(key)
        raise NoSuchThing(UNKNOWN_FORM(found=form[:60]))

    def _record(self, form: str, token: str) -> str | None:
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"==")
        except (NotBase64, ValueError):
            return None
        about, mac = raw[:_ID], raw[_ID:]
        return str(UUID(bytes=about)) if len(about) == _ID and hmac.compare_digest(mac, self._mac(form, about)) else None

    # Inside a transaction

    def _about(
        self, connection: Connection, running: Running, actor: Actor, table: Table, form: Form, record: tuple[str, str] | None
    ) -> Raw:
        """The link from what is filled in to the record that it is about."""
        if record is None:
            return {}
        link = _link(table, record[0])
        if link is None:
            raise Refusal(FORM_ABOUT(field="record", form=form.title, table=record[0]))
        return {link: Finder(connection, running, actor, record[0], self._clock.now()).standing(record[1]).key}

    def _keep(
        self, connection: Connection, running: Running, actor: Actor, table: str, form: str, values: Raw
    ) -> str:
        writing = self._records.writing(connection, running, actor, table, Manner(careful=True))
        made = writing.born([values])[0]
        heard = hears_form(running, form)
        line = event(SUBMITTED, writing.now, table, made, {"form": form}, calls=heard)
        connection.execute(insert(system.outbox), line)
        return made


def _form(manifest: Manifest, form: str) -> tuple[Table, Form]:
    for table in manifest.tables.values():
        if form in table.forms:
            return table, table.forms[form]
    raise NoSuchThing(UNKNOWN_FORM(field="form", found=form[:60]))


def _link(table: Table, about: str) -> str | None:
    """The first field that leads to records of a table."""
    links = (each.id for each in table.fields.values() if isinstance(each.type, Link) and each.type.to == about)
    return next(links, None)

"""Accounts: who somebody is, what they may do, and how that ends.

People sign in with a name and a password and get a session; programs bring a token. Both are secrets of 256 random
bits, of which only the hash is kept. A change of password or roles, and disabling, end all of a person's sessions at once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Row

from mailuo.app import credentials, people, sign_ins
from mailuo.app.audit import Audit
from mailuo.app.credentials import Held, Kind, Opened, Signed, Token
from mailuo.app.messages import (
    LAST_ADMIN,
    NO_ROLE,
    ONLY_ADMINS,
    UNKNOWN_CREDENTIAL,
    UNKNOWN_ROLE,
    UNKNOWN_ROLE_NEAR,
    UNKNOWN_SOURCE,
    UNKNOWN_SOURCE_NEAR,
    WRONG_CREDENTIALS,
)
from mailuo.app.passwords import Passwords, check_length, one_time_password
from mailuo.app.people import NOWHERE, Person, Reach
from mailuo.base.clock import Clock
from mailuo.base.near import nearest
from mailuo.base.problems import Language, Message, Refusal
from mailuo.metadata.model import Exit, Node
from mailuo.records.actor import ADMIN, SYSTEM, Actor
from mailuo.records.in_force import InForce
from mailuo.records.messages import NOT_PERMITTED, NoSuchThing
from mailuo.storage.engine import Store

T = TypeVar("T")
PEOPLE = "people"
_RESERVED_SOURCES = ("automation", "manual")


class Accounts:
    """People, their sessions, and tokens."""

    def __init__(self, store: Store, in_force: InForce, clock: Clock, audit: Audit, language: Language) -> None:
        self._store = store
        self._in_force = in_force
        self._clock = clock
        self._audit = audit
        self._language = language
        self._passwords = Passwords()
        self._used: dict[str, datetime] = {}
        self._using = Lock()

    # Who is asking

    def by_token(self, secret: str) -> Signed | None:
        """Who a bearer secret stands for, or None; looked up anew with each request, so an end is felt at once."""
        return self._signed(secret, ("token", "bearer"))

    def by_session(self, secret: str) -> Signed | None:
        """Who a session cookie stands for, or None."""
        return self._signed(secret, ("session",))

    def sign_in(self, name: str, password: str, address: str) -> Opened:
        """A new session for a browser; refuses a wrong name or password alike, and raises TooManySignIns."""
        return self._opened(name, password, address, "session")

    def make_token_session(self, name: str, password: str, address: str) -> Opened:
        """A new session whose secret is sent as a bearer token, for programs that sign in as a person."""
        return self._opened(name, password, address, "bearer")

    def sign_out(self, credential: str) -> None:
        """Ends one session."""
        self._store.write(lambda connection: credentials.revoke(connection, credential, self._clock.now()))

    def note_use(self) -> None:
        """Writes when credentials were last used; called from time to time, so that reading needs no write."""
        with self._using:
            used, self._used = list(self._used.items()), {}
        if used:
            self._store.write(lambda connection: credentials.note_use(connection, used))

    # A person's own account

    def change_password(self, actor: Actor, old: str, new: str) -> Opened:
        """A fresh session in place of all that the person had; refuses a wrong old password, as signing in does."""
        check_length(new)
        number = self._begun(actor.name, f"person:{actor.id}")
        with self._store.read() as connection:
            row = people.named(connection, actor.name)
        if not self._passwords.fits(row.password if row else None, old) or row is None:
            raise Refusal(WRONG_CREDENTIALS(field="old"))
        hashed = self._passwords.hash(new)

        def work(connection: Connection) -> Opened:
            sign_ins.succeed(connection, number)
            people.change(connection, row.id, ends_credentials=True, password=hashed)
            people.forget_one_time(connection, row.id)
            self._audit.note(connection, actor, "password_changed", record=row.name)
            return self._open(connection, people.one(connection, row.id), "session")

        return self._store.write(work)

    def has_one_time(self, actor: Actor) -> bool:
        """Whether somebody still signs in with the password that was made up for them."""
        if actor.kind != "person":
            return False
        with self._store.read() as connection:
            return people.one_time_since(connection, actor.id) is not None

    def set_language(self, actor: Actor, language: Language) -> None:
        """Keeps the language that a person reads."""
        self._store.write(
            lambda connection: people.change(connection, actor.id, ends_credentials=False, language=language)
        )

    # Other people's accounts: with the right `people`

    def people(self) -> list[Person]:
        """Everybody, by name."""
        with self._store.read() as connection:
            return people.everybody(connection)

    def add_person(
        self,
        name: str,
        roles: Sequence[str],
        *,
        email: str | None = None,
        phone: str | None = None,
        wecom: str | None = None,
        password: str | None = None,
        by: Actor = SYSTEM,
    ) -> str:
        """The password of a new person: the one given, or one made up that is shown this once."""
        self._check_roles(roles, by)
        reach = Reach(email, phone, wecom)
        chosen = password or one_time_password()
        check_length(chosen, least=1)
        hashed = self._passwords.hash(chosen)

        def work(connection: Connection) -> str:
            person = people.add(connection, name, hashed, reach, self._clock.now())
            people.grant(connection, person, roles, by.name, self._clock.now())
            if not password:
                people.mark_one_time(connection, person, self._clock.now())
            self._audit.note(connection, by, "person_added", record=people.written(name), detail={"roles": list(roles)})
            return chosen

        return self._store.write(work)

    def set_roles(self, person: str, roles: Sequence[str], *, by: Actor = SYSTEM) -> None:
        """Gives a person (id or name) exactly these roles, and ends their sessions."""
        self._check_roles(roles, by)

        def work(connection: Connection, row: Row[Any]) -> None:
            if ADMIN not in roles:
                self._check_not_last(connection, row.id)
            people.grant(connection, row.id, roles, by.name, self._clock.now())
            people.change(connection, row.id, ends_credentials=True)
            self._audit.note(connection, by, "roles_changed", record=row.name, detail={"roles": list(roles)})

        self._about(person, by, work)

    def set_reach(self, person: str, reach: Reach, *, by: Actor = SYSTEM) -> None:
        """Keeps by what a person can be reached."""

        def work(connection: Connection, row: Row[Any]) -> None:
            values = {"email": reach.email, "phone": reach.phone, "wecom": reach.wecom}
            people.change(connection, row.id, ends_credentials=False, **values)
            self._audit.note(connection, by, "reach_changed", record=row.name)

        self._about(person, by, work)

    def reset_password(self, person: str, *, by: Actor = SYSTEM) -> str:
        """A made-up password in place of the person's, shown this once; their sessions end."""
        chosen = one_time_password()
        hashed = self._passwords.hash(chosen)

        def work(connection: Connection, row: Row[Any]) -> None:
            people.change(connection, row.id, ends_credentials=True, password=hashed)
            people.mark_one_time(connection, row.id, self._clock.now())
            self._audit.note(connection, by, "password_reset", record=row.name)

        self._about(person, by, work)
        return chosen

    def disable(self, person: str, *, by: Actor = SYSTEM) -> None:
        """Keeps a person (id or name) from signing in, and ends their sessions."""

        def work(connection: Connection, row: Row[Any]) -> None:
            self._check_not_last(connection, row.id)
            people.change(connection, row.id, ends_credentials=True, disabled_at=self._clock.now())
            self._audit.note(connection, by, "person_disabled", record=row.name)

        self._about(person, by, work)

    def enable(self, person: str, *, by: Actor = SYSTEM) -> None:
        """Lets a person sign in again."""

        def work(connection: Connection, row: Row[Any]) -> None:
            people.change(connection, row.id, ends_credentials=True, disabled_at=None)
            self._audit.note(connection, by, "person_enabled", record=row.name)

        self._about(person, by, work)

    def tokens(self) -> list[Token]:
        """The tokens that work, without their secrets."""
        with self._store.read() as connection:
            return credentials.tokens(connection)

    def add_token(self, name: str, roles: Sequence[str], sources: Sequence[str] = (), by: Actor = SYSTEM) -> str:
        """The secret of a new token, shown this once; with sources it speaks for exactly these."""
        if not roles and not sources:
            raise Refusal(NO_ROLE(field="roles"))
        if roles:
            self._check_roles(roles, by)
        self._check_sources(sources, by)

        def work(connection: Connection) -> str:
            secret = credentials.add_token(connection, people.written(name), roles, sources, by.name, self._clock.now())
            told = {"roles": list(roles), "sources": list(sources)}
            self._audit.note(connection, by, "token_added", record=people.written(name), detail=told)
            return secret

        return self._store.write(work)

    def revoke(self, credential: str, *, by: Actor = SYSTEM) -> None:
        """Ends a token, or somebody's session; refuses an unknown one."""
        self._check_may(by)

        def work(connection: Connection) -> None:
            if credentials.is_admins(connection, credential) and not by.sees_everything:
                raise Refusal(ONLY_ADMINS())
            name = credentials.revoke(connection, credential, self._clock.now())
            if name is None:
                raise NoSuchThing(UNKNOWN_CREDENTIAL(found=credential[:60]))
            self._audit.note(connection, by, "credential_revoked", record=name)

        self._store.write(work)

    def ensure_admin(self, password: str | None) -> str | None:
        """The made-up password of the first admin, to be shown once; None when there is one, or it was given."""
        with self._store.read() as connection:
            if people.named(connection, ADMIN) is not None:
                return None
        chosen = password or one_time_password()
        hashed = self._passwords.hash(chosen)

        def work(connection: Connection) -> bool:
            if people.named(connection, ADMIN) is not None:
                return False
            person = people.add(connection, ADMIN, hashed, NOWHERE, self._clock.now())
            people.grant(connection, person, [ADMIN], SYSTEM.name, self._clock.now())
            return True

        made = self._store.write(work)
        return chosen if made and not password else None

    # Inside

    def _signed(self, secret: str, kinds: tuple[Kind, ...]) -> Signed | None:
        now = self._clock.now()
        with self._store.read() as connection:
            held = credentials.find(connection, secret, kinds, now)
        if held is None:
            return None
        with self._using:
            self._used[held.credential] = now
        csrf = credentials.csrf_of(secret) if held.kind == "session" else ""
        return Signed(self._actor(held), held.credential, csrf, held.language)

    def _actor(self, held: Held) -> Actor:
        running = self._in_force.current
        language = held.language if held.language in ("zh", "en") else self._language
        return Actor(
            held.id,
            held.name,
            roles=tuple(role for role in held.roles if role == ADMIN or role in running.manifest.roles),
            sources=held.sources,
            kind="token" if held.kind == "token" else "person",
            language=cast(Language, language),
            rights=running.policy.rights(held.roles),
        )

    def _opened(self, name: str, password: str, address: str, kind: Kind) -> Opened:
        number = self._begun(name, address)
        with self._store.read() as connection:
            row = people.named(connection, name)
        kept = row.password if row is not None and row.disabled_at is None else None
        fits = self._passwords.fits(kept, password)
        if not fits or row is None or kept is None:
            raise Refusal(WRONG_CREDENTIALS())
        renewed = self._passwords.hash(password) if self._passwords.is_old(kept) else None

        def work(connection: Connection) -> Opened:
            sign_ins.succeed(connection, number)
            now_row = people.one(connection, row.id)
            if now_row.password != kept or now_row.disabled_at is not None:
                raise Refusal(WRONG_CREDENTIALS())
            made_up_at = people.one_time_since(connection, row.id)
            if made_up_at is not None and self._clock.now() - made_up_at >= people.ONE_TIME_LASTS:
                raise Refusal(WRONG_CREDENTIALS())
            if renewed is not None:
                people.change(connection, row.id, ends_credentials=False, password=renewed)
            return self._open(connection, now_row, kind)

        return self._store.write(work)

    def _begun(self, name: str, address: str) -> int:
        """The number of a try to prove who one is, counted before it is looked at."""
        return self._store.write(lambda connection: sign_ins.begin(connection, name, address, self._clock.now()))

    def _open(self, connection: Connection, row: Row[Any], kind: Kind) -> Opened:
        secret, expires_at = credentials.open_session(connection, row, kind, self._clock.now(), row.name)
        held = Held("", kind, row.id, row.name, people.roles_of(connection, row.id), (), row.language)
        return Opened(secret, credentials.csrf_of(secret), self._actor(held), expires_at)

    def _about(self, person: str, by: Actor, work: Callable[[Connection, Row[Any]], T]) -> T:
        """What the work on a person's row returns; refuses whoever may not do it."""
        self._check_may(by)

        def done(connection: Connection) -> T:
            row = people.one(connection, person)
            if ADMIN in people.roles_of(connection, row.id) and not by.sees_everything:
                raise Refusal(ONLY_ADMINS())
            return work(connection, row)

        return self._store.write(done)

    def _check_may(self, by: Actor) -> None:
        if not by.has(PEOPLE):
            raise Refusal(NOT_PERMITTED())

    def _check_not_last(self, connection: Connection, person: str) -> None:
        if ADMIN in people.roles_of(connection, person) and not people.other_admins(connection, person):
            raise Refusal(LAST_ADMIN())

    def _check_roles(self, roles: Sequence[str], by: Actor) -> None:
        """Refuses roles that are not declared, and the admin's from anybody but an admin."""
        self._check_may(by)
        if not roles:
            raise Refusal(NO_ROLE(field="roles"))
        if ADMIN in roles and not by.sees_everything:
            raise Refusal(ONLY_ADMINS())
        known = [ADMIN, *self._in_force.current.manifest.roles]
        self._check_known(roles, known, "roles", (UNKNOWN_ROLE, UNKNOWN_ROLE_NEAR))

    def _check_sources(self, sources: Sequence[str], by: Actor) -> None:
        """Refuses sources that nothing declares, and the admin's voice from anybody but an admin."""
        self._check_may(by)
        if credentials.speaks_as_admin((), sources) and not by.sees_everything:
            raise Refusal(ONLY_ADMINS())
        manifest = self._in_force.current.manifest
        flows = [table.flow for table in manifest.tables.values() if table.flow]
        nodes: list[Node | Exit] = [node for flow in flows for node in flow.nodes.values()]
        nodes += [way for flow in flows for way in flow.exits.values()]
        spoken = {speaker.source for node in nodes for speaker in node.by}
        roles = {f"role:{role}" for role in (ADMIN, *manifest.roles)}
        known = {*manifest.workspace.sources, *_RESERVED_SOURCES, *spoken, *roles}
        self._check_known(sources, sorted(known), "sources", (UNKNOWN_SOURCE, UNKNOWN_SOURCE_NEAR))

    def _check_known(
        self, found: Sequence[str], known: Sequence[str], field: str, says: tuple[Message, Message]
    ) -> None:
        problems = []
        for each in found:
            if each not in known:
                near = nearest(each, known)
                plain, with_near = says
                said = (
                    with_near(field=field, found=each[:60], near=near) if near else plain(field=field, found=each[:60])
                )
                problems.append(said)
        if problems:
            raise Refusal(*problems)

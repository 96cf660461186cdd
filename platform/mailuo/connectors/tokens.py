"""Tokens: sessions of connectors that sign in, kept sealed for all processes, got by one at a time, renewed once.

Whoever finds no session that lives takes the lease and signs in; the others wait for what comes of it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailuo.base.clock import Clock
from mailuo.base.ids import new_id
from mailuo.connectors.client import Caller
from mailuo.connectors.environment import Wired
from mailuo.connectors.messages import SIGN_IN_BUSY
from mailuo.connectors.outcome import Outcome
from mailuo.connectors.requesting import NO_SESSION, Session
from mailuo.connectors.sealing import Seal
from mailuo.connectors.signing_in import NotSignedIn, SignedIn, sign_in
from mailuo.storage import system
from mailuo.storage.engine import Store

_TOKEN = system.sign_in_token
_NAME = "session"
_LEASE = timedelta(seconds=60)
_LOOK_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 20.0


@dataclass(frozen=True)
class Tokens:
    """The sessions of a store's connectors."""

    store: Store
    clock: Clock
    seal: Seal
    caller: Caller
    sleep: Callable[[float], None] = time.sleep

    def session(self, wired: Wired, stale: Session | None = None) -> Session:
        """A session that lives, other than the stale one that was refused; raises NotSignedIn.

        Who waits in vain for somebody else, who may have died at it, has not tried: it waits longer.
        """
        if not wired.connector.sign_in:
            return NO_SESSION
        waited = 0.0
        while True:
            found = self._kept(wired, stale)
            if found is not None:
                return found
            fence = self._take(wired)
            if fence is not None:
                return self._signed_in(wired, fence)
            if waited >= _LONGEST_WAIT_SECONDS:
                raise NotSignedIn("lease", Outcome("wait", SIGN_IN_BUSY()))
            self.sleep(_LOOK_SECONDS)
            waited += _LOOK_SECONDS

    def _kept(self, wired: Wired, stale: Session | None) -> Session | None:
        now = self.clock.now()
        with self.store.read() as connection:
            row = connection.execute(select(_TOKEN).where(*_of(wired))).first()
        if row is None or row.sealed is None or row.expires_at is None or row.expires_at <= now:
            return None
        found = self._opened(wired, row)
        return None if found is None or (stale is not None and found.token == stale.token) else found

    def _take(self, wired: Wired) -> int | None:
        """The fence of the lease, where it is free."""
        now = self.clock.now()

        def work(connection: Connection) -> int | None:
            row = {"connector": wired.connector.id, "name": _NAME, "fence": 0}
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            connection.execute(dialect.insert(_TOKEN).values(row).on_conflict_do_nothing())
            free = or_(_TOKEN.c.lease_until.is_(None), _TOKEN.c.lease_until < now)
            values = {"lease_until": now + _LEASE, "fence": _TOKEN.c.fence + 1}
            taken = update(_TOKEN).where(*_of(wired), free).values(values).returning(_TOKEN.c.fence)
            return connection.execute(taken).scalar()

        return self.store.write(work)

    def _signed_in(self, wired: Wired, fence: int) -> Session:
        try:
            found = sign_in(wired, self.caller, self.clock.now(), new_nonce)
        except BaseException:
            self._leave(wired, fence, {})
            raise
        self._leave(wired, fence, {"sealed": self._closed(wired, found), "expires_at": found.until})
        return found.session

    def _leave(self, wired: Wired, fence: int, values: dict[str, Any]) -> None:
        mine = update(_TOKEN).where(*_of(wired), _TOKEN.c.fence == fence)
        self.store.write(lambda connection: connection.execute(mine.values(lease_until=None, **values)).close())

    def _closed(self, wired: Wired, found: SignedIn) -> str:
        return self.seal.closed(json.dumps(asdict(found.session), ensure_ascii=False), _account(wired))

    def _opened(self, wired: Wired, row: Row[Any]) -> Session | None:
        text = self.seal.opened(row.sealed, _account(wired))
        return None if text is None else Session(**json.loads(text))


def new_nonce() -> str:
    """A text that is used once, in hexadecimal."""
    return new_id().replace("-", "")


def _account(wired: Wired) -> str:
    """Whose session it is: it opens with the address, the settings and the way of signing in that it was got with alone."""
    used = wired.base_url, sorted(wired.secrets.items()), repr(wired.connector.sign_in)
    return f"{wired.connector.id} {sha256(repr(used).encode()).hexdigest()}"


def _of(wired: Wired) -> tuple[Any, ...]:
    return _TOKEN.c.connector == wired.connector.id, _TOKEN.c.name == _NAME



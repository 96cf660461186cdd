"""Sign-ins: how often somebody may try, counted by account and by address as the caller cannot vary them.

A try is counted before it is looked at, so that a hundred at once are a hundred. An account's count ends with a
success, an address's does not: else an attacker with one good password could try others for ever.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from mailuo.app.messages import TooManySignIns
from mailuo.app.people import folded
from mailuo.storage import system

WINDOW = timedelta(minutes=15)
MOST_BY_ACCOUNT = 10
MOST_BY_ADDRESS = 30
_KEPT = timedelta(days=30)
_TABLE = system.sign_in
_IPV6_PREFIX = 64  # what one subscriber has


def begin(connection: Connection, name: str, address: str, now: datetime) -> int:
    """The number of a try that may be looked at now; raises TooManySignIns with the seconds to wait."""
    account, place = account_of(name), address_of(address)
    _in_turn(connection, account, place)
    last = select(func.max(_TABLE.c.id)).where(_TABLE.c.account == account, _TABLE.c.succeeded.is_(True))
    since_success = _TABLE.c.id > func.coalesce(last.scalar_subquery(), 0)
    waits = [
        *_wait(connection, [_TABLE.c.account == account, since_success], MOST_BY_ACCOUNT, now),
        *_wait(connection, [_TABLE.c.address == place], MOST_BY_ADDRESS, now),
    ]
    if waits:
        raise TooManySignIns(max(1, *waits))
    row = {"at": now, "account": account, "address": place, "succeeded": False}
    return int(connection.execute(insert(_TABLE).values(row).returning(_TABLE.c.id)).scalar_one())


def succeed(connection: Connection, number: int) -> None:
    """Notes that a try was good."""
    connection.execute(update(_TABLE).where(_TABLE.c.id == number).values(succeeded=True))


def forget(connection: Connection, now: datetime) -> int:
    """Removes old tries; how many went."""
    return connection.execute(delete(_TABLE).where(_TABLE.c.at < now - _KEPT)).rowcount


def account_of(name: str) -> str:
    """What tells accounts apart when tries are counted: no case, no width, no spaces, bounded."""
    return blake2b(folded(name).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def address_of(address: str) -> str:
    """What tells callers apart when tries are counted: an IPv4 address, or the network of an IPv6 one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)


def _wait(connection: Connection, mine: Sequence[ColumnElement[bool]], most: int, now: datetime) -> list[int]:
    """The seconds until one of the failures that fill the window has left it; nothing when there is room."""
    query = select(_TABLE.c.at).where(_TABLE.c.at > now - WINDOW, _TABLE.c.succeeded.is_(False), *mine)
    failures = connection.scalars(query.order_by(_TABLE.c.at.desc()).limit(most)).all()
    if len(failures) < most:
        return []
    return [int((failures[-1] + WINDOW - now).total_seconds()) + 1]


def _in_turn(connection: Connection, *names: str) -> None:
    """Lets tries for one account or from one address come one after the other; SQLite has one writer anyway."""
    if connection.dialect.name != "postgresql":
        return
    for key in sorted(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True) for name in names):
        connection.execute(select(func.pg_advisory_xact_lock(key)))

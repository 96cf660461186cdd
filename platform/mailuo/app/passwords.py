"""Passwords: kept as argon2id, checked at the same cost whether there is one or not."""

from base64 import b64encode
from secrets import choice
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mailuo.app.messages import SHORT_PASSWORD
from mailuo.base.problems import Refusal

LEAST, MOST = 8, 1_000
_TIME, _MEMORY, _LANES = 3, 65_536, 2  # passes, KiB, threads: RFC 9106's second recommendation
_AT_ONCE = 2  # each takes 64 MiB
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LENGTH = 16


def _nobody() -> str:
    """A hash that no password has, as costly to check as any other."""
    salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_MEMORY},t={_TIME},p={_LANES}${salt}${digest}"


class Passwords:
    """Makes and checks hashes, a few at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=_TIME, memory_cost=_MEMORY, parallelism=_LANES)
        self._nobody = _nobody()
        self._places = BoundedSemaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """What is kept in place of the password."""
        with self._places:
            return self._hasher.hash(password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one of which this was kept; never when nothing was, after the same time."""
        with self._places:
            try:
                return self._hasher.verify(kept or self._nobody, password[:MOST])
            except (VerificationError, InvalidHashError):
                return False

    def is_old(self, kept: str) -> bool:
        """Whether the hash was made at another cost than today's, and should be made again."""
        return self._hasher.check_needs_rehash(kept)


def one_time_password() -> str:
    """A password that nobody guesses, of characters that nobody confuses."""
    return "".join(choice(_ALPHABET) for _ in range(_LENGTH))


def check_length(password: str, least: int = LEAST) -> None:
    """Refuses a password that is too short, or longer than anybody types."""
    if not least <= len(password) <= MOST:
        raise Refusal(SHORT_PASSWORD(field="password", least=least, most=MOST))

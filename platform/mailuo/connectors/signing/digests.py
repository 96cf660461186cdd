"""Digests, the forms in which they are written, and where the secret goes: the parts that schemes are made of. Pure."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from hmac import compare_digest

Digest = Callable[[bytes, bytes], bytes]
"""(key, message) → digest."""


def plain(name: str, *, before: bool = False, after: bool = False) -> Digest:
    """A digest of the message with the secret written before it, after it, or around it."""

    def digest(key: bytes, message: bytes) -> bytes:
        return hashlib.new(name, (key if before else b"") + message + (key if after else b"")).digest()

    return digest


def keyed(name: str, *, around: bool = False) -> Digest:
    """An HMAC with the secret as its key, and around the message too where a vendor wants that."""

    def digest(key: bytes, message: bytes) -> bytes:
        return hmac.new(key, key + message + key if around else message, name).digest()

    return digest


DIGESTS: Mapping[str, Digest] = {
    "md5_suffix": plain("md5", after=True),
    "md5_around": plain("md5", before=True, after=True),
    "sha1_suffix": plain("sha1", after=True),
    "sha256_suffix": plain("sha256", after=True),
    "hmac_md5": keyed("md5"),
    "hmac_sha1": keyed("sha1"),
    "hmac_sha256": keyed("sha256"),
    "hmac_sha256_around": keyed("sha256", around=True),
}
"""Every digest that a declaration may name, with the place of its secret."""


def base64(raw: bytes) -> str:
    """Standard base64 with padding."""
    return b64encode(raw).decode()


def base64_of_hex(raw: bytes) -> str:
    """The base64 of the hexadecimal text, not of the bytes."""
    return base64(raw.hex().encode())


TEXT_FORMS: Mapping[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "HEX": lambda raw: raw.hex().upper(),
    "base64": base64,
    "base64_of_hex": base64_of_hex,
}
"""Every form in which a digest may be written."""


def same(given: str, expected: str) -> bool:
    """Whether two signatures are equal, in a time that does not tell where they differ."""
    return compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))

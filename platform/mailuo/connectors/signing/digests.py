"""Digests, the forms in which they are written, and where the secret goes: the parts that schemes are made of. Pure."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hmac import compare_digest

_HASHES = ("md5", "sha1", "sha256", "sha512")
Digest = Callable[[bytes, bytes], bytes]
"""(key, message) → digest."""


def plain(name: str, *, before: bool = False, after: bool = False) -> Digest:
    """A digest of the message with the secret written before it, after it, or around it."""

    def digest(key: bytes, message: bytes) -> bytes:
        return hashlib.new(name, (key if before else b"") + message + (key if after else b"")).digest()

    return digest


def among(name: str) -> Digest:
    """A digest of the lines of the message and the secret, all in the order of their bytes and without separators."""

    def digest(key: bytes, message: bytes) -> bytes:
        return hashlib.new(name, b"".join(sorted([key, *message.split(b"\n")]))).digest()

    return digest


def keyed(name: str, *, around: bool = False) -> Digest:
    """An HMAC with the secret as its key, and around the message too where a vendor wants that."""

    def digest(key: bytes, message: bytes) -> bytes:
        return hmac.new(key, key + message + key if around else message, name).digest()

    return digest


DIGESTS: Mapping[str, Digest] = {
    **{f"{name}_prefix": plain(name, before=True) for name in _HASHES},
    **{f"{name}_suffix": plain(name, after=True) for name in _HASHES},
    **{f"{name}_around": plain(name, before=True, after=True) for name in _HASHES},
    **{f"{name}_sorted": among(name) for name in _HASHES},
    **{f"hmac_{name}": keyed(name) for name in _HASHES},
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


def raw_of(form: str, text: str) -> bytes:
    """The bytes that are written in a form; raises ValueError when they are not."""
    if form in ("hex", "HEX"):
        return bytes.fromhex(text)
    raw = b64decode(text, validate=True)
    return bytes.fromhex(raw.decode("ascii")) if form == "base64_of_hex" else raw


def same(given: str, expected: str) -> bool:
    """Whether two signatures are equal, in a time that does not tell where they differ."""
    return compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))

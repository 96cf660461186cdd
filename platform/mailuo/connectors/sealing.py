"""Sealing: secrets that have to be kept, closed with the installation's key. AES-256-GCM, bound to what they belong to."""

import os
from base64 import b64decode, b64encode
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Seal:
    """Closes and opens texts."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(sha256(b"mailuo seal\0" + key).digest())

    def closed(self, text: str, owner: str) -> str:
        """The text, to be opened with the same key and owner alone."""
        nonce = os.urandom(_NONCE_BYTES)
        return b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())).decode()

    def opened(self, sealed: str, owner: str) -> str | None:
        """The text, or None where it was closed with another key, for another owner, or touched."""
        try:
            raw = b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], owner.encode()).decode()
        except (InvalidTag, ValueError):
            return None

"""Tencent's envelope of callbacks, shared by WeCom and mini-programs: sorted SHA-1, and AES-256-CBC padded to 32 bytes.

Source: developer.work.weixin.qq.com, path 90968. The key is the base64 of 43 letters plus `=`, the IV its first half.
"""

import hashlib
from base64 import b64decode
from binascii import Error as NotBase64

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from mailuo.connectors.messages import BAD_PADDING, FOR_ANOTHER, NOT_DECRYPTED
from mailuo.connectors.signing.digests import base64
from mailuo.connectors.signing.signer import Unsigned

_BLOCK = 32
_RANDOM = 16
_LENGTH = 4


def msg_signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """The SHA-1 of the four texts in the order of their bytes."""
    parts = sorted(part.encode() for part in (token, timestamp, nonce, encrypted))
    return hashlib.sha1(b"".join(parts)).hexdigest()  # noqa: S324  # the envelope is the vendor's


def encrypt(aes_key: str, message: str, receiver: str, random: bytes) -> str:
    """A message sealed for a receiver."""
    text = message.encode()
    plain = random + len(text).to_bytes(_LENGTH, "big") + text + receiver.encode()
    padding = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher(aes_key).encryptor()
    return base64(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize())


def decrypt(aes_key: str, encrypted: str, receiver: str) -> str:
    """The message of a sealed text; raises Unsigned when it is broken or sealed for somebody else."""
    try:
        sealed = b64decode(encrypted, validate=True)
        decryptor = _cipher(aes_key).decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
    except (ValueError, NotBase64):
        raise Unsigned(NOT_DECRYPTED()) from None
    padding = padded[-1] if padded else 0
    if not 1 <= padding <= _BLOCK:
        raise Unsigned(BAD_PADDING())
    plain = padded[:-padding]
    end = _RANDOM + _LENGTH + int.from_bytes(plain[_RANDOM : _RANDOM + _LENGTH], "big")
    if plain[end:].decode("utf-8", "replace") != receiver:
        raise Unsigned(FOR_ANOTHER())
    return plain[_RANDOM + _LENGTH : end].decode("utf-8", "replace")


def _cipher(aes_key: str) -> "Cipher[CBC]":
    key = b64decode(aes_key + "=")
    return Cipher(AES(key), CBC(key[:16]))

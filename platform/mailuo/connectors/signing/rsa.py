"""RSA (PKCS 1, version 1.5): signed by a private key, proved by the public one. Source: RFC 8017, 8.2.

A key is PEM text, the base64 of its bytes alone, as Chinese vendors hand it out, or the path of a file with either.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate

from mailuo.connectors.messages import NOT_RSA
from mailuo.connectors.signing.signer import Unsigned

_PEM = b"-----BEGIN"

HASHES: Mapping[str, HashAlgorithm] = {"rsa_sha1": SHA1(), "rsa_sha256": SHA256(), "rsa_sha512": SHA512()}  # noqa: S303  # a vendor's
"""Every kind of signature by a pair of keys that a declaration may name."""


def signed(kind: str, key: str, message: bytes) -> bytes:
    """The signature of a message by a private key; raises Unsigned when it is none."""
    raw = _bytes_of(key)
    found = load_pem_private_key(raw, None) if raw.startswith(_PEM) else load_der_private_key(raw, None)
    if not isinstance(found, RSAPrivateKey):
        raise Unsigned(NOT_RSA())
    return found.sign(message, PKCS1v15(), HASHES[kind])


def proves(kind: str, key: str, message: bytes, signature: bytes) -> bool:
    """Whether a signature is that of the message, by a public key or a certificate."""
    try:
        _public(key).verify(signature, message, PKCS1v15(), HASHES[kind])
    except InvalidSignature:
        return False
    return True


def _public(key: str) -> RSAPublicKey:
    raw = _bytes_of(key)
    if b"BEGIN CERTIFICATE" in raw:
        found = load_pem_x509_certificate(raw).public_key()
    else:
        found = load_pem_public_key(raw) if raw.startswith(_PEM) else load_der_public_key(raw)  # type: ignore[assignment]  # any kind; only RSA is returned
    if not isinstance(found, RSAPublicKey):
        raise Unsigned(NOT_RSA())
    return found


def _bytes_of(key: str) -> bytes:
    text = key.strip()
    if not text.startswith("-----BEGIN"):
        try:
            return b64decode("".join(text.split()), validate=True)
        except (NotBase64, ValueError):
            text = Path(text).read_text("utf-8").strip()
            return text.encode() if text.startswith("-----BEGIN") else b64decode("".join(text.split()), validate=True)
    return text.encode()

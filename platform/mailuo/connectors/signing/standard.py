"""Standard Webhooks, in and out: HMAC-SHA256 or ed25519 over `id.timestamp.body`, several signatures while a secret is changed.

A secret may be several, parted by blanks: each of them signs what goes out, and proves what comes in. `whsk_` is a private key
of ed25519, `whpk_` a public one, which only proves.

Source: the Standard Webhooks specification.
"""

from base64 import b64decode
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mailuo.connectors.messages import NEITHER, NOT_FITTING, NOT_NEAR, NOT_THERE
from mailuo.connectors.signing.digests import DIGESTS, base64, same
from mailuo.connectors.signing.numbers import parse_numbers_verbatim
from mailuo.connectors.signing.signer import (
    Incoming,
    Json,
    Moment,
    Outgoing,
    Refused,
    Secrets,
    Seen,
    Unreadable,
    Unsigned,
    Verified,
)
from mailuo.connectors.signing.way import json_failure

_WINDOW_SECONDS = 300
_PREFIX, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_SEED_BYTES = 32


class StandardWebhook:
    """Signs and proves Standard Webhooks."""

    name = "standard_webhooks"
    also = ("webhook_standard", "webhook")
    secrets = ("secret",)
    verifies = True
    gone = 410
    """The status by which an endpoint says that it takes nothing any more: whoever sends has to switch it off."""

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its id, time and signature; a `webhook-id` that it bears already stays."""
        id_ = request.headers.get("webhook-id", f"msg_{moment.call or moment.nonce}")
        seconds = str(int(moment.now.timestamp()))
        signature = " ".join(_signatures(secrets["secret"], id_, seconds, request.body))
        headers = {**request.headers, "webhook-id": id_, "webhook-timestamp": seconds, "webhook-signature": signature}
        return Outgoing(request.method, request.path, request.query, request.form, request.body, headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The body's `data`, if one of the signatures fits and the time is near."""
        headers = event.headers
        id_, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not id_ or not _fresh(seconds, now):
            return Refused(NOT_NEAR(what="webhook-timestamp") if id_ else NOT_THERE(what="webhook-id"))
        if not _fits(headers.get("webhook-signature", ""), secrets["secret"], id_, seconds, event.body):
            return Refused(NOT_FITTING(what="webhook-signature"))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The body's `data`, or the body that has none."""
        body = parse_numbers_verbatim(event.body)
        if not isinstance(body, (dict, list)):
            return Unreadable(NEITHER())
        told = body.get("data", body) if isinstance(body, dict) else body
        return Verified((told,), (event.headers.get("webhook-id", ""),))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON."""
        return json_failure(401, {"error": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """`webhook-signature` of a payload; a given one is verified, with its time where `now` is given."""
        members = {**{key.lower(): value for key, value in dict(inputs.get("headers") or {}).items()}, **inputs}
        seconds, id_ = str(members["webhook-timestamp"]), str(members["webhook-id"])
        body = str(members.get("payload") if "payload" in members else members["raw_body"])
        secret = str(secrets["secret"])
        told: dict[str, object] = {"webhook-signature": " ".join(_signatures(secret, id_, seconds, body.encode()))}
        if "webhook-signature" in members:
            late = "now" in inputs and abs(int(inputs["now"]) - int(seconds)) > _WINDOW_SECONDS
            if late or not _fits(str(members["webhook-signature"]), secret, id_, seconds, body.encode()):
                raise Unsigned(NOT_NEAR(what="webhook-signature") if late else NOT_FITTING(what="webhook-signature"))
            told["valid"] = True
        return told


def _signatures(secret: str, id_: str, seconds: str, body: bytes) -> list[str]:
    """The signature by each of the secrets; public keys make none."""
    message = _message(id_, seconds, body)
    return [_signature(each, message) for each in secret.split() if not each.startswith(_PUBLIC)]


def _signature(secret: str, message: bytes) -> str:
    if secret.startswith(_PRIVATE):
        return "v1a," + base64(Ed25519PrivateKey.from_private_bytes(_key(secret, _PRIVATE)[:_SEED_BYTES]).sign(message))
    return "v1," + base64(DIGESTS["hmac_sha256"](_key(secret, _PREFIX), message))


def _key(secret: str, prefix: str) -> bytes:
    key = b64decode(secret.removeprefix(prefix))
    if not key:
        raise ValueError("the secret is empty")
    return key


def _message(id_: str, seconds: str, body: bytes) -> bytes:
    return f"{id_}.{seconds}.".encode() + body


def _fits(given: str, secret: str, id_: str, seconds: str, body: bytes) -> bool:
    """Whether one of the signatures, parted by blanks, is proved by one of the secrets."""
    expected = _signatures(secret, id_, seconds, body)
    public = [each for each in secret.split() if each.startswith(_PUBLIC)]
    message = _message(id_, seconds, body)
    return any(same(each, one) for each in given.split() for one in expected) or any(
        _is_by(key, each, message) for each in given.split() for key in public
    )


def _is_by(public: str, signature: str, message: bytes) -> bool:
    version, _, text = signature.partition(",")
    if version != "v1a":
        return False
    try:
        Ed25519PublicKey.from_public_bytes(_key(public, _PUBLIC)).verify(b64decode(text, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _fresh(seconds: str, now: datetime) -> bool:
    return seconds.isdecimal() and abs(int(seconds) - now.timestamp()) <= _WINDOW_SECONDS

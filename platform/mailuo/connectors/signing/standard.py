"""Standard Webhooks, in and out: HMAC-SHA256 over `id.timestamp.body`, several signatures while a secret is changed.

A secret may be several, parted by blanks: each of them signs what goes out, and proves what comes in.

Source: the Standard Webhooks specification.
"""

from base64 import b64decode
from datetime import datetime

from mailuo.connectors.signing.digests import DIGESTS, base64, same
from mailuo.connectors.signing.numbers import parse_numbers_verbatim
from mailuo.connectors.signing.signer import (
    Incoming,
    Json,
    Moment,
    Outgoing,
    Refused,
    Secrets,
    Unsigned,
    Verified,
)
from mailuo.connectors.signing.way import json_failure

_WINDOW_SECONDS = 300
_PREFIX = "whsec_"


class StandardWebhook:
    """Signs and proves Standard Webhooks."""

    name = "standard_webhooks"
    also = ("webhook_standard", "webhook")
    secrets = ("secret",)
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its id, time and signature; a `webhook-id` that it bears already stays."""
        id_ = request.headers.get("webhook-id", f"msg_{moment.call or moment.nonce}")
        seconds = str(int(moment.now.timestamp()))
        signature = " ".join(_signatures(secrets["secret"], id_, seconds, request.body))
        headers = {**request.headers, "webhook-id": id_, "webhook-timestamp": seconds, "webhook-signature": signature}
        return Outgoing(request.method, request.path, request.query, request.form, request.body, headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Verified | Refused:
        """The body's `data`, if one of the signatures fits and the time is near."""
        headers = event.headers
        id_, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not id_ or not _fresh(seconds, now):
            return Refused("webhook-id is missing, or webhook-timestamp is too old")
        if not _fits(headers.get("webhook-signature", ""), _signatures(secrets["secret"], id_, seconds, event.body)):
            return Refused("webhook-signature does not fit")
        body = parse_numbers_verbatim(event.body)
        if not isinstance(body, (dict, list)):
            return Refused("the body is neither a JSON object nor a list")
        return Verified((body.get("data", body) if isinstance(body, dict) else body,), (id_,))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON."""
        return json_failure(401, {"error": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """`webhook-signature` of a payload; a given one is verified, with its time where `now` is given."""
        members = {**{key.lower(): value for key, value in dict(inputs.get("headers") or {}).items()}, **inputs}
        seconds, id_ = str(members["webhook-timestamp"]), str(members["webhook-id"])
        body = str(members.get("payload") if "payload" in members else members["raw_body"])
        signatures = _signatures(str(secrets["secret"]), id_, seconds, body.encode())
        told: dict[str, object] = {"webhook-signature": " ".join(signatures)}
        if "webhook-signature" in members:
            late = "now" in inputs and abs(int(inputs["now"]) - int(seconds)) > _WINDOW_SECONDS
            if late or not _fits(str(members["webhook-signature"]), signatures):
                raise Unsigned("webhook-signature does not fit, or its time is too far away")
            told["valid"] = True
        return told


def _signatures(secret: str, id_: str, seconds: str, body: bytes) -> list[str]:
    """The signature by each of the secrets."""
    message = f"{id_}.{seconds}.".encode() + body
    keys = (b64decode(each.removeprefix(_PREFIX)) for each in secret.split())
    return ["v1," + base64(DIGESTS["hmac_sha256"](key, message)) for key in keys]


def _fits(given: str, expected: list[str]) -> bool:
    """Whether one of the signatures, parted by blanks, is one of the expected ones."""
    return any(same(each, one) for each in given.split() for one in expected)


def _fresh(seconds: str, now: datetime) -> bool:
    return seconds.isdecimal() and abs(int(seconds) - now.timestamp()) <= _WINDOW_SECONDS

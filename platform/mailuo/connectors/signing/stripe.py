"""Webhooks in Stripe's style: HMAC-SHA256 over `t.body`, the secret taken as text. Source: docs.stripe.com, webhooks."""

from datetime import datetime

from mailuo.connectors.messages import NO_ID, NO_SECRET, NOT_FITTING, NOT_NEAR
from mailuo.connectors.signing.digests import DIGESTS, same
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

_HEADER = "Stripe-Signature"
_WINDOW_SECONDS = 300


class StripeWebhook:
    """Signs and proves webhooks as Stripe does."""

    name = "stripe_webhook"
    also = ("webhook_stripe_style",)
    secrets = ("secret",)
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its header."""
        seconds = str(int(moment.now.timestamp()))
        header = f"t={seconds},v1={_v1(secrets['secret'], seconds, request.body)}"
        headers = {**request.headers, _HEADER: header}
        return Outgoing(request.method, request.path, request.query, request.form, request.body, headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The body, if one of its `v1` fits and the time is near."""
        if not secrets["secret"]:
            return Refused(NO_SECRET())
        header = event.headers.get(_HEADER.lower(), "")
        seconds = _members(header, "t")
        if len(seconds) != 1 or not seconds[0].isdecimal() or abs(int(seconds[0]) - now.timestamp()) > _WINDOW_SECONDS:
            return Refused(NOT_NEAR(what=_HEADER))
        if not _fits(header, _v1(secrets["secret"], seconds[0], event.body)):
            return Refused(NOT_FITTING(what=_HEADER))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The body, which bears its id."""
        body = parse_numbers_verbatim(event.body)
        if not isinstance(body, dict) or "id" not in body:
            return Unreadable(NO_ID())
        return Verified((body,), (str(body["id"]),))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON."""
        return json_failure(401, {"error": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """`v1` of a body, and a header as it looks while a secret is changed; a given header is verified."""
        body = str(inputs["raw_body"] if "raw_body" in inputs else inputs["payload"]).encode()
        header = inputs.get(_HEADER) or inputs.get("header") or dict(inputs.get("headers") or {}).get(_HEADER)
        seconds = str(inputs["timestamp"]) if "timestamp" in inputs else _members(str(header), "t")[0]
        v1 = _v1(str(secrets["secret"]), seconds, body)
        told: dict[str, object] = {
            "v1": v1,
            "header": f"t={seconds},v1={v1}",
            "header_with_rotation": f"t={seconds},v1=00ff,v1={v1},v0=abc",
        }
        if header is not None:
            if not _fits(str(header), v1):
                raise Unsigned(NOT_FITTING(what=_HEADER))
            told["valid"] = True
        return told


def _v1(secret: str, seconds: str, body: bytes) -> str:
    return DIGESTS["hmac_sha256"](secret.encode(), f"{seconds}.".encode() + body).hex()


def _members(header: str, name: str) -> list[str]:
    pairs = (part.partition("=") for part in header.split(","))
    return [value for key, _, value in pairs if key.strip() == name]


def _fits(header: str, expected: str) -> bool:
    return any(same(each, expected) for each in _members(header, "v1"))

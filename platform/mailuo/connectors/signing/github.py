"""GitHub's webhooks: HMAC-SHA256 of the raw body in `X-Hub-Signature-256`. Source: docs.github.com, validating webhooks."""

from datetime import datetime

from mailuo.connectors.messages import NO_SECRET, NOT_FITTING, NOT_READ, NOT_THERE
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

_HEADER = "X-Hub-Signature-256"
_DELIVERY = "x-github-delivery"


class GithubWebhook:
    """Signs and proves webhooks as GitHub does."""

    name = "github_webhook"
    also = ("webhook_github",)
    secrets = ("secret",)
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with its signature, and an id by which it can be told from others."""
        headers = {
            **request.headers,
            _HEADER: _signature(secrets["secret"], request.body),
            "X-GitHub-Delivery": request.headers.get("X-GitHub-Delivery", moment.nonce),
        }
        return Outgoing(request.method, request.path, request.query, request.form, request.body, headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The body, if its signature fits; there is no time in it."""
        if not secrets["secret"]:
            return Refused(NO_SECRET())
        if not same(event.headers.get(_HEADER.lower(), ""), _signature(secrets["secret"], event.body)):
            return Refused(NOT_FITTING(what=_HEADER))
        if not event.headers.get(_DELIVERY):
            return Refused(NOT_THERE(what="X-GitHub-Delivery"))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The body, or the `payload` of a form."""
        body = parse_numbers_verbatim(event.form.get("payload") or event.body)
        return Unreadable(NOT_READ()) if body is None else Verified((body,), (event.headers.get(_DELIVERY, ""),))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON."""
        return json_failure(401, {"error": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """The header of a body; a given one is verified."""
        body = str(inputs["raw_body"] if "raw_body" in inputs else inputs["payload"])
        signature = _signature(str(secrets["secret"]), body.encode())
        told: dict[str, object] = {_HEADER: signature}
        given = inputs.get(_HEADER) or dict(inputs.get("headers") or {}).get(_HEADER)
        if given is not None:
            if not same(str(given), signature):
                raise Unsigned(NOT_FITTING(what=_HEADER))
            told["valid"] = True
        return told


def _signature(secret: str, body: bytes) -> str:
    return "sha256=" + DIGESTS["hmac_sha256"](secret.encode(), body).hex()

"""The company's own ERP over Standard Webhooks: tells of states, and takes what it is told."""

import itertools
import secrets as random_secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from mailuo.cli.simulation.vendors.vendor import Answer, Asked, News, Push, nested, spoiled, written
from mailuo.connectors.signing.signer import Incoming, Moment, Outgoing, Verified
from mailuo.connectors.signing.standard import StandardWebhook

_HEADER = "webhook-signature"


class Erp:
    """The system of the works."""

    name = "erp"
    address = "ERP_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        secret = given.get("ERP_SECRET") or "whsec_" + b64encode(random_secrets.token_bytes(24)).decode()
        self.environment = {"ERP_SECRET": secret}
        self._run = random_secrets.token_hex(4)
        self._numbers = itertools.count(1)
        self._ids: set[str] = set()
        self.taken: list[Mapping[str, Any]] = []

    def hear(self, news: News) -> None:
        """Nothing that has to be kept: every message says it all."""

    def push(self, news: News, now: datetime) -> Push:
        """One message with an id that stays the same when it is sent again."""
        time = news.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        lines = {"lines": [nested(line) for line in news.lines]} if news.lines else {}
        data = {**nested(news.values), **lines, "occurred_at": time}
        body = written({"type": news.word, "timestamp": time, "data": data})
        headers = {"webhook-id": f"msg_{self._run}_{next(self._numbers)}", "Content-Type": "application/json"}
        signed = StandardWebhook().sign(self._keys, Outgoing("POST", "/", body=body, headers=headers), Moment(now, ""))
        return Push(body, signed.headers)

    def forged(self, push: Push) -> Push:
        """The same with a signature that does not fit."""
        return Push(push.body, {**push.headers, _HEADER: spoiled(push.headers[_HEADER])})

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """Accepted, once for each id."""
        seen = StandardWebhook().verify(
            self._keys, Incoming(asked.method, asked.headers, asked.query, asked.body, {}), now
        )
        if not isinstance(seen, Verified):
            return Answer({"error": "signature"}, 401)
        if seen.keys[0] not in self._ids:
            self._ids.add(seen.keys[0])
            self.taken.append({"what": "event", "key": seen.keys[0], "text": str(asked.json.get("type", ""))})
        return Answer(b"", 204)

    @property
    def _keys(self) -> Mapping[str, str]:
        return {"secret": self.environment["ERP_SECRET"]}

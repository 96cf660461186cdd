"""What most schemes share: nothing comes in, and a failure is said as JSON."""

import json
from datetime import datetime

from mailuo.connectors.messages import NO_PROOF
from mailuo.connectors.signing.signer import Incoming, Refused, Secrets, Seen


class OneWay:
    """A scheme by which we call and are never called."""

    verifies = False

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """Nothing: no event of this scheme can be proved."""
        return Refused(NO_PROOF())

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """Nothing: no event of this scheme comes in."""
        return Refused(NO_PROOF())

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON."""
        return json_failure(401, {"error": reason})


def json_failure(status: int, body: object) -> tuple[int, str, str]:
    """A failure as JSON."""
    return status, "application/json", json.dumps(body, ensure_ascii=False)

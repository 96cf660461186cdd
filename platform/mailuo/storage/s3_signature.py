"""S3 signatures: AWS Signature Version 4 in the header of a request without a query, as AWS documents it. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

_ALGORITHM = "AWS4-HMAC-SHA256"
_SERVICE, _END = "s3", "aws4_request"


@dataclass(frozen=True, slots=True)
class Pen:
    """What signs: a key and the region that it signs for."""

    key_id: str
    secret: str = field(repr=False)
    region: str

    def authorization(self, method: str, path: str, headers: Mapping[str, str]) -> str:
        """The header `Authorization` of a request with these headers, all of which are signed.

        `path` is encoded. Names of headers are in lower case; `host`, `x-amz-date` and `x-amz-content-sha256` are among them.
        """
        names = sorted(headers)
        signed = ";".join(names)
        lines = [f"{name}:{headers[name].strip()}" for name in names]
        canonical = "\n".join((method, path, "", *lines, "", signed, headers["x-amz-content-sha256"]))
        at = headers["x-amz-date"]
        scope = "/".join((at[:8], self.region, _SERVICE, _END))
        text = "\n".join((_ALGORITHM, at, scope, hashlib.sha256(canonical.encode()).hexdigest()))
        signature = _mac(self._key(at[:8]), text).hex()
        return f"{_ALGORITHM} Credential={self.key_id}/{scope},SignedHeaders={signed},Signature={signature}"

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self.secret}".encode()
        for part in (day, self.region, _SERVICE, _END):
            key = _mac(key, part)
        return key


def stamp(now: datetime) -> str:
    """A moment in UTC as `x-amz-date` has it."""
    return now.strftime("%Y%m%dT%H%M%SZ")


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()

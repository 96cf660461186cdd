"""What a request's headers ask beside its body: once only, and only if nobody was faster."""

import json
import re
from hashlib import sha256
from typing import Any

from flask import request

from mailuo.base.problems import Refusal
from mailuo.records import Request
from mailuo_web.http.messages import BAD_HEADER

_ETAG = re.compile(r'(?:W/)?"(\d{1,15})"|(\d{1,15})', re.ASCII)
_LONGEST_KEY = 200


def once(body: Any) -> Request | None:
    """The request's Idempotency-Key with the digest of what it asks, or None without one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isprintable():
        raise Refusal(BAD_HEADER(field="Idempotency-Key", name="Idempotency-Key", expected="1–200"))
    asked = json.dumps([request.method, request.path, body], sort_keys=True, default=str)
    return Request(key, sha256(asked.encode()).hexdigest())


def if_match() -> int | None:
    """The version that the caller saw, or None when it does not matter."""
    found = request.headers.get("If-Match", "*").strip()
    if found == "*":
        return None
    match = _ETAG.fullmatch(found)
    if match is None:
        raise Refusal(BAD_HEADER(field="If-Match", name="If-Match", expected='"7"'))
    return int(match[1] or match[2])


def etag(version: object) -> dict[str, str]:
    """The header that says a version; none where the caller may not see it."""
    return {} if version is None else {"ETag": f'"{version}"'}

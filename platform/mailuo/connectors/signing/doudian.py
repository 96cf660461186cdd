"""Doudian (Douyin's shops): HMAC-SHA256 with the secret as key and on both ends, over deeply sorted JSON; pushes by MD5.

Source: the vendor's Go SDK. Numbers stay as written; `access_token` and `sign_method` are not signed.
"""

from collections.abc import Mapping
from datetime import datetime

from mailuo.connectors.messages import NO_LIST, NO_SECRET, NOT_FITTING
from mailuo.connectors.signing.canonical import html_escaped, sorted_json, sorted_pairs
from mailuo.connectors.signing.digests import DIGESTS, plain, same
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

_REPLY = '{"code":0,"msg":"success"}'
_PROBE_TAG = "0"


class Doudian:
    """Signs calls to, and proves pushes of, Doudian."""

    name = "doudian"
    also = ("douyin",)
    secrets = ("id", "secret")
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with the system's parameters in its query, and its JSON in the one form that is signed."""
        body = sorted_json(parse_numbers_verbatim(request.body or b"{}"))
        signed = {
            "app_key": secrets["id"],
            "method": request.path.strip("/").replace("/", "."),
            "param_json": body,
            "timestamp": str(int(moment.now.timestamp())),
            "v": "2",
        }
        sign = _hmac(secrets["secret"], signed)
        query = {key: value for key, value in signed.items() if key != "param_json"}
        query |= {"access_token": moment.token} if moment.token else {}
        query |= {"sign": sign, "sign_method": "hmac-sha256"}
        headers = {**request.headers, "Content-Type": "application/json", "x-open-no-old-err-code": "1"}
        return Outgoing(request.method, request.path, (*request.query, *query.items()), None, body.encode(), headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """Each message of a push, its `data` parsed; probes hold none."""
        if not secrets["secret"]:
            return Refused(NO_SECRET())
        given = event.headers.get("event-sign", "")
        if event.headers.get("app-id") != secrets["id"] or not same(
            given, _event_sign(secrets["id"], secrets["secret"], event.body)
        ):
            return Refused(NOT_FITTING(what="event-sign"))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """Each message of a push."""
        messages = parse_numbers_verbatim(event.body)
        if not isinstance(messages, list) or not all(isinstance(each, dict) for each in messages):
            return Unreadable(NO_LIST())
        real = [each for each in messages if str(each.get("tag")) != _PROBE_TAG]
        return Verified(tuple(map(_parsed, real)), tuple(str(each.get("msg_id") or "") for each in real))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """The vendor's failure form."""
        return json_failure(401, {"code": 100001, "msg": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """How a call is signed, what a call from the platform has to bear, or whether a push is proved."""
        app_key, secret = str(secrets["app_key"]), str(secrets["app_secret"])
        if "raw_body" in inputs:
            return _push(app_key, secret, inputs)
        if "method" not in inputs:
            return _from_platform(app_key, secret, inputs)
        body = sorted_json(inputs.get("params") or {})
        signed = {"app_key": app_key, "method": str(inputs["method"]), "param_json": body}
        signed |= {"timestamp": str(inputs["timestamp"]), "v": str(inputs.get("v", "2"))}
        text = secret + sorted_pairs(signed) + secret
        return {
            "param_json": body,
            "string_to_sign": text,
            "sign": _hmac(secret, signed),
            "sign_md5_variant": plain("md5")(b"", text.encode()).hex(),
        }


def _parsed(message: Mapping[str, object]) -> Mapping[str, object]:
    """A message whose `data` is what its text says; one that is no JSON text stays as it came."""
    data = message.get("data")
    told = parse_numbers_verbatim(data) if isinstance(data, str) else None
    return message if told is None else {**message, "data": told}


def _hmac(secret: str, signed: Mapping[str, str]) -> str:
    return DIGESTS["hmac_sha256_around"](secret.encode(), sorted_pairs(signed).encode()).hex()


def _event_sign(app_key: str, secret: str, body: bytes) -> str:
    return plain("md5")(b"", app_key.encode() + body + secret.encode()).hex()


def _push(app_key: str, secret: str, inputs: Json) -> Json:
    expected = _event_sign(app_key, secret, str(inputs["raw_body"]).encode())
    headers = {name.lower(): str(value) for name, value in dict(inputs.get("headers") or {}).items()}
    if not same(headers.get("event-sign", ""), expected):
        raise Unsigned(NOT_FITTING(what="event-sign"))
    return {"event_sign_md5": expected, "valid": True, "reply": _REPLY}


def _from_platform(app_key: str, secret: str, inputs: Json) -> Json:
    """The signs of a call that the platform makes: of the JSON as it is, or as Go escapes it."""
    given = inputs.get("param_json_as_serialised")
    body = str(given) if given is not None else sorted_json(inputs["params"])
    signed = {"app_key": app_key, "param_json": body, "timestamp": str(inputs["timestamp"])}
    told: dict[str, object] = {
        "param_json_sorted": body,
        "sign_hmac_sha256": _hmac(secret, signed),
        "sign_md5": DIGESTS["md5_around"](secret.encode(), sorted_pairs(signed).encode()).hex(),
    }
    if "sign" in inputs:
        escaped = {**signed, "param_json": html_escaped(body)}
        signs = {_hmac(secret, each) for each in (signed, escaped)}
        signs |= {
            DIGESTS["md5_around"](secret.encode(), sorted_pairs(each).encode()).hex() for each in (signed, escaped)
        }
        if not any(same(str(inputs["sign"]), each) for each in signs):
            raise Unsigned(NOT_FITTING(what="sign"))
        told["valid"] = True
    return told

"""WeCom: a token in the query of every call; callbacks in Tencent's envelope. Content is limited in bytes of UTF-8.

Source: developer.work.weixin.qq.com, paths 91039, 90236, 90968.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from xml.etree.ElementTree import ParseError, fromstring

from mailuo.connectors.messages import NOT_FITTING, NOT_NEAR, NOT_READ, NOT_THERE
from mailuo.connectors.signing.canonical import clipped
from mailuo.connectors.signing.digests import same
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
from mailuo.connectors.signing.tencent import decrypt, encrypt, msg_signature
from mailuo.connectors.signing.way import json_failure

MOST_BYTES = 2048
_WINDOW_SECONDS = 600
_REPEATED = re.compile(r"'(.+)' x (\d{1,6})", re.DOTALL)


class Wecom:
    """Puts the token of a sign-in into calls, and proves callbacks."""

    name = "wecom"
    also: tuple[str, ...] = ()
    secrets = ("id", "secret")
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with `access_token` in its query, once there is one."""
        query = (*request.query, ("access_token", moment.token)) if moment.token else request.query
        return Outgoing(request.method, request.path, query, request.form, request.body, request.headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The decrypted message; of a set-up check, the echo that has to be answered."""
        query = event.query
        echo = query.get("echostr") if event.method == "GET" else None
        sealed = echo if echo is not None else _sealed(event.body)
        if sealed is None or not secrets.get("token") or not secrets.get("aes_key"):
            return Refused(NOT_THERE(what="Encrypt / token / aes_key"))
        expected = msg_signature(secrets["token"], query.get("timestamp", ""), query.get("nonce", ""), sealed)
        if not same(query.get("msg_signature", ""), expected):
            return Refused(NOT_FITTING(what="msg_signature"))
        if not _fresh(query.get("timestamp", ""), now):
            return Refused(NOT_NEAR(what="timestamp"))
        if echo is None:
            return self.read(secrets, event)
        try:
            return Verified((), (), decrypt(secrets["aes_key"], echo, secrets["id"]))
        except Unsigned as refused:
            return Refused(refused.why)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The decrypted message."""
        try:
            message = decrypt(secrets["aes_key"], _sealed(event.body) or "", secrets["id"])
        except Unsigned as refused:
            return Refused(refused.why)
        body = _members(message)
        return Verified((body,), (_key(body),)) if body else Unreadable(NOT_READ())

    def failure(self, reason: str) -> tuple[int, str, str]:
        """Plain JSON: the vendor reads the status alone."""
        return json_failure(401, {"errcode": 40001, "errmsg": "invalid signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """Sizes of a text, a sealed message with its signature, or what a sealed one says."""
        if "text" in inputs:
            return _sizes(str(inputs["text"]))
        token, key = str(secrets["Token"]), str(secrets["EncodingAESKey"])
        receiver = str(secrets.get("CorpID") or secrets.get("appid", ""))
        timestamp, nonce = str(inputs.get("timestamp", "")), str(inputs.get("nonce", ""))
        if "message" in inputs:
            sealed = encrypt(key, str(inputs["message"]), receiver, str(inputs["random16"]).encode())
            return {
                "Encrypt": sealed,
                "msg_signature": msg_signature(token, timestamp, nonce, sealed),
                "receiveid": receiver,
            }
        sealed = str(inputs.get("echostr") or inputs["Encrypt"])
        signature = msg_signature(token, timestamp, nonce, sealed)
        if "msg_signature" in inputs and not same(str(inputs["msg_signature"]), signature):
            raise Unsigned(NOT_FITTING(what="msg_signature"))
        return {"msg_signature": signature, "plaintext": decrypt(key, sealed, receiver), "receiveid": receiver}


def _key(body: Mapping[str, str]) -> str:
    """What makes two arrivals of a message one: its id, else who did what and when; nothing where it says neither."""
    if body.get("MsgId") or not body.get("CreateTime"):
        return body.get("MsgId", "")
    return ":".join(str(body.get(name)) for name in ("FromUserName", "CreateTime", "Event"))


def _sizes(text: str) -> Json:
    repeated = _REPEATED.fullmatch(text)
    if repeated:
        text = repeated[1] * int(repeated[2])
    size = len(text.encode())
    return {
        "utf8_bytes": size,
        "chars": len(text),
        "fits_2048_byte_limit": size <= MOST_BYTES,
        "cut": clipped(text, MOST_BYTES),
    }


def _sealed(body: bytes) -> str | None:
    return _members(body.decode("utf-8", "replace")).get("Encrypt")


def _members(text: str) -> dict[str, str]:
    """The members of a flat XML document; one that declares entities is not read."""
    if "<!" in text.replace("<![CDATA[", ""):
        return {}
    try:
        root = fromstring(text)  # noqa: S314  # no declarations of entities get here
    except ParseError:
        return {}
    return {child.tag: child.text or "" for child in root}


def _fresh(timestamp: str, now: datetime) -> bool:
    return timestamp.isdecimal() and abs(int(timestamp) - now.timestamp()) <= _WINDOW_SECONDS

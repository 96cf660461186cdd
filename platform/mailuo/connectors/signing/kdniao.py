"""Kuaidiniao: the JSON text and the key, MD5, and the base64 of its hexadecimal text.

Source: the vendor's own demo and document 1008/1002. There is no time in it, hence no protection against replays.
"""

from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from mailuo.connectors.messages import NO_OBJECT, NO_SECRET, NOT_FITTING, NOT_THERE
from mailuo.connectors.signing.digests import DIGESTS, base64_of_hex, same
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

JSON_FORM = "2"


class Kdniao:
    """Signs calls to, and proves pushes of, Kuaidiniao."""

    name = "kdniao"
    also = ("kuaidiniao",)
    secrets = ("id", "key")
    verifies = True

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with `EBusinessID`, `DataType` and `DataSign` in its form."""
        form = dict(request.form or ())
        data = form.get("RequestData", "")
        form |= {"EBusinessID": secrets["id"], "DataType": JSON_FORM, "DataSign": _data_sign(data, secrets["key"])}
        return Outgoing(request.method, request.path, request.query, tuple(form.items()), b"", request.headers)

    def verify(self, secrets: Secrets, event: Incoming, now: datetime) -> Seen:
        """The decoded `RequestData`, one event a push; its signature stands over the text decoded once."""
        data, given = event.form.get("RequestData"), event.form.get("DataSign")
        if not secrets["key"]:
            return Refused(NO_SECRET())
        if not data or not given:
            return Refused(NOT_THERE(what="RequestData / DataSign"))
        if not same(given, _data_sign(data, secrets["key"])):
            return Refused(NOT_FITTING(what="DataSign"))
        return self.read(secrets, event)

    def read(self, secrets: Secrets, event: Incoming) -> Seen:
        """The object that `RequestData` holds."""
        body = parse_numbers_verbatim(event.form.get("RequestData", ""))
        if not isinstance(body, dict):
            return Unreadable(NO_OBJECT(what="RequestData"))
        return Verified((body,), (f"{body.get('PushTime')}:{event.form.get('DataSign', '')}",))

    def failure(self, reason: str) -> tuple[int, str, str]:
        """`Success: false`, as the vendor reads it."""
        return json_failure(401, {"Success": False, "Reason": "signature"})

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """`DataSign` and the form body of a call; a given `DataSign` is verified."""
        given = (
            dict(parse_qsl(str(inputs["form_body"]), keep_blank_values=True)) if "form_body" in inputs else dict(inputs)
        )
        key = str(secrets.get("AppKey") or secrets["key"])
        data = str(given["RequestData"])
        sign = _data_sign(data, key)
        if "DataSign" in given and not same(str(given["DataSign"]), sign):
            raise Unsigned(NOT_FITTING(what="DataSign"))
        form = {
            "DataSign": sign,
            "DataType": str(given.get("DataType", JSON_FORM)),
            "EBusinessID": str(secrets.get("EBusinessID") or secrets.get("id", "")),
            "RequestData": data,
            "RequestType": str(given.get("RequestType", "")),
        }
        body = urlencode(form)
        once = dict(parse_qsl(body, keep_blank_values=True))
        sound = same(once["DataSign"], _data_sign(once["RequestData"], key))
        return {"DataSign": sign, "form_body": body, "sdk_verify_of_once_encoded_values": sound}


def _data_sign(data: str, key: str) -> str:
    return base64_of_hex(DIGESTS["md5_suffix"](key.encode(), data.encode()))

"""Pushes of the made-up carrier, signed as its scheme has it."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from mailuo.connectors.incoming import arrival
from mailuo.connectors.signing.digests import DIGESTS, base64_of_hex
from mailuo.connectors.signing.signer import Incoming

KEY = "the key"
PICKED_UP = {"AcceptTime": "2026-01-14 17:02:11", "AcceptStation": "已揽收", "Action": "1"}
AGAIN = {"AcceptTime": "2026-01-14 20:02:11", "AcceptStation": "已揽收", "Action": "1"}
SIGNED = {"AcceptTime": "2026-01-15 08:00:00", "AcceptStation": "已签收", "Action": "301"}
TRACES = (AGAIN, PICKED_UP, SIGNED)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def signed(text: str, key: str = KEY) -> str:
    """The signature of a text."""
    return base64_of_hex(DIGESTS["md5_suffix"](key.encode(), text.encode()))


def pushed_body(
    *waybills: str, traces: Sequence[Mapping[str, str]] = TRACES, key: str = KEY, at: str = "2026-01-15 09:00:00"
) -> bytes:
    """The body of a push about waybills."""
    data = [{"LogisticCode": waybill, "Success": True, "Traces": list(traces)} for waybill in waybills]
    text = json.dumps({"PushTime": at, "Data": data}, ensure_ascii=False)
    return urlencode({"RequestData": text, "DataSign": signed(text, key), "RequestType": "101"}).encode()


def pushed(
    *waybills: str, traces: Sequence[Mapping[str, str]] = TRACES, key: str = KEY, at: str = "2026-01-15 09:00:00"
) -> Incoming:
    """A push about waybills, as it arrives."""
    return arrival("POST", FORM, b"", pushed_body(*waybills, traces=traces, key=key, at=at))

"""Kingdee Cloud Xingchen: HMAC-SHA256 over method, path, query, nonce and time, as the base64 of hexadecimal text.

Source: the vendor's Java client 0.1.5. The body is not signed; keys and values are encoded once more than they were sent.
"""

from collections.abc import Iterable
from urllib.parse import quote

from mailuo.connectors.signing.canonical import on_the_wire
from mailuo.connectors.signing.digests import DIGESTS, base64_of_hex
from mailuo.connectors.signing.signer import Json, Moment, Outgoing, Secrets
from mailuo.connectors.signing.way import OneWay

_SAFE = "*-_."
Pairs = Iterable[tuple[str, str]]


class Kingdee(OneWay):
    """Signs calls to Kingdee Xingchen; `token` of the moment is the app-token, where one is needed."""

    name = "kingdee"
    also = ("kingdee_xingchen",)
    secrets = ("client_id", "client_secret")

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with the gateway's headers."""
        milliseconds = str(int(moment.now.timestamp() * 1000))
        nonce = str(int(moment.nonce, 16) % 10**10)
        text = _plaintext(request.method, request.path, request.query, nonce, milliseconds)
        headers = {
            **request.headers,
            "X-Api-ClientID": secrets["client_id"],
            "X-Api-Auth-Version": "2.0",
            "X-Api-TimeStamp": milliseconds,
            "X-Api-Nonce": nonce,
            "X-Api-SignHeaders": "X-Api-TimeStamp,X-Api-Nonce",
            "X-Api-Signature": _digest(secrets["client_secret"], text),
        }
        if moment.token:
            headers["app-token"] = moment.token
        return Outgoing(request.method, request.path, request.query, request.form, request.body, headers)

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """`app_signature` of an `appKey`, or the plaintext and `X-Api-Signature` of a call."""
        if "appKey" in inputs:
            return {"app_signature": app_signature(str(secrets["appSecret"]), str(inputs["appKey"]))}
        pairs = inputs.get("query_pairs") or list(dict(inputs.get("query") or {}).items())
        query = [(str(key), str(value)) for key, value in pairs]
        path = str(inputs["path"])
        text = _plaintext(str(inputs["method"]), path, query, str(inputs["nonce"]), str(inputs["timestamp_ms"]))
        wire = "&".join(f"{key}={value}" for key, value in _sent(query))
        return {
            "plaintext": text,
            "X-Api-Signature": _digest(str(secrets["clientSecret"]), text),
            "wire_uri_sent_by_sdk": f"{path}?{wire}" if wire else path,
        }


def app_signature(app_secret: str, app_key: str) -> str:
    """What a sign-in has to show besides its key."""
    return _digest(app_secret, app_key)


def _digest(secret: str, text: str) -> str:
    return base64_of_hex(DIGESTS["hmac_sha256"](secret.encode(), text.encode()))


def _plaintext(method: str, path: str, query: Pairs, nonce: str, milliseconds: str) -> str:
    pairs = sorted(f"{_once_more(key)}={_once_more(value)}" for key, value in _sent(query))
    lines = (
        method.upper(),
        _once_more(path),
        "&".join(pairs),
        f"x-api-nonce:{nonce}",
        f"x-api-timestamp:{milliseconds}",
    )
    return "".join(f"{line}\n" for line in lines)


def _sent(query: Pairs) -> list[tuple[str, str]]:
    """The pairs as the vendor's client puts them on the wire: a blank is `+`, `*` stays, `~` is encoded."""
    return [(on_the_wire(key), on_the_wire(value)) for key, value in query]


def _once_more(text: str) -> str:
    return quote(text, safe=_SAFE).replace("~", "%7E")

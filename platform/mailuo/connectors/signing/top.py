"""Taobao Open Platform (TOP): all parameters in the order of their bytes, MD5 or HMAC, upper-case hexadecimal.

Source: open.taobao.com, docId 101617. Empty parameters are left out before signing and before sending.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from mailuo.connectors.messages import NOT_FITTING, UNKNOWN_METHOD
from mailuo.connectors.signing.canonical import as_texts, sorted_pairs
from mailuo.connectors.signing.digests import DIGESTS, TEXT_FORMS, same
from mailuo.connectors.signing.signer import Json, Moment, Outgoing, Secrets, Unsigned
from mailuo.connectors.signing.way import OneWay

_BEIJING = ZoneInfo("Asia/Shanghai")
_METHODS = {"md5": "md5_around", "hmac": "hmac_md5", "hmac-sha256": "hmac_sha256"}


class Top(OneWay):
    """Signs calls to Taobao and Tmall."""

    name = "top"
    also = ("taobao_top",)
    secrets = ("id", "secret", "session")

    def sign(self, secrets: Secrets, request: Outgoing, moment: Moment) -> Outgoing:
        """The request with the system's parameters and `sign` in its form."""
        system = {
            "app_key": secrets["id"],
            "session": secrets["session"],
            "timestamp": moment.now.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "format": "json",
            "v": "2.0",
            "sign_method": "hmac-sha256",
        }
        form = {key: value for key, value in {**dict(request.form or ()), **system}.items() if value != ""}
        form["sign"] = _sign("hmac-sha256", secrets["secret"], form)
        return Outgoing(request.method, request.path, request.query, tuple(form.items()), b"", request.headers)

    def explain(self, secrets: Json, inputs: Json) -> Json:
        """The text to sign and `sign`, by the method that `sign_method` names; MD5 where none is named."""
        values = as_texts({key: value for key, value in inputs.items() if key != "sign"})
        method = values.get("sign_method", "md5")
        if method not in _METHODS:
            raise Unsigned(UNKNOWN_METHOD(found=method))
        secret = str(secrets.get("app_secret") or secrets["secret"])
        sign = _sign(method, secret, values)
        if "sign" in inputs and not same(str(inputs["sign"]), sign):
            raise Unsigned(NOT_FITTING(what="sign"))
        every = {name: _sign(name, secret, values) for name in _METHODS}
        return {"string_to_sign": sorted_pairs(values), "sign": sign, "sign_by_method": every}


def _sign(method: str, secret: str, values: Mapping[str, str]) -> str:
    return TEXT_FORMS["HEX"](DIGESTS[_METHODS[method]](secret.encode(), sorted_pairs(values).encode()))

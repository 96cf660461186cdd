"""WeChat mini-program: one token, and messages to those who consented."""

import secrets as random_secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mailuo.cli.simulation.vendors.vendor import Answer, Asked, Quiet

_TOKEN_SECONDS = 7200
_REFUSES = "no"


class Weapp(Quiet):
    """The customers' side of the messenger; who bears `no` at the end of an id did not consent."""

    name = "weapp"
    address = "WEAPP_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        self.environment = {
            "WEAPP_ID": given.get("WEAPP_ID") or "wx0000000000000001",
            "WEAPP_SECRET": given.get("WEAPP_SECRET") or random_secrets.token_hex(16),
            "WEAPP_SURVEY_TEMPLATE": given.get("WEAPP_SURVEY_TEMPLATE") or random_secrets.token_urlsafe(32),
        }
        self._token = ""
        self.taken: list[Mapping[str, Any]] = []

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The vendor's envelope: errors too are HTTP 200, and success need not say so."""
        body = asked.json
        if asked.path in ("/cgi-bin/stable_token", "/cgi-bin/token"):
            given = body if asked.method == "POST" else asked.query
            if (
                given.get("appid") != self.environment["WEAPP_ID"]
                or given.get("secret") != self.environment["WEAPP_SECRET"]
            ):
                return _error(40001, "invalid credential")
            self._token = self._token or random_secrets.token_hex(32)
            return Answer({"access_token": self._token, "expires_in": _TOKEN_SECONDS})
        if not self._token or asked.query.get("access_token") != self._token:
            return _error(40001, "invalid credential, access_token is invalid")
        if asked.path == "/wxa/sec/order/upload_shipping_info":
            self.taken.append({"what": "shipping", "key": str(body.get("order_key", {}).get("out_trade_no", ""))})
            return _error(0, "ok")
        if asked.path != "/cgi-bin/message/subscribe/send" or not body.get("touser"):
            return _error(47003, "argument invalid")
        if str(body["touser"]).endswith(_REFUSES):
            return _error(43101, "user refuse to accept the msg")
        self.taken.append({"what": "message", "to": str(body["touser"]), "text": str(body.get("page", ""))})
        return _error(0, "ok")


def _error(code: int, text: str) -> Answer:
    return Answer({"errcode": code, "errmsg": text})

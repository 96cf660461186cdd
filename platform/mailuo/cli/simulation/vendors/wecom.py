"""WeCom: one token an app, messages to members, and to groups by the robot's secret address."""

import itertools
import secrets as random_secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mailuo.cli.simulation.vendors.vendor import Answer, Asked, Quiet

_TOKEN_SECONDS = 7200
_STRANGER = "nobody"


class Wecom(Quiet):
    """The company's messenger."""

    name = "wecom"
    address = "WECOM_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        self.environment = {
            "WECOM_CORP_ID": given.get("WECOM_CORP_ID") or "ww0000000000000001",
            "WECOM_AGENT_ID": given.get("WECOM_AGENT_ID") or "1000002",
            "WECOM_SECRET": given.get("WECOM_SECRET") or random_secrets.token_urlsafe(32),
            "WECOM_TOKEN": given.get("WECOM_TOKEN") or random_secrets.token_hex(8),
            "WECOM_AES_KEY": given.get("WECOM_AES_KEY")
            or b64encode(random_secrets.token_bytes(32)).decode().rstrip("="),
            "WECOM_ROBOT_KEY": given.get("WECOM_ROBOT_KEY") or random_secrets.token_hex(16),
        }
        self._token = ""
        self._numbers = itertools.count(1)
        self.taken: list[Mapping[str, Any]] = []

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The vendor's envelope: errors too are HTTP 200."""
        match asked.path:
            case "/cgi-bin/gettoken":
                return self._signed_in(asked.query)
            case "/cgi-bin/webhook/send":
                known = asked.query.get("key") == self.environment["WECOM_ROBOT_KEY"]
                return self._sent("robot", asked.json, "") if known else _error(93000, "invalid webhook url")
        if not self._token or asked.query.get("access_token") != self._token:
            return _error(40014, "invalid access_token")
        if asked.path != "/cgi-bin/message/send":
            return _error(-1, "system busy")
        receivers = [name for name in str(asked.json.get("touser", "")).split("|") if name]
        wrong = [name.lower() for name in receivers if name.lower() == _STRANGER]
        if not receivers or len(wrong) == len(receivers):
            return _error(81013, "user & party & tag all invalid")
        return self._sent(
            "|".join(name for name in receivers if name.lower() not in wrong), asked.json, "|".join(wrong)
        )

    def _signed_in(self, query: Mapping[str, str]) -> Answer:
        known = self.environment
        if query.get("corpid") != known["WECOM_CORP_ID"] or query.get("corpsecret") != known["WECOM_SECRET"]:
            return _error(40001, "invalid credential")
        self._token = self._token or random_secrets.token_hex(32)
        return Answer({"errcode": 0, "errmsg": "ok", "access_token": self._token, "expires_in": _TOKEN_SECONDS})

    def _sent(self, to: str, message: Any, wrong: str) -> Answer:
        content = message.get(str(message.get("msgtype")), {})
        self.taken.append(
            {"what": "message", "to": to, "text": str(content.get("content") or content.get("description", ""))}
        )
        return Answer({"errcode": 0, "errmsg": "ok", "invaliduser": wrong, "msgid": f"m{next(self._numbers)}"})


def _error(code: int, text: str) -> Answer:
    return Answer({"errcode": code, "errmsg": text})

"""Doudian: pushes thin messages of what happened to a thing that was sold, and tells all of it when asked."""

import itertools
import secrets as random_secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mailuo.cli.simulation.vendors.vendor import Answer, Asked, News, Push, in_cents, nested, spoiled, written
from mailuo.connectors.signing.digests import plain, same
from mailuo.connectors.signing.doudian import Doudian as Scheme
from mailuo.connectors.signing.numbers import parse_numbers_verbatim

_TAGS = {"1": "100", "2": "101", "105": "101", "3": "102", "5": "103", "4": "106"}
_TOKEN_SECONDS = 604_800


class Doudian:
    """The other shop's platform."""

    name = "doudian"
    address = "DOUDIAN_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        self.environment = {
            "DOUDIAN_APP_KEY": given.get("DOUDIAN_APP_KEY") or "7000000000000000001",
            "DOUDIAN_APP_SECRET": given.get("DOUDIAN_APP_SECRET") or random_secrets.token_hex(16),
            "DOUDIAN_SHOP_ID": given.get("DOUDIAN_SHOP_ID") or "1234567",
        }
        self._sold: dict[str, dict[str, Any]] = {}
        self._token = random_secrets.token_hex(16)
        self._numbers = itertools.count(1)
        self._run = random_secrets.token_hex(4)
        self.taken: list[Mapping[str, Any]] = []

    def hear(self, news: News) -> None:
        """The state changes; amounts are whole cents, times seconds."""
        seconds = int(news.at.timestamp())
        one = self._sold.setdefault(news.key, {"order_id": news.key, "create_time": seconds})
        one |= nested(_in_cents(news.values)) | {"order_status": int(news.word), "update_time": seconds}
        if news.word == "2":
            one["pay_time"] = seconds
        if news.word == "3":
            one["ship_time"] = seconds
        if news.lines:
            one["sku_order_list"] = [
                {"order_id": f"{news.key}{number:02}", **nested(_in_cents(line))}
                for number, line in enumerate(news.lines)
            ]

    def push(self, news: News, now: datetime) -> Push:
        """One message with a name of its own."""
        data = {"p_id": int(news.key), "s_ids": [int(news.key)], "shop_id": int(self.environment["DOUDIAN_SHOP_ID"])}
        data |= {
            "order_status": int(news.word),
            "pay_time": int(news.at.timestamp()),
            "update_time": int(news.at.timestamp()),
        }
        number = f"{self._run}-{next(self._numbers)}"
        message = {"tag": _TAGS.get(news.word, "104"), "msg_id": number, "data": written(data).decode()}
        body = written([message])
        sign = plain("md5")(b"", self._key.encode() + body + self._secret.encode()).hex()
        headers = {"app-id": self._key, "event-sign": sign, "Content-Type": "application/json"}
        return Push(body, headers)

    def forged(self, push: Push) -> Push:
        """The same with a signature that does not fit."""
        return Push(push.body, {**push.headers, "event-sign": spoiled(push.headers["event-sign"])})

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The vendor's envelope: errors too are HTTP 200."""
        query, method = asked.query, asked.path.strip("/").replace("/", ".")
        params = parse_numbers_verbatim(asked.body or b"{}")
        signed = {"method": method, "params": params, "timestamp": query.get("timestamp", ""), "v": query.get("v", "2")}
        expected = Scheme().explain({"app_key": self._key, "app_secret": self._secret}, signed)["sign"]
        if not same(query.get("sign", ""), str(expected)):
            return _error(40003, "isv.signature-invalid")
        if method in ("token.create", "token.refresh"):
            token = {"access_token": self._token, "expires_in": _TOKEN_SECONDS, "refresh_token": self._token[::-1]}
            return _fine({**token, "shop_id": int(self.environment["DOUDIAN_SHOP_ID"])})
        if query.get("access_token") != self._token:
            return _error(40003, "isv.access-token-no-existed")
        return self._business(method, params)

    def _business(self, method: str, params: Any) -> Answer:
        match method:
            case "order.orderDetail":
                one = self._sold.get(str(params.get("shop_order_id", "")))
                return _error(40003, "isv.parameter-invalid") if one is None else _fine({"shop_order_detail": one})
            case "order.searchList":
                size, page = int(params.get("size", 100)), int(params.get("page", 0))
                every = sorted(self._sold.values(), key=lambda each: str(each["update_time"]))
                low, high = (int(params.get(f"update_time_{end}", 0) or 0) for end in ("start", "end"))
                found = [
                    each for each in every if low <= each["update_time"] and (not high or each["update_time"] <= high)
                ]
                shown = found[page * size : (page + 1) * size]
                return _fine({"page": page, "size": size, "total": len(found), "shop_order_list": shown})
            case "order.batchDecrypt":
                infos = params.get("cipher_infos") or []
                return _fine(
                    {"decrypt_infos": [{**each, "decrypt_text": each.get("cipher_text", "")} for each in infos]}
                )
            case "order.logisticsAdd":
                self.taken.append({"what": "shipment", "key": str(params.get("order_id", ""))})
                return _fine({})
        return _error(70000, "isp.api-not-found")

    @property
    def _key(self) -> str:
        return self.environment["DOUDIAN_APP_KEY"]

    @property
    def _secret(self) -> str:
        return self.environment["DOUDIAN_APP_SECRET"]


def _in_cents(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: in_cents(value) if name.endswith("_amount") else value for name, value in values.items()}


def _fine(data: object) -> Answer:
    return Answer({"code": 10000, "msg": "success", "sub_code": "", "sub_msg": "", "data": data})


def _error(code: int, sub_code: str) -> Answer:
    return Answer({"code": code, "msg": sub_code, "sub_code": sub_code, "sub_msg": sub_code, "data": None})

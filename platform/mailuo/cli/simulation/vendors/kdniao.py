"""Kuaidiniao: takes subscriptions, answers queries, and pushes all traces of a waybill so far."""

import secrets as random_secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mailuo.cli.simulation.vendors.vendor import Answer, Asked, News, Push, naked, spoiled, written
from mailuo.connectors.signing.kdniao import Kdniao as Scheme
from mailuo.connectors.signing.signer import Moment, Outgoing, Unsigned

_SUBSCRIBE = {"1008": "101", "8008": "102"}
_QUERY = {"1002", "8001", "8002"}
_TEXTS = {
    "1": "【{place}】快件已揽收",
    "2": "【{place}】快件已发往下一站",
    "201": "【{place}】快件已到达派件网点",
    "202": "【{place}】正在派件",
    "301": "【{place}】快件已签收",
    "406": "【{place}】退件已签收",
}
_FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}


@dataclass
class _Waybill:
    values: Mapping[str, Any]
    callback: str = ""
    push_type: str = "101"
    traces: list[dict[str, str]] = field(default_factory=list)


class Kdniao:
    """The carrier's voice."""

    name = "kdniao"
    address = "KDNIAO_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        self.environment = {
            "KDNIAO_ID": given.get("KDNIAO_ID") or "1234567",
            "KDNIAO_KEY": given.get("KDNIAO_KEY") or random_secrets.token_hex(16),
        }
        self._waybills: dict[str, _Waybill] = {}
        self.taken: list[Mapping[str, Any]] = []

    def hear(self, news: News) -> None:
        """One more trace; they ascend in time, whatever comes first."""
        waybill = self._waybill(news.key, news.values)
        waybill.values = {**waybill.values, **news.values}
        place = str(news.values.get("Location", "转运中心"))
        text = _TEXTS.get(news.word, "【{place}】运输中").format(place=place)
        trace = {"AcceptTime": naked(news.at), "AcceptStation": text, "Location": place, "Action": news.word}
        waybill.traces = sorted([*waybill.traces, trace], key=lambda each: each["AcceptTime"])

    def push(self, news: News, now: datetime) -> Push:
        """Everything that is known of the waybill by now."""
        waybill = self._waybills[news.key]
        item = {**self._told(news.key), "Success": True, "Reason": "", "Callback": waybill.callback}
        data = {"EBusinessID": self._id, "PushTime": naked(now), "Count": "1", "Data": [item]}
        form = (("RequestData", written(data).decode()), ("RequestType", waybill.push_type))
        signed = Scheme().sign(self._keys, Outgoing("POST", "/", form=form), Moment(now, ""))
        return Push(urlencode(signed.form or ()).encode(), _FORM)

    def forged(self, push: Push) -> Push:
        """The same with a signature that does not fit."""
        form = dict(parse_qsl(push.body.decode()))
        return Push(urlencode({**form, "DataSign": spoiled(form["DataSign"])}).encode(), push.headers)

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The vendor's envelope; a signature that does not fit is said inside of HTTP 200."""
        form = asked.form
        try:
            Scheme().explain({"key": self._keys["key"]}, form)
        except (Unsigned, KeyError):
            return self._refused("签名错误")
        data = Asked("", "", {}, {}, form["RequestData"].encode()).json
        number, kind = str(data.get("LogisticCode", "")), form.get("RequestType", "")
        if not number:
            return self._refused("没有物流单号")
        if kind in _SUBSCRIBE:
            return self._subscribed(number, data, _SUBSCRIBE[kind], now)
        if kind in _QUERY:
            return Answer({**self._told(number), "Success": True, "Reason": ""})
        return self._refused("不支持的请求指令")

    def _subscribed(self, number: str, data: Mapping[str, Any], push_type: str, now: datetime) -> Answer:
        waybill = self._waybill(number, {"ShipperCode": data.get("ShipperCode", "")})
        waybill.callback, waybill.push_type = str(data.get("Callback", "")), push_type
        self.taken.append({"what": "subscription", "key": number})
        told = {"EBusinessID": self._id, "UpdateTime": naked(now), "Success": True, "Reason": ""}
        return Answer({**told, "ShipperCode": data.get("ShipperCode", ""), "LogisticCode": number})

    def _waybill(self, number: str, values: Mapping[str, Any]) -> _Waybill:
        return self._waybills.setdefault(number, _Waybill(values))

    def _told(self, number: str) -> dict[str, Any]:
        waybill = self._waybills.get(number, _Waybill({}))
        traces: Sequence[Mapping[str, str]] = waybill.traces
        last = traces[-1]["Action"] if traces else "0"
        told = {"EBusinessID": self._id, "OrderCode": "", "ShipperCode": "", **waybill.values}
        return told | {"LogisticCode": number, "State": last[0], "StateEx": last, "Traces": traces}

    def _refused(self, reason: str) -> Answer:
        return Answer({"EBusinessID": self._id, "Success": False, "Reason": reason})

    @property
    def _id(self) -> str:
        return self.environment["KDNIAO_ID"]

    @property
    def _keys(self) -> Mapping[str, str]:
        return {"id": self._id, "key": self.environment["KDNIAO_KEY"]}

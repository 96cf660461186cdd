"""Taobao Open Platform: keeps trades, lists what changed page by page, and has messages waiting until they are confirmed."""

import itertools
import secrets as random_secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mailuo.cli.simulation.vendors.vendor import Answer, Asked, News, Quiet, naked, nested, written
from mailuo.connectors.signing.signer import Unsigned
from mailuo.connectors.signing.top import Top as Scheme

_TOPICS = {
    "WAIT_BUYER_PAY": "taobao_trade_TradeCreate",
    "WAIT_SELLER_SEND_GOODS": "taobao_trade_TradeBuyerPay",
    "WAIT_BUYER_CONFIRM_GOODS": "taobao_trade_TradeSellerShip",
    "TRADE_FINISHED": "taobao_trade_TradeSuccess",
    "TRADE_CLOSED": "taobao_trade_TradeClose",
}
_TIMES = {
    "WAIT_SELLER_SEND_GOODS": "pay_time",
    "WAIT_BUYER_CONFIRM_GOODS": "consign_time",
    "TRADE_FINISHED": "end_time",
    "TRADE_CLOSED": "end_time",
}
_PATIENCE = timedelta(minutes=2)
Form = Mapping[str, str]


class Top(Quiet):
    """The shop's platform: it has to be asked."""

    name = "top"
    address = "TOP_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        self.environment = {
            "TOP_APP_KEY": given.get("TOP_APP_KEY") or "12345678",
            "TOP_APP_SECRET": given.get("TOP_APP_SECRET") or random_secrets.token_hex(16),
            "TOP_SESSION": given.get("TOP_SESSION") or random_secrets.token_hex(24),
        }
        self._trades: dict[str, dict[str, Any]] = {}
        self._messages: dict[str, dict[str, Any]] = {}
        self._handed: dict[str, datetime] = {}
        self._numbers = itertools.count(7_100_000_000_000_000_001)
        self.taken: list[Mapping[str, Any]] = []
        self._methods: Mapping[str, Callable[[Form, datetime], dict[str, Any] | None]] = {
            "taobao.trades.sold.increment.get": self._changed,
            "taobao.trades.sold.get": self._changed,
            "taobao.trade.fullinfo.get": self._full,
            "taobao.tmc.messages.consume": self._consumed,
            "taobao.tmc.messages.confirm": self._confirmed,
            "taobao.tmc.user.permit": lambda form, now: {"is_success": True},
        }

    def hear(self, news: News) -> None:
        """A trade changes now, whatever it says of when, and a thin message waits to be fetched."""
        at, now = naked(news.at), naked(datetime.now(UTC))
        trade = self._trades.setdefault(news.key, {"tid": int(news.key), "tid_str": news.key, "created": at})
        trade |= {**nested(news.values), "status": news.word, "modified": max(at, now)}
        if news.lines:
            lines = [{"oid": int(news.key) + number, **line} for number, line in enumerate(news.lines, 1)]
            trade["orders"] = {"order": [{**line, "oid_str": str(line["oid"])} for line in lines]}
        if news.word in _TIMES:
            trade[_TIMES[news.word]] = at
        number = str(next(self._numbers))
        content = {
            "tid": trade["tid"],
            "oid": trade["tid"],
            "status": news.word,
            "payment": trade.get("payment", "0.00"),
        }
        topic = _TOPICS.get(news.word, "taobao_trade_TradeChanged")
        self._messages[number] = {
            "id": int(number),
            "topic": topic,
            "pub_time": at,
            "content": written(content).decode(),
        }

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The vendor's envelope: errors too are HTTP 200."""
        form = asked.form
        try:
            Scheme().explain({"secret": self.environment["TOP_APP_SECRET"]}, form)
        except Unsigned:
            return _error(25, "Invalid signature")
        if "sign" not in form:
            return _error(24, "Missing signature")
        if form.get("session") != self.environment["TOP_SESSION"]:
            return _error(27, "Invalid session")
        method = form.get("method", "")
        if method not in self._methods:
            return _error(22, "Invalid method")
        told = self._methods[method](form, now)
        if told is None:
            return _error(15, "Remote service error", "isv.trade-not-exist")
        root = method.removeprefix("taobao.").replace(".", "_") + "_response"
        return Answer({root: {**told, "request_id": random_secrets.token_hex(6)}})

    def _changed(self, form: Form, now: datetime) -> dict[str, Any]:
        """One page of what changed in a stretch of time, newest first; an empty list is missing altogether."""
        by = "modified" if "start_modified" in form else "created"
        start, end = form.get(f"start_{by}", ""), form.get(f"end_{by}", "9")
        wanted = form.get("status", "")
        found = [each for each in self._trades.values() if start <= each[by] <= end and wanted in ("", each["status"])]
        found.sort(key=lambda each: (str(each[by]), each["tid"]), reverse=True)
        size, page = int(form.get("page_size", 40)), int(form.get("page_no", 1))
        shown = [_only(each, form) for each in found[(page - 1) * size : page * size]]
        told: dict[str, Any] = {"trades": {"trade": shown}} if shown else {}
        if form.get("use_has_next") == "true":
            return {**told, "has_next": page * size < len(found)}
        return {**told, "total_results": len(found)}

    def _full(self, form: Form, now: datetime) -> dict[str, Any] | None:
        trade = self._trades.get(form.get("tid", ""))
        return None if trade is None else {"trade": _only(trade, form)}

    def _consumed(self, form: Form, now: datetime) -> dict[str, Any]:
        """Messages that wait; one that is handed out and not confirmed comes again."""
        waiting = [key for key in self._messages if self._handed.get(key, now) <= now]
        chosen = waiting[: int(form.get("quantity", 100))]
        self._handed |= dict.fromkeys(chosen, now + _PATIENCE)
        return {"messages": {"tmc_message": [self._messages[key] for key in chosen]}} if chosen else {}

    def _confirmed(self, form: Form, now: datetime) -> dict[str, Any]:
        for key in form.get("s_message_ids", "").split(","):
            self._messages.pop(key.strip(), None)
            self._handed.pop(key.strip(), None)
        return {"is_success": True}


def _only(trade: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """The fields that were asked for, and what names the trade."""
    wanted = {name.strip().partition(".")[0] for name in form.get("fields", "").split(",") if name.strip()}
    return {name: value for name, value in trade.items() if not wanted or name in wanted or name.startswith("tid")}


def _error(code: int, text: str, sub_code: str = "") -> Answer:
    return Answer({"error_response": {"code": code, "msg": text, "sub_code": sub_code, "sub_msg": text}})

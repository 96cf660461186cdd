"""Kingdee Xingchen: authorises, hands out tokens, stores documents, and lists the vouchers that its accountants wrote."""

import itertools
import secrets as random_secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from mailuo.cli.simulation.vendors.vendor import BEIJING, Answer, Asked, News, Quiet
from mailuo.connectors.signing.digests import same
from mailuo.connectors.signing.kingdee import Kingdee as Scheme
from mailuo.connectors.signing.kingdee import app_signature

_AUTHORISE = "/jdyconnector/app_management/push_app_authorize"
_TOKEN = "/jdyconnector/app_management/kingdee_auth_token"  # noqa: S105 - an address
_DOMAIN = "https://tf.jdy.com"
_TOKEN_MILLISECONDS = 86_400_000
_LINES = 10


class Kingdee(Quiet):
    """The ledger: it has to be asked."""

    name = "kingdee"
    address = "KINGDEE_URL"

    def __init__(self, given: Mapping[str, str]) -> None:
        self.environment = {
            "KINGDEE_CLIENT_ID": given.get("KINGDEE_CLIENT_ID") or "200001",
            "KINGDEE_CLIENT_SECRET": given.get("KINGDEE_CLIENT_SECRET") or random_secrets.token_hex(16),
            "KINGDEE_APP_KEY": given.get("KINGDEE_APP_KEY") or random_secrets.token_hex(4),
            "KINGDEE_APP_SECRET": given.get("KINGDEE_APP_SECRET") or random_secrets.token_hex(20),
        }
        self._app_secret = random_secrets.token_hex(20)
        self._tokens: set[str] = set()
        self._stored: dict[str, dict[str, dict[str, Any]]] = {}
        self._ids = itertools.count(1_893_377_004_412_010_496)
        self._numbers = itertools.count(1)
        self.taken: list[Mapping[str, Any]] = []

    def hear(self, news: News) -> None:
        """The accountants write a voucher."""
        number = str(next(self._numbers))
        amount = f"{news.values.get('amount', '0')}"
        row = {"number": number, "voucher_no": f"记-{number}", "bill_status": news.word, "debit_total": amount}
        row |= {"credit_total": amount, "source_bill_type": "sal_out_bound", "source_bill_no": news.key}
        day = news.at.astimezone(BEIJING)
        self._store("fi/voucher", {**row, "date": f"{day:%Y-%m-%d}", "period": f"{day:%Y%m}", **news.values}, news.at)

    def answer(self, asked: Asked, now: datetime) -> Answer:
        """The gateway's own errors are HTTP 519."""
        if not self._proved(asked):
            return Answer({"errcode": 4008, "description": "签名错误"}, 519)
        if asked.path == _AUTHORISE:
            app = {"appKey": self.environment["KINGDEE_APP_KEY"], "appSecret": self._app_secret, "domain": _DOMAIN}
            return Answer(
                {"code": 200, "msg": "success", "data": [{**app, "accountId": "1", "serviceId": "1", "status": 1}]}
            )
        if asked.path == _TOKEN:
            return self._token(asked.query)
        if asked.headers.get("app-token") not in self._tokens:
            return Answer({"errcode": 4010, "description": "token 无效"}, 519)
        return self._business(asked, now)

    def _proved(self, asked: Asked) -> bool:
        headers = asked.headers
        inputs = {"method": asked.method, "path": asked.path, "query": asked.query}
        inputs |= {"nonce": headers.get("x-api-nonce", ""), "timestamp_ms": headers.get("x-api-timestamp", "")}
        told = Scheme().explain({"clientSecret": self.environment["KINGDEE_CLIENT_SECRET"]}, inputs)
        return same(headers.get("x-api-signature", ""), str(told["X-Api-Signature"]))

    def _token(self, query: Mapping[str, str]) -> Answer:
        key = query.get("app_key", "")
        secrets = (self._app_secret, self.environment["KINGDEE_APP_SECRET"])
        if not any(same(query.get("app_signature", ""), app_signature(secret, key)) for secret in secrets):
            return Answer({"errcode": 1030002006, "description": "授权无效"})
        token = random_secrets.token_hex(16)
        self._tokens.add(token)
        data = {"access_token": token, "app-token": token, "expires": _TOKEN_MILLISECONDS, "uid": "1"}
        return Answer({"errcode": 0, "description": "success", "data": data})

    def _business(self, asked: Asked, now: datetime) -> Answer:
        kind = asked.path.removeprefix("/jdy/v2/")
        if asked.method == "POST":
            return self._saved(kind, asked.json, now)
        if kind.endswith("_detail"):
            return self._detail(self._stored.get(kind.removesuffix("_detail"), {}), asked.query)
        found = [row for row in self._stored.get(kind, {}).values() if _answers(row, asked.query)]
        size, page = int(asked.query.get("page_size", _LINES)), int(asked.query.get("page", 1))
        shown, pages = found[(page - 1) * size : page * size], -(-len(found) // size)
        return _fine({"rows": shown, "count": str(len(found)), "total_page": str(pages)})

    def _saved(self, kind: str, body: Any, now: datetime) -> Answer:
        documents = body.get("items", [body]) if isinstance(body, dict) else [{}]
        ids = {}
        for each in documents:
            number = str(each.get("bill_no") or each.get("number") or next(self._numbers))
            known = self._stored.get(kind, {})
            old = next((key for key, row in known.items() if row.get("bill_no", row.get("number")) == number), None)
            ids[old or self._store(kind, {**each, "bill_no": number}, now)] = number
            if old is None:
                self.taken.append({"what": kind, "key": number})
        return _fine({"ids": list(ids), "id_number_map": ids})

    def _detail(self, rows: Mapping[str, Mapping[str, Any]], query: Mapping[str, str]) -> Answer:
        for row in rows.values():
            if query.get("id") == row["id"] or query.get("number", "\0") in (row.get("number"), row.get("bill_no")):
                return _fine(row)
        return Answer({"errcode": 2000000001, "description": "单据不存在"})

    def _store(self, kind: str, row: Mapping[str, Any], at: datetime) -> str:
        key = str(next(self._ids))
        milliseconds = int(at.timestamp() * 1000)
        self._stored.setdefault(kind, {})[key] = {"id": key, "modify_time": milliseconds, **row}
        return key


def _answers(row: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether a row is one that a list was asked for."""
    low, high = (query.get(f"modify_{end}_time") for end in ("start", "end"))
    if low and row["modify_time"] < int(low) or high and row["modify_time"] > int(high):
        return False
    names = ("source_bill_no", "bill_no", "number", "bill_status")
    if any(query.get(name) and str(row.get(name, "")) != query[name] for name in names):
        return False
    search = query.get("search", "")
    return not search or any(search in quote(str(value), safe="") or search in str(value) for value in row.values())


def _fine(data: object) -> Answer:
    return Answer({"errcode": 0, "description": "success", "data": data})

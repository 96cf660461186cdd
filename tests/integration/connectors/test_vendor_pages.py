"""A shop that is asked what changed, page by page from behind, so that nothing is lost between them."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mailuo.base.reasons import reason_in
from mailuo.connectors.signing.digests import DIGESTS
from mailuo.storage import system
from tests.integration.connectors.conftest import NOW, Office
from tests.integration.connectors.vendor import Heard, Vendor

Opened = Callable[..., Office]

TOP = """\
connector: mart
title: 商城
base_url: ${MART_URL}
auth: {scheme: top, id: "${MART_KEY}", secret: "${MART_SECRET}", session: "${MART_SESSION}"}
answers: {ok: "ISBLANK({body.error_response.code})", wait: "{body.error_response.code} = '7'", wait_for: 10m, error: "{body.error_response.msg}"}
operations:
  changed: {request: {path: /router/rest, form: {method: taobao.trades.sold.increment.get, start_modified: "{since}", end_modified: "{until}", page_no: "{page}", page_size: "{size}"}}}
  trade: {request: {path: /router/rest, form: {method: taobao.trade.fullinfo.get, tid: "{tid}"}}}
polls:
  changes:
    operation: changed
    every: 1m
    each: body.trades_sold_increment_get_response.trades.trade
    event: trade
    key: "{item.tid}:{item.modified}"
    window: {start: since, end: until, format: "yyyy-MM-dd HH:mm:ss", overlap: 30s, lag: 10s, most: 30m}
    pages: {parameter: page, size_parameter: size, size: 2, backwards: true, total: trades_sold_increment_get_response.total_results}
    then: {operation: trade, with: {tid: item.tid}, body: body.trade_fullinfo_get_response.trade}
events:
  trade:
    when: "{item.status} = 'WAIT_SELLER_SEND_GOODS'"
    find: {table: jobs, where: {job_no: item.tid}}
    claims: [{node: paid, at: item.pay_time}]
"""


class Mart:
    """A shop whose changes are listed in pages."""

    def __init__(self, *tids: str) -> None:
        self.tids = list(tids)
        self.asked: list[dict[str, str]] = []
        self.fails = 0
        self.listed: dict[str, str] = {}
        """What the list says of each trade besides its number."""
        self.unread: int | None = None
        """After how many trades that are read in full the next one is not."""

    def __call__(self, heard: Heard) -> tuple[int, object]:
        form = heard.form
        signed = "".join(key + form[key] for key in sorted(form) if key != "sign")
        expected = DIGESTS["hmac_sha256"](b"secret", signed.encode()).hex().upper()
        assert form["sign"] == expected
        self.asked.append(form)
        if self.fails:
            self.fails -= 1
            return 200, {"error_response": {"code": 7, "msg": "App Call Limited"}}
        if form["method"].endswith("fullinfo.get"):
            if self.unread == len(self.read()) - 1:
                self.unread = None
                return 200, {"error_response": {"code": 7, "msg": "App Call Limited"}}
            trade = {"tid": form["tid"], "status": "WAIT_SELLER_SEND_GOODS", "pay_time": "2026-01-15 08:00:00", "modified": "m"}
            return 200, {"trade_fullinfo_get_response": {"trade": trade}}
        start = (int(form["page_no"]) - 1) * int(form["page_size"])
        trades = [{"tid": tid, **self.listed} for tid in self.tids[start : start + int(form["page_size"])]]
        body = {"total_results": len(self.tids), **({"trades": {"trade": trades}} if trades else {})}
        return 200, {"trades_sold_increment_get_response": body}

    def pages(self) -> list[str]:
        """The pages that were asked for."""
        return [form["page_no"] for form in self.asked if "page_no" in form]

    def read(self) -> list[str]:
        """The trades that were asked for in full."""
        return [form["tid"] for form in self.asked if "tid" in form]

    def windows(self) -> list[tuple[str, str]]:
        """The stretches of time that were asked for, each once."""
        return list(dict.fromkeys((form["start_modified"], form["end_modified"]) for form in self.asked if "page_no" in form))


@pytest.fixture
def mart(vendor: Vendor) -> Mart:
    """The shop."""
    vendor.answers = mart = Mart("1", "2", "3", "4", "5")
    return mart


@pytest.fixture
def selling(open_office: Opened, vendor: Vendor) -> Office:
    """The office that sells in a mart."""
    environment = {"MART_URL": vendor.url, "MART_KEY": "k", "MART_SECRET": "secret", "MART_SESSION": "x"}
    return open_office(environment, mart=TOP)


def test_pages_are_asked_for_from_the_last_to_the_first_and_each_trade_read_in_full(selling: Office, mart: Mart) -> None:
    selling.job("3")
    selling.work()
    assert mart.pages() == ["1", "3", "2", "1"]
    assert [row.key for row in selling.rows(system.inbox)] == ["5:m", "3:m", "4:m", "1:m", "2:m"]
    assert mart.windows() == [("2026-01-15 08:29:50", "2026-01-15 08:59:50")]


def test_windows_overlap_and_what_was_read_before_is_kept_once(selling: Office, mart: Mart) -> None:
    selling.work()
    selling.work(minutes=1)
    assert mart.windows()[-1] == ("2026-01-15 08:59:20", "2026-01-15 09:00:50")
    assert {row.repeats for row in selling.rows(system.inbox)} == {1}


def test_after_hours_away_the_time_is_asked_about_stretch_by_stretch(selling: Office, mart: Mart) -> None:
    mart.tids = []
    selling.work()
    selling.work(hours=2)
    starts = [start[11:] for start, _ in mart.windows()]
    assert starts == ["08:29:50", "08:59:20", "09:28:50", "09:58:20", "10:27:50", "10:57:20"]
    assert selling.rows(system.position, connector="mart")[0].reached == {"at": "2026-01-15T10:59:50+08:00"}


def test_a_poll_that_fails_goes_on_where_it_was(selling: Office, mart: Mart) -> None:
    mart.fails = 1
    selling.work()
    position = selling.rows(system.position, connector="mart")[0]
    assert (reason_in(position.error, "en"), position.due_at) == ("HTTP 200: 'App Call Limited'", NOW + timedelta(minutes=10))
    assert position.reached == {"span": "900"}
    selling.work(minutes=10)
    assert len(selling.rows(system.inbox)) == 5


def test_what_fails_is_asked_about_in_halves_until_it_is_answered(selling: Office, mart: Mart) -> None:
    mart.tids = []
    selling.work()
    mart.fails = 2
    for _ in range(3):
        selling.work(minutes=12)
    asked = [(start[11:], end[11:]) for start, end in mart.windows()][1:]
    assert asked == [
        ("08:59:20", "09:11:50"),
        ("08:59:20", "09:05:35"),
        ("08:59:20", "09:02:27"),
        ("09:01:57", "09:08:11"),
        ("09:07:41", "09:20:09"),
        ("09:19:39", "09:35:50"),
    ]
    assert selling.rows(system.position, connector="mart")[0].reached == {"at": "2026-01-15T09:35:50+08:00"}


def test_what_a_poll_asks_counts_in_the_windows_of_its_connector(selling: Office, mart: Mart) -> None:
    mart.fails = 1
    selling.work()
    selling.work(hours=2)
    kept = selling.rows(system.attempt, connector="mart")
    assert {(row.operation, row.outcome) for row in kept} == {("changed", "wait"), ("changed", "ok"), ("trade", "ok")}
    told = {each.window: (each.attempts, each.failed) for each in selling.outside.console.lately() if each.connector == "mart"}
    assert told == {"1h": (len(kept) - 1, 0), "1d": (len(kept), 1)}


def test_an_element_that_cannot_be_read_leaves_those_before_it_kept_and_unread_again(selling: Office, mart: Mart) -> None:
    mart.listed = {"modified": "m"}
    mart.unread = 3
    selling.work()
    kept = {row.key for row in selling.rows(system.inbox)}
    assert 0 < len(kept) < 5
    assert selling.rows(system.position, connector="mart")[0].reached == {"span": "900"}
    before = len(mart.read())
    selling.work(minutes=10)
    assert len(selling.rows(system.inbox)) == 5
    assert not {f"{tid}:m" for tid in mart.read()[before:]} & kept

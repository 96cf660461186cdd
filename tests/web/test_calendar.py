"""A calendar, by doing what its readers do: a month, a full day, those without a date, the months beside it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

MONTH = "/tables/orders/views/promises?month=2027-02"
FULL, EARLY = "2027-02-10", "2027-02-01"


@pytest.fixture(scope="module")
def promise(site: Any) -> Iterator[Callable[..., str]]:
    """Makes an order; all of them are thrown away when these tests are over."""
    made: list[str] = []

    def make(**values: object) -> str:
        made.append(site.order(**values))
        return made[-1]

    yield make
    for order in made:
        site.call("DELETE", f"/tables/orders/records/{order}")


@pytest.fixture(scope="module")
def promised(site: Any, promise: Callable[..., str]) -> dict[str, str]:
    """Five orders promised for one day, one for half past midnight of another that has been late for hours, one for no day."""
    for hour in range(5):
        promise(promised_at=f"{FULL}T1{hour}:00:00+08:00", receiver=f"收货人{hour}")
    late = promise(promised_at="2027-01-31T16:30:00Z", receiver="王大力")
    now = datetime.now(UTC)
    site.claim(late, "paid", "tmall", (now - timedelta(hours=9)).isoformat())
    site.claim(late, "risk_passed", "automation", (now - timedelta(hours=8)).isoformat())
    return {"late": late, "undated": promise()}


def test_a_month_shows_its_days_in_the_zone_with_late_ones_marked(visitor: Any, promised: dict[str, str]) -> None:
    visitor.sign_in()
    visitor.go(MONTH)
    page = visitor.page
    expect(page.locator("h2", has_text="2027年2月")).to_be_visible()
    expect(page.locator(".month-day")).to_have_count(28)
    late = page.locator(f"[data-day='{EARLY}'] [data-record='{promised['late']}'] a")
    expect(late).to_contain_text("王大力")
    expect(late).to_have_class("month-card red")
    assert "rest" in str(page.locator("[data-day='2027-02-06']").get_attribute("class"))
    visitor.check_access()


@pytest.mark.parametrize(("day", "rests"), [("2026-10-01", True), ("2026-09-20", False), ("2026-02-14", False), ("2026-02-21", True)])
def test_days_off_are_those_of_the_workspaces_calendar(visitor: Any, day: str, rests: bool) -> None:
    visitor.sign_in()
    visitor.go(f"/tables/orders/views/promises?month={day[:7]}")
    expect(visitor.page.locator(f"[data-day='{day}'] .off")).to_have_count(int(rests))


def test_a_full_day_leads_to_all_its_records(visitor: Any, promised: dict[str, str]) -> None:
    visitor.sign_in()
    visitor.go(MONTH)
    page = visitor.page
    day = page.locator(f"[data-day='{FULL}']")
    expect(day.locator(".month-card")).to_have_count(3)
    day.locator("a", has_text="还有 2 个").click()
    expect(page.locator("table.grid")).to_have_attribute("data-total", "5")


def test_those_without_a_date_are_counted_and_listed(visitor: Any, promised: dict[str, str]) -> None:
    visitor.sign_in()
    visitor.go(MONTH)
    visitor.page.locator("a.undated").click()
    expect(visitor.page.locator(f"tr[data-record='{promised['undated']}']")).to_be_visible()
    expect(visitor.page.locator(f"tr[data-record='{promised['late']}']")).to_have_count(0)


def test_months_are_gone_through_by_keys_and_keep_their_address(visitor: Any, promised: dict[str, str]) -> None:
    visitor.sign_in()
    visitor.go(MONTH)
    page = visitor.page
    page.focus("[rel=prev]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/promises?month=2027-01")
    expect(page.locator("[data-part=calendar]")).to_have_attribute("data-total", "0")
    page.click(".month-head nav a[href$='/promises']")
    expect(page.locator("li[aria-current=date]")).to_have_count(1)


def test_a_new_promise_is_on_the_open_month(visitor: Any, promise: Callable[..., str]) -> None:
    visitor.sign_in()
    visitor.go(MONTH)
    order = promise(promised_at="2027-02-17T09:00:00+08:00")
    expect(visitor.page.locator(f"[data-day='2027-02-17'] [data-record='{order}']")).to_be_visible()


def test_what_is_no_month_is_not_found(visitor: Any) -> None:
    visitor.sign_in()
    visitor.answers = (404,)
    visitor.go("/tables/orders/views/promises?month=2027-13")
    expect(visitor.page.locator("h1")).to_have_text("没有找到这一页")


def test_a_phone_lists_the_days_in_the_dark_and_in_english(phone: Any, promised: dict[str, str]) -> None:
    cookies = [{"name": f"mailuo_{name}", "value": value, "url": phone.site.url} for name, value in (("theme", "dark"), ("lang", "en"))]
    phone.page.context.add_cookies(cookies)
    phone.sign_in()
    phone.go(MONTH)
    expect(phone.page.locator(f"[data-day='{FULL}'] h3")).to_contain_text("Wed 10 Feb")
    expect(phone.page.locator("[data-day='2027-02-11']")).to_be_hidden()
    phone.check_access()

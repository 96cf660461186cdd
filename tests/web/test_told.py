"""Who got an alert, in a real browser: sent, failed, without an address, held; and what is open stays open and up to date."""

from typing import Any

from playwright.sync_api import expect

from tests.web.test_deeds import ago
from tests.web.yard import unknown_stranger


def late(yard: Any) -> str:
    """A job that nobody picked up in time, of which all packers are told."""
    job: str = yard.job()
    yard.say(job, "paid", ago(hours=4))
    return job


def of(told: Any, name: str) -> Any:
    """What is said of one person."""
    return told.locator(".told-list ul > li").filter(has_text=name)


def test_an_alert_says_whom_it_reached_whom_it_failed_and_who_has_no_address(guard: Any, walker: Any, yard: Any) -> None:
    yard.vendor.answers = unknown_stranger
    job = late(yard)
    for path, row in (("/alerts", f"#alert-list tr[data-record='{job}']"), (f"/tables/jobs/records/{job}", "#banners .banner")):
        guard.go(path)
        told = guard.page.locator(f"{row} .told-who")
        told.locator("summary").press("Enter")
        expect(of(told, "yan")).to_contain_text("已送到")
        expect(of(told, "li").locator(".red")).to_contain_text("没送到")
        expect(of(told, "li").locator(".why")).to_contain_text("400")
        expect(of(told, "wang").locator(".red")).to_contain_text("送不到")
        expect(of(told, "wang").locator(".why")).to_be_visible()
        guard.check_access()
    walker.go(f"/tables/jobs/records/{job}")
    told = walker.page.locator("#banners .told-who")
    assert told.locator("summary").bounding_box()["height"] >= 44
    told.locator("summary").tap()
    expect(of(told, "yan")).to_contain_text("delivered")
    expect(of(told, "wang").locator(".why")).to_be_visible()
    walker.check_access()


def test_what_is_open_stays_open_and_up_to_date_when_the_page_is_drawn_anew(guard: Any, yard: Any) -> None:
    page = guard.page
    yard.call("POST", "/outgoing/hold", {"connector": "chat"})
    job = late(yard)
    guard.go("/alerts")
    told = page.locator(f"#alert-list tr[data-record='{job}'] .told-who")
    summary = told.locator("summary")
    summary.press("Enter")
    expect(of(told, "yan")).to_contain_text("外发暂停中")
    other = late(yard)
    expect(page.locator(f"#alert-list tr[data-record='{other}']")).to_be_visible()
    expect(told).to_have_attribute("open", "")
    expect(of(told, "yan")).to_contain_text("外发暂停中")
    expect(summary).to_be_focused()
    yard.call("POST", "/outgoing/release", {"connector": "chat"})
    expect(of(told, "yan")).to_contain_text("已送到")
    guard.check_access()
    summary.press("Enter")
    expect(told).not_to_have_attribute("open", "")

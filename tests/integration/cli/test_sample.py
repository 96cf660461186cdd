"""The sample: what somebody sees who starts it for the first time; its scenes alone, without the many records around them."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.surroundings import ROOT

PASSWORD = "admin-of-the-sample"
PATIENCE_SECONDS = 240.0
ALERTS = {"params_overdue", "boards_late", "early_delivery", "pickup_late", "carrier_silent", "promise_at_risk"}


@dataclass(frozen=True)
class Watcher:
    """Somebody who has signed in and looks."""

    url: str
    token: str

    def get(self, path: str) -> Any:
        """The answer of the API."""
        request = Request(f"{self.url}/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})
        with urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def until(self, path: str, seen: Callable[[Any], bool]) -> Any:
        """What is there once it is as it should be."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while not seen(found := self.get(path)):
            assert time.monotonic() < ends, found
            time.sleep(0.5)
        return found


@pytest.fixture(scope="module")
def watcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watcher]:
    """A watcher of the sample, on a fresh home."""
    home, workspace = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("workspace")
    for part in ("tables", "automations"):
        shutil.copytree(ROOT / part, workspace / part)
    story = workspace / "tables" / "samples" / "story.toml"
    story.write_text(re.sub(r"(?m)^backlog = \d+", "backlog = 0", story.read_text("utf-8")), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mailuo", "serve", "--sample", "--workspace", str(workspace), "--port", str(port)]
    environment = {"PATH": "", "MAILUO_HOME": str(home), "MAILUO_ADMIN_PASSWORD": PASSWORD, "MAILUO_POLL_SECONDS": "5"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=workspace) as server:
        try:
            yield Watcher(url := f"http://127.0.0.1:{port}", _signed_in(url))
        finally:
            server.terminate()


def _signed_in(url: str) -> str:
    body = json.dumps({"username": "admin", "password": PASSWORD}).encode()
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            request = Request(f"{url}/api/v1/session?token=1", body, {"Content-Type": "application/json"})
            with urlopen(request, timeout=10) as answer:
                return str(json.loads(answer.read())["token"])
        except OSError:
            assert time.monotonic() < ends
            time.sleep(0.2)


def test_every_connector_is_on(watcher: Watcher) -> None:
    assert {each["id"]: each["state"] for each in watcher.get("/connectors")["connectors"]} == dict.fromkeys(
        ("douyin", "erp", "kdniao", "kingdee", "mail", "tmall", "weapp", "wecom", "wxpay"), "on"
    )


def test_every_rule_has_alerts_open_and_what_is_wrong_has_a_suspected_cause(watcher: Watcher) -> None:
    found = watcher.until("/alerts?limit=500", lambda told: {each["rule"] for each in told["alerts"]} >= ALERTS)
    assert all(each["because"] for each in found["alerts"] if each["level"] != "green")


def test_disputes_of_both_causes_are_open_and_one_waits_for_its_review(watcher: Watcher) -> None:
    def seen(told: Mapping[str, Any]) -> bool:
        states = Counter((each["cause"], each["state"]) for each in told["disputes"])
        return states["conflict", "evidence"] == 1 and states["grace", "open"] == 2 and states["conflict", "decided"] == 1

    watcher.until("/disputes", seen)


def test_letters_about_unknown_things_are_dead_and_a_run_has_failed(watcher: Watcher) -> None:
    watcher.until("/connectors/kdniao/inbox?state=dead", lambda told: len(told["inbox"]) == 2)
    watcher.until("/runs?automation=send_nps&state=failed", lambda told: len(told["runs"]) >= 1)


def test_messages_of_alerts_and_of_hand_reach_the_messenger_the_mail_and_the_works(watcher: Watcher) -> None:
    for connector, operation in (("wecom", "message"), ("wecom", "robot"), ("mail", "send"), ("erp", "status")):
        watcher.until(f"/connectors/{connector}/calls?state=ok", partial(_holds, operation))


def _holds(operation: str, told: Mapping[str, Any]) -> bool:
    return any(each["operation"] == operation for each in told["calls"])


@pytest.mark.parametrize("channel", ["TM", "MP", "DY"])
def test_new_records_arrive_by_the_shops_with_lines_and_paid(watcher: Watcher, channel: str) -> None:
    fresh = quote(f"AND({{channel}} = '{channel}', {{age_hours}} < 0.25, NOT(ISBLANK({{paid}})), {{amount}} > 0)")
    found = watcher.until(f"/tables/orders/records?filter={fresh}", lambda told: bool(told["records"]))
    assert found["records"][0]["order_no"].startswith(channel)

"""`python -m bench.load`: a deployment under the simulation, and 20,000 clocks that ran out while nobody was there.

Told: how fast pushes are answered, how soon a push is on the page, how late alerts open, how long the backlog takes.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import psycopg
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select

from mailuo.app import Application
from mailuo.base.clock import SetClock
from mailuo.base.settings import Settings
from mailuo.cli.acting import OPERATOR
from mailuo.cli.simulation.vendors import News
from mailuo.cli.simulation.vendors.erp import Erp
from mailuo.exchange.wish import Wish
from mailuo.records.actor import ADMIN
from mailuo.storage import system
from tests.faults.conftest import SEED, STORY
from tests.faults.final import beside, latenesses, left_to_do
from tests.faults.play import Play, Script, made_ready, playing
from tests.faults.pressed import pressed_workspace
from tests.faults.site import Site, deployment
from tests.servers import postgres_binaries, redis_binary, running_postgres, running_redis
from tests.surroundings import ROOT

OUTPUT = Path("var") / "bench-load.json"
_LEAD = timedelta(seconds=20)
_SECONDS = 3600.0
_LOOK_SECONDS = 0.02
_PROBE_SECONDS = 1.0
_BATCH = 500
_DOWN = timedelta(days=3)
_WAITED_FOR = ("paid", "erp"), ("risk_passed", "automation")
_RULE = "params_overdue"


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--orders", type=int, default=3200, help="orders of the story")
    parser.add_argument("--per-day", type=int, default=320, help="orders of a day of the story")
    parser.add_argument(
        "--speed", type=float, default=1728.0, help="ten days of the story in eight minutes, with 6.4 orders a second"
    )
    parser.add_argument("--faults", type=float, default=0.1, help="share of pushes and answers that go wrong")
    parser.add_argument("--clocks", type=int, default=20_000, help="clocks that ran out while the site was down")
    asked = parser.parse_args()
    figures: dict[str, object] = {}
    if asked.orders:
        figures |= _soak(asked)
    if asked.clocks:
        figures |= _backlog(asked.clocks)
    for name, value in figures.items():
        sys.stdout.write(f"{name:<44}{value}\n")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps(figures, indent=1), "utf-8")
    return 0


def _soak(asked: argparse.Namespace) -> dict[str, object]:
    """What a deployment does while a story is played against it."""
    with _site() as site:
        workspace = pressed_workspace(site.folder / "workspace", asked.speed, STORY)
        script = Script(workspace, asked.speed, asked.orders, asked.per_day, SEED, asked.faults)
        ready = made_ready(site, script)
        with playing(site, script.begun(), ready) as play:
            probe = _Probe(play)
            play.wait(_SECONDS, probe.look)
            soon = _answered_soon(site)
            with beside(play.ready.settings) as application:
                _settle(application)
                late = [each.total_seconds() for each in latenesses(application)]
        answered = [float(each) for each in play.report["pushed"]["waits"]]
        return {
            "pushes": len(answered),
            "push answered, p50 ms": _milliseconds(answered, 0.5),
            "push answered, p99 ms": _milliseconds(answered, 0.99),
            "pushes answered within 50 ms, as the servers count": soon,
            "push to page, p95 ms": _milliseconds(probe.seconds, 0.95),
            "alerts": len(late),
            "alert after it was due and known, p99 ms": _milliseconds(late, 0.99),
        }


def _backlog(clocks: int) -> dict[str, object]:
    """How a deployment that was down for three days works off what ran out meanwhile."""
    with _site() as site:
        settings = Settings.from_environment({**site.environment, "MAILUO_REDIS_URL": ""})
        clock = SetClock(datetime.now(UTC) - _DOWN)
        application = Application.open(settings, serving=True, workspace=ROOT, clock=clock)
        try:
            _fill(application, clocks, clock.now())
        finally:
            application.close()
        started, most, opened = time.monotonic(), 0, 0
        with site, beside(settings) as application:
            while (opened := _alerts(application)) < clocks and time.monotonic() < started + _SECONDS:
                most = max(most, *(site.memory(name) for name in site.commands))
                time.sleep(0.5)
            seconds = time.monotonic() - started
            _settle(application)
            doubled = _alerts(application) - clocks
    return {
        "clocks due after three days": clocks,
        "alerts opened": opened,
        "alerts too many": doubled,
        "seconds, with the start of six processes": round(seconds, 1),
        "most memory of a process, MB": most // 2**20,
    }


class _Probe:
    """Now and then makes a record, pushes a word about it, and sees how soon the page shows it."""

    def __init__(self, play: Play) -> None:
        self._urls = play.site.urls
        self._erp = Erp(play.site.environment)
        self._next = time.monotonic() + _LEAD.total_seconds()
        with beside(play.ready.settings) as application:
            token = application.accounts.add_token("probe", [ADMIN], ["manual"], OPERATOR)
        self._client = httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30, trust_env=False)
        self.seconds: list[float] = []

    def look(self) -> None:
        """Probes once a second."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _PROBE_SECONDS
        now = datetime.now(UTC)
        values = {"channel": "WK", "ordered_at": now.isoformat(), "channel_order_no": f"PROBE{now.timestamp()}"}
        records = f"{self._urls[0]}/api/v1/tables/orders/records"
        key = self._client.post(records, json=values).raise_for_status().json()["order_no"]
        push = self._erp.push(News(key, "status", now, {"order_no": key, "node": "paid"}), now)
        started = time.monotonic()
        hook = f"{self._urls[-1]}/hooks/erp/status"
        self._client.post(hook, content=push.body, headers=dict(push.headers)).raise_for_status()
        while not self._client.get(f"{records}/{key}").raise_for_status().json()["paid"]:
            time.sleep(_LOOK_SECONDS)
        self.seconds.append(time.monotonic() - started)


@contextmanager
def _site() -> Iterator[Site]:
    """A deployment on private servers."""
    postgres, redis = postgres_binaries(), redis_binary()
    if postgres is None or redis is None:
        raise FileNotFoundError("PostgreSQL and Redis are needed: apt-get install postgresql redis-server")
    with ExitStack() as servers:
        server = servers.enter_context(running_postgres(postgres))
        redis_url = servers.enter_context(running_redis(redis))
        folder = Path(servers.enter_context(tempfile.TemporaryDirectory()))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE load")
        yield deployment(folder, {}, server.replace("/postgres?", "/load?"), redis_url)


def _answered_soon(site: Site) -> float:
    """The share of pushes that the web processes answered within 50 ms, without the time that the sender took to see it."""
    counts = {"0.05": 0.0, "+Inf": 0.0}
    for url in site.urls:
        for family in text_string_to_metric_families(httpx.get(f"{url}/metrics", trust_env=False).text):
            for sample in family.samples:
                if sample.name == "mailuo_request_seconds_bucket" and sample.labels["endpoint"] == "hooks.push":
                    counts[sample.labels["le"]] = counts.get(sample.labels["le"], 0.0) + sample.value
    return round(counts["0.05"] / counts["+Inf"], 4)


def _fill(application: Application, clocks: int, now: datetime) -> None:
    """Orders whose parameters are waited for, so that one clock of each runs out two hours later."""
    given = {"channel": "WK", "kind": "custom", "ordered_at": now.isoformat(), "needs_install": False}
    lines = ["record,node,at,source"]
    for start in range(0, clocks, _BATCH):
        values = [{**given, "channel_order_no": f"L{number}"} for number in range(start, min(start + _BATCH, clocks))]
        made = application.records.create_many(OPERATOR, "orders", values)
        for each in cast("list[dict[str, Any]]", made["records"]):
            lines += [f"{each['order_no']},{node},{now.isoformat()},{source}" for node, source in _WAITED_FOR]
    file = application.settings.home / "claims.csv"
    file.write_text("\n".join(lines), "utf-8")
    application.claims.run(OPERATOR, file, Wish())


def _alerts(application: Application) -> int:
    alert = system.alert
    with application.store.read() as connection:
        return connection.scalar(select(func.count()).where(alert.c.rule == _RULE)) or 0


def _settle(application: Application) -> None:
    ends = time.monotonic() + _SECONDS
    while left_to_do(application) and time.monotonic() < ends:
        time.sleep(0.5)


def _milliseconds(seconds: Sequence[float], share: float) -> float | None:
    """A quantile."""
    found = sorted(seconds)
    return round(found[min(len(found) - 1, int(len(found) * share))] * 1000, 1) if found else None


if __name__ == "__main__":
    raise SystemExit(main())

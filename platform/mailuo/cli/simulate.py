"""`mailuo simulate`: plays a workspace's outside world against a running server, until it is stopped."""

import json
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event

import click

from mailuo.base.clock import SystemClock
from mailuo.base.problems import Refusal
from mailuo.cli.console import mention
from mailuo.cli.folders import EXISTING_FOLDER
from mailuo.cli.language import told
from mailuo.cli.simulation import TOKEN
from mailuo.cli.simulation.customers import Customers
from mailuo.cli.simulation.environment import write_environment
from mailuo.cli.simulation.faults import Faults
from mailuo.cli.simulation.messages import NO_TOKEN, PLAYED, PLAYING, PUSHED
from mailuo.cli.simulation.outside import Outside, outside
from mailuo.cli.simulation.pace import Pace
from mailuo.cli.simulation.player import Player, Tally
from mailuo.cli.simulation.plot import Author
from mailuo.cli.simulation.pusher import Pushed, Pusher
from mailuo.cli.simulation.reading import read_story
from mailuo.cli.simulation.reading_scenes import read_scenes
from mailuo.cli.simulation.scenes import NO_SCENES
from mailuo.cli.simulation.server import Server
from mailuo.cli.simulation.story import Story
from mailuo.cli.simulation.voices import Voices

_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_TURN_SECONDS = 0.001
"""How long a thread computes before another may: vendors who wait for each other here would seem slow answers of the server."""


@click.command(
    help=told(
        "按工作区的剧情（tables/samples/story.toml）模拟外部系统和同事：同事用 MAILUO_TOKEN 里的集成令牌经接口操作，"
        "外部系统在本机端口上应答并带签名推送。外部系统的地址和密钥取自环境变量；给出 --env 时缺的现编，并写进该文件供服务读取。",
        "Plays the workspace's story (tables/samples/story.toml): staff over the API, with the integration token in "
        "MAILUO_TOKEN; outside systems on ports of this machine, with signed pushes. Their addresses and secrets are those "
        "of the environment; with --env what is missing is made up, and written to that file for the server to read.",
    )
)
@click.option(
    "--url",
    "urls",
    multiple=True,
    default=("http://127.0.0.1:8000",),
    show_default=True,
    metavar="URL",
    help=told("服务地址，可以给几个", "the server; its addresses, where it has several"),
)
@click.option(
    "--workspace", metavar="DIR", type=EXISTING_FOLDER, default=Path(), help=told("工作区", "folder of the workspace")
)
@click.option(
    "--orders-per-day",
    "per_day",
    type=click.IntRange(1, 10_000_000),
    metavar="N",
    help=told("每天新增", "new records a day"),
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 100_000),
    metavar="X",
    help=told("快放倍数", "how much faster than real time"),
)
@click.option(
    "--days",
    type=click.FloatRange(0.001),
    metavar="D",
    help=told("剧情过了这么多天就停", "stop after so many days of the story"),
)
@click.option(
    "--records",
    "births",
    type=click.IntRange(0),
    metavar="N",
    help=told(
        "只新增这么多，走完为止（给了 --env 时各平台继续应答）",
        "only so many new records, until all is told; with --env vendors go on answering",
    ),
)
@click.option(
    "--seed",
    default=None,
    type=int,
    metavar="N",
    help=told("同一个数得到同一部剧情", "the same number tells the same story"),
)
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    metavar="TIME",
    help=told("剧情从这一刻开始（RFC 3339），默认现在", "when the story begins (RFC 3339); now, unless given"),
)
@click.option(
    "--faults",
    "share",
    default=0.03,
    show_default=True,
    type=click.FloatRange(0, 0.9),
    metavar="S",
    help=told("多少推送和应答出岔子（0–0.9）", "how many pushes and answers go wrong (0–0.9)"),
)
@click.option(
    "--scenes/--no-scenes",
    "staged",
    default=False,
    show_default=True,
    help=told(
        "首次还演出 scenes.toml：同事、各种预警和争议、客户答卷",
        "at first also what scenes.toml shows: colleagues, alerts, disputes, customers who answer",
    ),
)
@click.option("--env", "file", type=_NEW_FILE, metavar="FILE", help=told("写出环境变量", "write the environment"))
@click.option("--report", type=_NEW_FILE, metavar="FILE", help=told("结束时写出统计", "write a tally at the end"))
def simulate(
    urls: Sequence[str],
    workspace: Path,
    per_day: int | None,
    speed: float,
    days: float | None,
    births: int | None,
    seed: int | None,
    start: datetime | None,
    share: float,
    staged: bool,
    file: Path | None,
    report: Path | None,
) -> None:
    """Plays until it is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.setswitchinterval(_TURN_SECONDS)
    story = read_story(workspace) if per_day is None else read_story(workspace).faster(per_day)
    clock, faults = SystemClock(), Faults(share, Random(seed))  # noqa: S311  # a story, no secret
    with suppress(KeyboardInterrupt), outside(os.environ, clock, faults, every=file is not None) as world:
        if file is not None:
            write_environment(world.environment, file)
        server = Server(urls, _token(story, waiting=file is not None))
        pace, pusher = Pace(clock, speed, start), Pusher(urls)
        teller = Author(story, Random(seed), pace.real)  # noqa: S311
        on = server.connected()
        voices = Voices([each for each in story.voices if each.source in on], world, pusher, faults, pace, teller)
        author = Author(story, Random(seed), pace.real)  # noqa: S311
        scenes = read_scenes(workspace) if staged else NO_SCENES
        customers = [Customers(each, world, pace, teller) for each in scenes.answers]
        player = Player(story, author, server, pace, voices, customers)
        try:
            player.prepare(workspace, births, scenes)
            mention(PLAYING, url=urls[0], per_day=story.per_day, speed=f"{speed:g}")
            pusher.start()
            player.play(None if days is None else pace.start + timedelta(days=days))
            if file is not None and days is None:  # all is told: whoever was given our addresses may still call
                _tell(player.tally, pusher.pushed, world, report)
                Event().wait()
        finally:
            _tell(player.tally, pusher.pushed, world, report)


def _token(story: Story, *, waiting: bool) -> str:
    """The token of the environment; where the server is only about to start, the line that somebody writes to us."""
    token = os.environ.get(TOKEN) or (sys.stdin.readline().strip() if waiting else "")
    if not token:
        raise Refusal(NO_TOKEN(sources=" ".join(f"--source {name}" for name in story.sources)))
    return token


def _tell(tally: Tally, pushed: Pushed, world: Outside, report: Path | None) -> None:
    last = tally.last_refusal or "–"
    mention(PLAYED, records=tally.records, words=tally.words, refused=tally.refused, last=last)
    mention(PUSHED, taken=pushed.taken, refused=pushed.refused, believed=pushed.believed, lost=pushed.lost)
    if report is not None:
        told = {"played": asdict(tally), "pushed": asdict(pushed), "taken": world.taken}
        half = report.with_suffix(".half")
        half.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
        half.rename(report)

"""`mailuo simulate`: plays a workspace's outside world against a running server, until it is stopped."""

import os
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import click

from mailuo.base.clock import SystemClock
from mailuo.base.problems import Refusal
from mailuo.cli.console import mention
from mailuo.cli.folders import EXISTING_FOLDER
from mailuo.cli.language import told
from mailuo.cli.simulation import TOKEN
from mailuo.cli.simulation.messages import NO_TOKEN, PLAYED, PLAYING
from mailuo.cli.simulation.player import Pace, Player
from mailuo.cli.simulation.plot import Author
from mailuo.cli.simulation.reading import read_story
from mailuo.cli.simulation.server import Server
from mailuo.cli.simulation.story import Story


@click.command(
    help=told(
        "按工作区的剧情（tables/samples/story.toml）模拟外部系统和同事，用 MAILUO_TOKEN 里的集成令牌经接口操作。",
        "Plays the workspace's story (tables/samples/story.toml) over the API, with the integration token in MAILUO_TOKEN.",
    )
)
@click.option(
    "--url", default="http://127.0.0.1:8000", show_default=True, metavar="URL", help=told("服务地址", "the server")
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
    "--seed",
    default=None,
    type=int,
    metavar="N",
    help=told("同一个数得到同一部剧情", "the same number tells the same story"),
)
def simulate(
    url: str, workspace: Path, per_day: int | None, speed: float, days: float | None, seed: int | None
) -> None:
    """Plays until it is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    story = read_story(workspace) if per_day is None else read_story(workspace).faster(per_day)
    pace = Pace(SystemClock(), speed)
    author = Author(story, Random(seed), pace.real)  # noqa: S311  # a story, no secret
    player = Player(story, author, Server(url, _token(story)), pace)
    with suppress(KeyboardInterrupt):
        player.prepare(workspace)
        mention(PLAYING, url=url, per_day=story.per_day, speed=f"{speed:g}")
        player.play(None if days is None else pace.start + timedelta(days=days))
    tally = player.tally
    mention(PLAYED, records=tally.records, words=tally.words, refused=tally.refused, last=tally.last_refusal or "–")


def _token(story: Story) -> str:
    token = os.environ.get(TOKEN)
    if not token:
        raise Refusal(NO_TOKEN(sources=" ".join(f"--source {name}" for name in story.sources)))
    return token

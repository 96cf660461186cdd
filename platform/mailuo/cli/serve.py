"""`mailuo serve`: web, API and, unless a deployment does it elsewhere, jobs and clocks, in one process."""

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import click

import mailuo
from mailuo.app import Application
from mailuo.base import logs
from mailuo.base.problems import Refusal
from mailuo.base.settings import Settings, is_loopback
from mailuo.cli.console import mention, say, settings
from mailuo.cli.folders import EXISTING_FOLDER
from mailuo.cli.language import told
from mailuo.cli.listening import Address, check_free, listen, web
from mailuo.cli.messages import (
    ADMIN_PASSWORD,
    DIFFERS,
    NEEDS_BASE_URL,
    NEEDS_SECRET,
    NO_WORKSPACE,
    ONE_PROCESS,
    SERVING,
)
from mailuo.cli.sample import living_sample
from mailuo.metadata import read_folder
from mailuo.storage import revisions
from mailuo.storage.engine import Store

_LEAST_SECRET = 16


@click.command(
    help=told(
        "运行网页、接口，以及（没有另设进程时）任务和时钟。空的数据目录会先发布 --workspace 里的工作区。",
        "Serves web and API and, unless other processes do, jobs and clocks. An empty home first publishes --workspace.",
    )
)
@click.option("--workspace", metavar="DIR", type=EXISTING_FOLDER, help=told("工作区", "folder of the workspace"))
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="H", help=told("监听地址", "address to listen on")
)
@click.option("--port", default=8000, show_default=True, metavar="N", type=click.IntRange(1, 65_535))
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help=told("进程数", "how many processes")
)
@click.option(
    "--sample",
    is_flag=True,
    help=told(
        "同时用示例数据模拟业务（需要 --workspace 里的剧情）", "also play the story of --workspace, as a live sample"
    ),
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.01, 100_000),
    metavar="X",
    help=told("示例的快放倍数", "how much faster than real time the sample is played"),
)
def serve(workspace: Path | None, host: str, port: int, processes: int, sample: bool, speed: float) -> None:
    """Serves until it is stopped."""
    address = Address(host, port)
    found = replace(_reachable(settings(), address), sample=sample)
    if processes > 1 and found.database_url.startswith("sqlite"):
        raise Refusal(ONE_PROCESS())
    logs.begin(found.log)
    check_free(address)
    create = web()
    with living_sample(workspace or Path(), address.url, speed) if sample else nullcontext() as player:
        if player is not None:
            os.environ.update(player.environment)
        application = Application.open(found, serving=True, workspace=workspace or _first_workspace(found))
        try:
            _tell(application, workspace, address)
            if player is not None:
                player.play(application)
            listen(application, create(application), address, processes)
        finally:
            application.close()


def _reachable(found: Settings, address: Address) -> Settings:
    """The settings of a server at this address, whose links lead to it; refuses to let other machines in without what makes that safe."""
    if is_loopback(address.host):
        return replace(found, base_url=found.base_url or address.url)
    problems = [] if found.base_url else [NEEDS_BASE_URL(host=address.host)]
    if len(found.secret_key or "") < _LEAST_SECRET:
        problems.append(NEEDS_SECRET(host=address.host, least=_LEAST_SECRET))
    if problems:
        raise Refusal(*problems)
    return found


def _first_workspace(found: Settings) -> Path | None:
    """The workspace for a home where nothing is published: this folder's, or the one that ships with the program."""
    store = Store.open(found.database_url, found.home)
    try:
        if revisions.running(store) is not None:
            return None
    finally:
        store.close()
    for folder in (Path(), Path(mailuo.__file__).parent / "starter"):
        if read_folder(folder):
            return folder
    raise Refusal(NO_WORKSPACE())


def _tell(application: Application, workspace: Path | None, address: Address) -> None:
    """Prints what whoever starts the server has to know."""
    if application.admin_password is not None:
        say(ADMIN_PASSWORD, password=application.admin_password)
    number = application.in_force.current.number
    if workspace is not None and read_folder(workspace) != application.declarations.files(number):
        mention(DIFFERS, folder=workspace, revision=number)
    say(SERVING, url=application.settings.base_url or address.url)
    sys.stdout.flush()

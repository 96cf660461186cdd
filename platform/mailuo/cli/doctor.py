"""`mailuo doctor`: how the installation stands, in words, with the fix for what is not well."""

from urllib.parse import urlsplit

import click

from mailuo.app import Figures
from mailuo.base.settings import Settings
from mailuo.cli.acting import application
from mailuo.cli.console import fail, say
from mailuo.cli.language import LANGUAGE, told
from mailuo.cli.messages import WELL


@click.command(help=told("系统是否正常；不正常时说明怎么办。", "Whether all is well, and what to do when it is not."))
def doctor() -> None:
    """Prints how things stand; exits with 1 when something is not well."""
    with application() as app:
        for name, value in (*_of_settings(app.settings), *_of_figures(app.health.figures())):
            click.echo(f"{name}: {value}")
        problems, remarks = app.health.findings(), app.health.remarks()
    for problem in (*remarks, *problems):
        click.echo(f"! {problem.text(LANGUAGE)}")
    if problems:
        fail()
    say(WELL)


def _of_settings(found: Settings) -> list[tuple[str, object]]:
    """What the settings come to; secrets are not told."""
    parts = urlsplit(found.database_url)
    database = found.database_url if not parts.password else found.database_url.replace(parts.password, "***")
    return [
        (told("数据目录", "home"), found.home),
        (told("数据库", "database"), database),
        (told("附件", "files"), found.files),
        (
            told("对外地址", "public address"),
            found.base_url or told("未写（只供本机使用）", "unset (this machine only)"),
        ),
        (told("时区", "time zone"), found.timezone.key),
    ]


def _of_figures(found: Figures) -> list[tuple[str, object]]:
    """The numbers that people ask about."""
    recompute = found.recompute
    progress = told("已完成", "done") if found.recomputed else f"{recompute.done} / {recompute.total}"
    return [
        (told("现行版本", "revision"), found.revision),
        (told("重算", "recomputation"), progress),
        (told("时钟", "clocks"), told(*_late(found.clocks_pending, found.clocks_late))),
        (told("事件", "events"), told(*_parked(found.outbox_pending, found.outbox_parked))),
        (told("任务", "jobs"), told(*_parked(found.jobs_waiting + found.jobs_running, found.jobs_parked))),
        (told("未处理预警", "open alerts"), found.alerts_open),
    ]


def _late(pending: int, late: int) -> tuple[str, str]:
    return f"{pending} 个在走，{late} 个晚了", f"{pending} run, {late} are late"


def _parked(waiting: int, parked: int) -> tuple[str, str]:
    return f"{waiting} 个等待，{parked} 个搁置", f"{waiting} wait, {parked} are parked"

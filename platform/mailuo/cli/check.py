"""`mailuo check`: every error of a workspace's declarations, a line each."""

from pathlib import Path

import click

from mailuo.base.problems import Refusal
from mailuo.cli.console import fail, mention, say, settings
from mailuo.cli.folders import WORKSPACE
from mailuo.cli.language import LANGUAGE, told
from mailuo.cli.messages import CHECKED, COUNTED_PROBLEMS
from mailuo.metadata import Manifest, load, read_folder
from mailuo.metadata.carrying import carried
from mailuo.metadata.grammar_messages import NO_DECLARATIONS


@click.command(
    help=told(
        "检查 DIR 里的声明，列出全部错误：文件:行:列 路径: 说明。", "Lists every error of the declarations in DIR."
    )
)
@WORKSPACE
def check(folder: Path) -> None:
    """Prints every problem on stdout, and on stderr what is right but worth a look; exits with 1 for a problem."""
    files = read_folder(folder)
    if not files:
        raise Refusal(NO_DECLARATIONS(folder=folder))
    found = load(files, settings().timezone.key)
    if isinstance(found, Manifest):
        say(
            CHECKED,
            tables=len(found.tables),
            roles=len(found.roles),
            alerts=len(found.alerts),
            automations=len(found.automations),
            connectors=len(found.connectors),
            scenarios=len(found.scenarios),
        )
        for warning in carried(found):
            click.echo(warning.line(LANGUAGE), err=True)
        return
    for problem in found:
        click.echo(problem.line(LANGUAGE))
    mention(COUNTED_PROBLEMS, count=len(found))
    fail()

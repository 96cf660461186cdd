"""`mailuo test`: plays the scenarios of a workspace."""

from pathlib import Path

import click

from mailuo.app.scenarios import Result, junit, lines, run_scenarios, summary
from mailuo.base.problems import Refusal
from mailuo.cli.console import fail, settings
from mailuo.cli.folders import NEW_FILE, WORKSPACE
from mailuo.cli.language import LANGUAGE, told
from mailuo.metadata import read_folder
from mailuo.metadata.grammar_messages import NO_DECLARATIONS


@click.command(
    help=told("运行 DIR 里的情景：应当怎样，实际怎样。", "Plays the scenarios of DIR: expected beside happened.")
)
@WORKSPACE
@click.option("--junit", "report", metavar="FILE", type=NEW_FILE, help=told("另写 JUnit 报告", "also write JUnit XML"))
def test(folder: Path, report: Path | None) -> None:
    """Prints how each scenario went as soon as it has; exits with 1 when one did not pass."""
    files = read_folder(folder)
    if not files:
        raise Refusal(NO_DECLARATIONS(folder=folder))
    results: list[Result] = []
    for result in run_scenarios(files, zone=settings().timezone.key, language=LANGUAGE):
        results.append(result)
        for line in lines(result, LANGUAGE):
            click.echo(line)
    click.echo(summary(results, LANGUAGE))
    if report is not None:
        report.absolute().parent.mkdir(parents=True, exist_ok=True)
        report.write_text(junit(results, LANGUAGE), "utf-8")
    if not all(result.passed for result in results):
        fail()

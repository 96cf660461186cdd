"""`mailuo import`, `claims` and `records`: rows in from a file, and out of a table."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO

import click

from mailuo.app import Application
from mailuo.base.moments import format_moment
from mailuo.cli.acting import OPERATOR, application
from mailuo.cli.console import fail, mention, say
from mailuo.cli.folders import EXISTING_FILE, NEW_FILE
from mailuo.cli.language import LANGUAGE, told
from mailuo.cli.messages import LEFT_OUT, REJECTED, SEEN, TAKEN_IN, WOULD_TAKE_IN, WRITTEN_OUT
from mailuo.cli.progress import bar
from mailuo.exchange import FORMATS, REJECTS_ENDING, Imported, Progress, Wish, read_mapping
from mailuo.records import Query

_MOST_SHOWN = 10


def _manner(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how a file is taken in."""
    options = (
        click.option(
            "--all-or-nothing", is_flag=True, help=told("有一行不对就都不写", "write nothing if one row fails")
        ),
        click.option(
            "--again", is_flag=True, help=told("导入过的文件再导一次", "take a file in that was taken in before")
        ),
        click.option("--live", is_flag=True, help=told("触发规则和消息", "let rules and messages follow")),
        click.option("--dry-run", is_flag=True, help=told("只检查，不写入", "only check")),
    )

    @wraps(command)
    def whole(**values: Any) -> None:
        command(**values)

    for option in reversed(options):
        whole = option(whole)
    return whole


@click.command(
    "import",
    help=told(
        "把 FILE（csv、xlsx、ndjson）导入表 TABLE；有问题的行写到 FILE.rejects.csv。",
        "Takes FILE (csv, xlsx, ndjson) into TABLE; rows that are wrong go to FILE.rejects.csv.",
    ),
)
@click.argument("table", metavar="TABLE")
@click.argument("file", metavar="FILE", type=EXISTING_FILE)
@click.option(
    "--map", "mapping", metavar="FILE", type=EXISTING_FILE, help=told("列与字段的对应", "which column is which field")
)
@click.option("--upsert", is_flag=True, help=told("编号已有的就更新", "update records whose key is there"))
@_manner
def take_in(table: str, file: Path, mapping: Path | None, upsert: bool, **manner: Any) -> None:
    """Imports, quietly unless asked otherwise; exits with 1 when rows were returned."""
    fields = read_mapping(mapping.read_text("utf-8", "replace")) if mapping else None
    wish = Wish(mapping=fields, upsert=upsert, rejects=_rejects(file), **manner)
    with application() as app, _watched(file) as watch:
        _report(app, app.imports.run(OPERATOR, table, file, wish, watch))


@click.command(
    help=told(
        "导入节点时间（CSV：record,node,at,source[,received_at]）。",
        "Takes claims in (CSV: record,node,at,source[,received_at]).",
    )
)
@click.argument("file", metavar="FILE", type=EXISTING_FILE)
@_manner
def claims(file: Path, **manner: Any) -> None:
    """Imports claims, quietly unless asked otherwise; exits with 1 when lines were returned."""
    wish = Wish(rejects=_rejects(file), **manner)
    with application() as app, _watched(file) as watch:
        _report(app, app.claims.run(OPERATOR, file, wish, watch))


@click.command(help=told("导出表 TABLE 的记录。", "Writes the records of TABLE."))
@click.argument("table", metavar="TABLE")
@click.option("--filter", "condition", metavar="F", help=told("公式", "a formula"))
@click.option("--sort", metavar="S", help=told("排序，如 -ordered_at", "such as -ordered_at"))
@click.option("--fields", metavar="A,B", help=told("只要这些字段", "only these fields"))
@click.option("--format", "format_", default="csv", type=click.Choice(list(FORMATS)))
@click.option(
    "--output", metavar="FILE", type=NEW_FILE, help=told("写到文件；不写则到标准输出", "a file in place of stdout")
)
def records(
    table: str, condition: str | None, sort: str | None, fields: str | None, format_: str, output: Path | None
) -> None:
    """Streams the records; in bounded memory, however many there are."""
    names = tuple(name.strip() for name in fields.split(",")) if fields else None
    query = Query(filter=condition, sort=sort, fields=names)
    with application() as app, bar(table) as tell:
        pieces = app.exports.stream(OPERATOR, table, query, format_, watch=lambda count: tell(count, None))
        with _target(output) as target:
            for piece in pieces:
                target.write(piece)
    if output is not None:
        mention(WRITTEN_OUT, file=output)


def _rejects(file: Path) -> Path:
    return file.with_name(file.name + REJECTS_ENDING)


@contextmanager
def _watched(file: Path) -> Iterator[Callable[[Progress], None]]:
    """What shows how far an import is."""
    with bar(file.name) as tell:
        yield lambda progress: tell(progress.done, progress.total)


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """Where an export goes: a file that is whole or not there, or stdout."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    half = output.with_name(f"{output.name}.part")
    with half.open("wb") as target:
        yield target
    half.replace(output)


def _report(app: Application, outcome: Imported) -> None:
    """Prints what became of a file; ends with 1 when rows were returned."""
    if outcome.seen is not None:
        at = format_moment(outcome.seen.at, app.in_force.current.zone)
        say(SEEN, file=outcome.name, at=at, by=outcome.seen.by)
        return
    say(WOULD_TAKE_IN if outcome.dry_run else TAKEN_IN, file=outcome.name, written=outcome.written, total=outcome.total)
    if outcome.left_out:
        mention(LEFT_OUT, columns=", ".join(outcome.left_out))
    for reject in outcome.rejects[:_MOST_SHOWN]:
        click.echo(_line(reject.json(LANGUAGE)), err=True)
    if outcome.rejected:
        mention(REJECTED, count=outcome.rejected, file=outcome.rejects_file or "–")
        fail()


def _line(reject: Mapping[str, object]) -> str:
    row = told(f"第 {reject['row']} 行", f"row {reject['row']}")
    field = f" {reject['field']}" if reject["field"] else ""
    return f"{row}{field}: {reject['message']}"

"""`mailuo erase`: a person's data go, everywhere, on demand."""

import click

from mailuo.cli.acting import OPERATOR, application
from mailuo.cli.console import say
from mailuo.cli.language import told
from mailuo.cli.messages import ERASED


@click.command(
    help=told(
        "抹去表 TABLE 里 KEY 的个人资料：记录、历史、附件和消息；时间和编号保留。",
        "Blanks the personal data of KEY in TABLE: record, history, files and messages; times and keys stay.",
    )
)
@click.argument("table", metavar="TABLE")
@click.argument("key", metavar="KEY")
def erase(table: str, key: str) -> None:
    """Erases, and notes that it was done."""
    with application() as app:
        answer = app.records.erase(OPERATOR, table, key)
        app.audit.add(OPERATOR, "erased", table=table, record=str(answer["id"]))
        app.uploads.sweep()
    say(ERASED, table=table, key=key)

"""Explaining a wrong call, in the reader's language."""

import click

from mailuo.cli.language import told


def explain(error: click.UsageError) -> None:
    """Prints what is wrong with a call and how it is called, to stderr."""
    if error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(told("试试：", "Try: ") + f"{error.ctx.command_path} --help", err=True)
    click.echo(told("用法不对：", "Wrong call: ") + _sentence(error), err=True)


def _sentence(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            near = "、".join(error.possibilities or ())
            said = told(f"没有选项 {error.option_name}", f"there is no option {error.option_name}")
            return said + (told(f"。是不是 {near}？", f". Did you mean {near}?") if near else "")
        case click.MissingParameter(param=param) if param is not None:
            name = param.make_metavar(error.ctx) if error.ctx and isinstance(param, click.Argument) else param.opts[0]
            return told(f"缺少 {name}", f"{name} is missing")
    return error.format_message()

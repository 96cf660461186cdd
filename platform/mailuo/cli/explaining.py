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
            near = next(iter(error.possibilities or ()), None)
            said = told(f"没有选项 {error.option_name}", f"there is no option {error.option_name}")
            return said + (told(f"。是不是 {near}？", f". Did you mean {near}?") if near else "")
        case click.MissingParameter(param=param) if param is not None:
            return told(f"缺少 {_name(param, error)}", f"{_name(param, error)} is missing")
        case click.BadParameter(param=param, message=message) if param is not None:
            return told(f"{_name(param, error)} 不对：{message}", f"{_name(param, error)} is wrong: {message}")
    return error.format_message()


def _name(param: click.Parameter, error: click.UsageError) -> str:
    """How the usage calls a parameter."""
    if isinstance(param, click.Argument) and error.ctx is not None:
        return param.make_metavar(error.ctx).strip("[]")
    return param.opts[0]

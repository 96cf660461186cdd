"""Explaining a wrong call, in the reader's language."""

from collections.abc import Sequence

import click
from click.exceptions import NoArgsIsHelpError, NoSuchCommand

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
            said = told(f"没有选项 {error.option_name}", f"there is no option {error.option_name}")
            return said + _near(error.possibilities)
        case NoSuchCommand():
            said = told(f"没有命令 {error.command_name}", f"there is no command {error.command_name}")
            return said + _near(error.possibilities)
        case click.BadOptionUsage(option_name=name):
            return told(
                f"{name} 的写法不对：要值的选项后面写上值，开关后面不写",
                f"{name} is written wrong: a value follows an option that takes one, and no switch",
            )
        case NoArgsIsHelpError():
            return told("还要写上命令", "a command is wanted")
        case click.MissingParameter(param=param) if param is not None:
            return told(f"缺少 {_name(param, error)}", f"{_name(param, error)} is missing")
        case click.BadParameter(param=param, message=message) if param is not None:
            said = _wanted(param.type) or message
            return told(f"{_name(param, error)} 不对：{said}", f"{_name(param, error)} is wrong: {said}")
    return error.format_message()


def _near(names: Sequence[str] | None) -> str:
    near = next(iter(names or ()), None)
    return told(f"。是不是 {near}？", f". Did you mean {near}?") if near else ""


def _wanted(type_: click.ParamType[object]) -> str | None:
    """What a parameter of one of click's own types takes, or None for those that say it themselves."""
    match type_:
        case click.Choice(choices=choices):
            return told("可以写 ", "it takes ") + " / ".join(map(str, choices))
        case click.IntRange(min=least, max=most):
            return told("应是整数", "it takes a whole number") + _bounds(least, most)
        case click.FloatRange(min=least, max=most):
            return told("应是数字", "it takes a number") + _bounds(least, most)
    return None


def _bounds(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return "" if least is None else told(f"，至少 {least}", f", {least} at least")
    return told(f"，{least} 到 {most}", f" from {least} to {most}")


def _name(param: click.Parameter, error: click.UsageError) -> str:
    """How the usage calls a parameter."""
    if isinstance(param, click.Argument) and error.ctx is not None:
        return param.make_metavar(error.ctx).strip("[]")
    return param.opts[0]

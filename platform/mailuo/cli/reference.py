"""The reference of commands and settings, written from their tables: `python -m mailuo.cli.reference`."""

import importlib
import sys
from collections.abc import Iterator

import click

from mailuo.base.settings import SETTINGS
from mailuo.cli.commands import COMMANDS

_OPENING = """\
# 命令与设置 / Commands and settings

由命令表和设置表写成，请勿手改：`python -m mailuo.cli.reference > docs/commands.md`。
Written from the tables of commands and settings; do not edit: `python -m mailuo.cli.reference > docs/commands.md`.

退出码：0 正常，1 给的内容不对，2 命令写得不对。`mailuo` 和 `python -m mailuo` 相同；语言随 `MAILUO_LANG`。
Exit codes: 0 is fine, 1 says that what was given is wrong, 2 that the call is. The language follows `MAILUO_LANG`.

"""
_COMMANDS = "## 命令 / Commands\n\n| 写法 / written | 做什么 | does |\n| --- | --- | --- |\n"
_SETTINGS = "\n\n## 环境变量 / Environment\n\n| 名称 / name | 默认 / default | 意思 | meaning |\n| --- | --- | --- | --- |\n"


def reference() -> str:
    """The whole document, as Markdown."""
    settings = "\n".join(f"| `{each.name}` | {_default(each.default)} | {each.zh} | {each.en} |" for each in SETTINGS)
    return f"{_OPENING}{_COMMANDS}" + "\n".join(_commands()) + f"{_SETTINGS}{settings}\n"


def _default(text: str) -> str:
    return f"`{text}`" if text else "–"


def _commands() -> Iterator[str]:
    for name, entry in COMMANDS.items():
        command = getattr(importlib.import_module(entry.module), entry.attribute)
        written = [_written(f"mailuo {name}", each) for each in _leaves(name, command)]
        yield f"| {'<br>'.join(written)} | {entry.zh} | {entry.en} |"


def _leaves(name: str, command: click.Command) -> list[tuple[str, click.Command]]:
    """A command by itself, or those of a group with their own names."""
    if isinstance(command, click.Group):
        return [(f" {below}", each) for below, each in command.commands.items()]
    return [("", command)]


def _written(start: str, leaf: tuple[str, click.Command]) -> str:
    """How a command is called, with all that it takes."""
    below, command = leaf
    words = [_word(each) for each in command.params]
    return f"`{' '.join([start + below, *words])}`".replace("|", "\\|")


def _word(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return parameter.make_metavar(click.Context(click.Command("mailuo")))
    assert isinstance(parameter, click.Option)
    value = "" if parameter.is_flag else f" {parameter.metavar or (parameter.name or '').upper()}"
    word = f"{parameter.opts[-1]}{value}"
    many = " …" if parameter.multiple else ""
    return f"{word}{many}" if parameter.required else f"[{word}{many}]"


if __name__ == "__main__":
    sys.stdout.write(reference())

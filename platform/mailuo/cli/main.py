"""The command `mailuo`: finds the command that is called, and turns whatever it raises into a sentence and an exit code.

0 is fine, 1 says that what was given is wrong, 2 that the call is. Nobody ever sees a traceback: the log does.
"""

import importlib
import logging
import os
import sys
from collections.abc import Sequence

import click

from mailuo.base import logs
from mailuo.base.near import nearest
from mailuo.base.problems import Refusal
from mailuo.base.reasons import Failure
from mailuo.cli.commands import COMMANDS
from mailuo.cli.console import LOG, complain, log_path, mention
from mailuo.cli.explaining import explain
from mailuo.cli.language import told
from mailuo.cli.messages import FAULT, STORE_AWAY

_FINE, _WRONG, _WRONG_CALL, _INTERRUPTED = 0, 1, 2, 130


class Commands(click.Group):
    """The commands of the table; each is loaded when it is called, so that none pays for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with a name, loaded now."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found = getattr(importlib.import_module(entry.module), entry.attribute)
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names; tells the near one of a name that is none."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = nearest(name, COMMANDS)
            said = told(f"没有命令 {name}", f"there is no command {name}")
            raise click.UsageError(said + (told(f"。是不是 {near}？", f". Did you mean {near}?") if near else ""), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what each command is for, from the table."""
        with formatter.section(told("命令", "Commands")):
            formatter.write_dl([(name, told(entry.zh, entry.en)) for name, entry in COMMANDS.items()])


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help=told("脉络：表格、流程和预警。", "Mailuo: tables whose records move along a flow."),
)
@click.version_option(package_name="mailuo", prog_name="mailuo")
def mailuo() -> None:
    """The group of all commands."""


def main() -> None:
    """Runs the command that the arguments call, and exits with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command that the arguments call."""
    _begin_log()
    try:
        code = mailuo.main(args=list(arguments), prog_name="mailuo", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        explain(error)
        return _WRONG_CALL
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return _WRONG
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except Refusal as refusal:
        complain(refusal.problems)
        return _WRONG
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _FINE
    except ConnectionError as error:
        LOG.warning("the store is away: %s", error)
        complain((error.why,)) if isinstance(error, Failure) else mention(STORE_AWAY)
        return _WRONG
    except Exception as error:  # noqa: BLE001 - the outermost handler
        mention(FAULT, trace=logs.fault(LOG, "command", error), log=log_path())
        return _WRONG
    return code if isinstance(code, int) else _FINE


def _begin_log() -> None:
    """Sends the log of a command to a file below the home, made with its first line; servers send theirs to stderr."""
    handler = logs.LateFile(log_path())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)

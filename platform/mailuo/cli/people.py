"""`mailuo user` and `mailuo token`: who may sign in, and which programs may call."""

import sys
from collections.abc import Sequence

import click

from mailuo.base.problems import Refusal
from mailuo.cli.acting import OPERATOR, application
from mailuo.cli.console import say
from mailuo.cli.language import told
from mailuo.cli.messages import (
    ADDED_PERSON,
    ADDED_QUIETLY,
    ADDED_TOKEN,
    DONE,
    EMPTY_PASSWORD,
    NEW_PASSWORD,
)

_NAME = click.argument("name", metavar="NAME")
_ROLES = click.option(
    "--role",
    "roles",
    metavar="R",
    multiple=True,
    required=True,
    help=told("角色，可多次", "a role; may be given again"),
)


@click.group(help=told("人员。", "People."))
def user() -> None:
    """The group of commands about people."""


@user.command(
    "add", help=told("添加一个人；最后一行是一次性密码。", "Adds a person; the last line is a one-time password.")
)
@_NAME
@_ROLES
@click.option("--email", metavar="E")
@click.option("--wecom", metavar="ID", help=told("企业微信号", "account at WeCom"))
@click.option("--phone", metavar="P")
@click.option("--password-stdin", is_flag=True, help=told("从标准输入读密码", "read the password from standard input"))
def add_user(
    name: str, roles: Sequence[str], email: str | None, wecom: str | None, phone: str | None, password_stdin: bool
) -> None:
    """Adds a person, and prints the password alone on the last line unless it was given."""
    given = _password() if password_stdin else None
    with application() as app:
        password = app.accounts.add_person(
            name, roles, email=email, wecom=wecom, phone=phone, password=given, by=OPERATOR
        )
    listed = ", ".join(roles)
    if given is not None:
        say(ADDED_QUIETLY, name=name, roles=listed)
        return
    say(ADDED_PERSON, name=name, roles=listed)
    click.echo(password)


@user.command("list", help=told("列出所有人。", "Lists everybody."))
def list_users() -> None:
    """Prints a line a person: name, roles, whether disabled."""
    with application() as app:
        for each in app.accounts.people():
            state = told("停用", "disabled") if each.disabled_at else ""
            click.echo(f"{each.name}\t{', '.join(each.roles)}\t{state}".rstrip())


@user.command("roles", help=told("改为恰好这些角色。", "Gives exactly these roles."))
@_NAME
@_ROLES
def set_roles(name: str, roles: Sequence[str]) -> None:
    """Changes somebody's roles; their sessions end."""
    with application() as app:
        app.accounts.set_roles(name, roles, by=OPERATOR)
    say(DONE, name=name)


@user.command("disable", help=told("停用一个人。", "Keeps somebody from signing in."))
@_NAME
def disable(name: str) -> None:
    """Disables a person; their sessions end."""
    with application() as app:
        app.accounts.disable(name, by=OPERATOR)
    say(DONE, name=name)


@user.command("enable", help=told("恢复一个人。", "Lets somebody sign in again."))
@_NAME
def enable(name: str) -> None:
    """Enables a person again."""
    with application() as app:
        app.accounts.enable(name, by=OPERATOR)
    say(DONE, name=name)


@user.command("password", help=told("换一个新的一次性密码。", "A new one-time password."))
@_NAME
def reset_password(name: str) -> None:
    """Prints a new password alone on the last line; the person's sessions end."""
    with application() as app:
        password = app.accounts.reset_password(name, by=OPERATOR)
    say(NEW_PASSWORD, name=name)
    click.echo(password)


@click.group(help=told("接口令牌。", "API tokens."))
def token() -> None:
    """The group of commands about tokens."""


@token.command("add", help=told("添加一个令牌；最后一行是令牌。", "Adds a token; the last line is the token."))
@_NAME
@click.option("--role", "roles", metavar="R", multiple=True, help=told("角色，可多次", "a role; may be given again"))
@click.option(
    "--source",
    "sources",
    metavar="S",
    multiple=True,
    help=told("可以代表的来源，可多次", "a source it may speak for; may be given again"),
)
def add_token(name: str, roles: Sequence[str], sources: Sequence[str]) -> None:
    """Adds a token, and prints it alone on the last line."""
    if not roles and not sources:
        raise click.UsageError(told("缺少 --role 或 --source", "--role or --source is missing"), click.get_current_context())
    with application() as app:
        secret = app.accounts.add_token(name, roles, sources, OPERATOR)
    say(ADDED_TOKEN, name=name)
    click.echo(secret)


@token.command("list", help=told("列出有效的令牌。", "Lists the tokens that work."))
def list_tokens() -> None:
    """Prints a line a token: its id, name, roles and sources."""
    with application() as app:
        for each in app.accounts.tokens():
            click.echo(f"{each.id}\t{each.name}\t{', '.join(each.roles)}\t{', '.join(each.sources)}".rstrip())


@token.command("revoke", help=told("作废一个令牌（ID 见 token list）。", "Ends a token (its ID stands in token list)."))
@click.argument("credential", metavar="ID")
def revoke(credential: str) -> None:
    """Ends a token at once."""
    with application() as app:
        app.accounts.revoke(credential, by=OPERATOR)
    say(DONE, name=credential)


def _password() -> str:
    """The first line of standard input."""
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise Refusal(EMPTY_PASSWORD())
    return given

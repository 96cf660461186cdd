"""`mailuo sign`: what a vendor's signing, verifying or decrypting makes of given secrets and inputs."""

import json
from pathlib import Path
from typing import Any

import click

from mailuo.base.problems import Message, Refusal
from mailuo.cli.console import fail
from mailuo.cli.folders import EXISTING_FILE
from mailuo.cli.language import LANGUAGE, told
from mailuo.connectors.signing import BY_NAME, SIGNERS
from mailuo.connectors.signing.numbers import parse_numbers_verbatim, written
from mailuo.connectors.signing.signer import Unsigned

NO_SCHEME = Message(
    "unknown_scheme",
    zh="没有签名方式 {found}；mailuo sign --list 列出全部",
    en="There is no scheme {found}; mailuo sign --list names them all",
)
NOT_GIVEN = Message(
    "invalid",
    zh='{file} 应当是 {{"secrets": {{…}}, "inputs": {{…}}}}',
    en='{file} should be {{"secrets": {{…}}, "inputs": {{…}}}}',
)
NOT_READ = Message(
    "invalid",
    zh="{scheme} 读不懂这些 secrets 和 inputs（{wrong}）：有的成员不是它要的形式",
    en="{scheme} cannot read these secrets and inputs ({wrong}): a member does not have the form it wants",
)
MEMBER_MISSING = Message("required", zh="{scheme} 还需要 {member}", en="{scheme} needs {member} as well")


@click.command(
    help=told(
        "显示某种签名方式对给定密钥和输入的结果（JSON）；校验不通过时退出码为 1。",
        "Prints as JSON what a scheme makes of given secrets and inputs; exits with 1 for a refused verification.",
    )
)
@click.argument("scheme", required=False, metavar="SCHEME")
@click.option(
    "--file",
    "file",
    type=EXISTING_FILE,
    metavar="JSON",
    help=told("含 secrets 与 inputs 的文件", "the file with secrets and inputs"),
)
@click.option("--list", "listed", is_flag=True, help=told("列出全部签名方式", "name every scheme"))
def sign(scheme: str | None, file: Path | None, listed: bool) -> None:
    """Explains one signature, or lists the schemes."""
    if listed:
        for signer in SIGNERS:
            click.echo(" ".join((signer.name, *signer.also)))
        return
    if scheme is None or file is None:
        raise click.UsageError(told("请写 SCHEME 和 --file，或 --list", "give SCHEME and --file, or --list"))
    if scheme not in BY_NAME:
        raise Refusal(NO_SCHEME(found=scheme))
    given = _read(file)
    try:
        result = BY_NAME[scheme].explain(given["secrets"], given["inputs"])
    except Unsigned as refused:
        click.echo(json.dumps({"valid": False, "reason": refused.why.text(LANGUAGE)}, ensure_ascii=False))
        fail()
    except (ValueError, TypeError, AttributeError, IndexError, OSError) as wrong:
        raise Refusal(NOT_READ(scheme=scheme, wrong=type(wrong).__name__)) from None
    except KeyError as missing:
        raise Refusal(MEMBER_MISSING(scheme=scheme, member=missing.args[0])) from None
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


def _read(file: Path) -> dict[str, Any]:
    given = parse_numbers_verbatim(file.read_bytes())
    if not isinstance(given, dict) or not _is_text(given) or not all(isinstance(given.get(name), dict) for name in ("secrets", "inputs")):
        raise Refusal(NOT_GIVEN(file=file))
    return given


def _is_text(given: dict[str, Any]) -> bool:
    """Whether everything that is said can be written: half a character cannot."""
    try:
        written(given).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True

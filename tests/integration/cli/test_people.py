"""user and token: what they print, and what works with it."""

import io
import os

import pytest

from mailuo.app import opened
from mailuo.base.settings import Settings
from tests.integration.cli.conftest import Mailuo

pytestmark = pytest.mark.usefixtures("published")


def test_the_password_stands_alone_on_the_last_line(mailuo: Mailuo) -> None:
    outcome = mailuo("user", "add", "陈工", "--role", "nurse", "--role", "billing", "--email", "chen@example.com")
    assert outcome.code == 0
    with opened(Settings.from_environment(os.environ)) as application:
        actor = application.accounts.sign_in("陈工", outcome.last, "192.0.2.1").actor
        assert actor.roles == ("billing", "nurse")
        assert application.accounts.people()[0].email == "chen@example.com"


def test_a_password_from_standard_input_is_not_printed(mailuo: Mailuo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("given to her\n"))
    outcome = mailuo("user", "add", "王工", "--role", "nurse", "--password-stdin")
    assert outcome.code == 0
    assert "given" not in outcome.out
    with opened(Settings.from_environment(os.environ)) as application:
        assert application.accounts.sign_in("王工", "given to her", "192.0.2.1")


def test_an_unknown_role_is_refused(mailuo: Mailuo) -> None:
    outcome = mailuo("user", "add", "陈工", "--role", "nurze")
    assert (outcome.code, outcome.out) == (1, "")
    assert "nurse" in outcome.err


def test_a_person_without_a_role_is_a_wrong_call(mailuo: Mailuo) -> None:
    assert mailuo("user", "add", "陈工").code == 2


def test_people_can_be_listed_changed_and_disabled(mailuo: Mailuo) -> None:
    mailuo("user", "add", "陈工", "--role", "nurse")
    assert mailuo("user", "roles", "陈工", "--role", "billing").code == 0
    assert mailuo("user", "disable", "陈工").code == 0
    assert mailuo("user", "list").out == "陈工\tbilling\t停用\n"


def test_the_token_stands_alone_on_the_last_line(mailuo: Mailuo) -> None:
    outcome = mailuo("token", "add", "前台", "--role", "nurse", "--source", "desk")
    assert outcome.code == 0
    with opened(Settings.from_environment(os.environ)) as application:
        signed = application.accounts.by_token(outcome.last)
        assert signed is not None
        assert signed.actor.sources == ("desk",)


def test_a_token_for_nothing_is_a_wrong_call(mailuo: Mailuo) -> None:
    outcome = mailuo("token", "add", "前台")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.splitlines()[-1] == "用法不对：缺少 --role 或 --source"


def test_a_token_can_be_revoked_by_its_id(mailuo: Mailuo) -> None:
    mailuo("token", "add", "前台", "--role", "nurse")
    id_ = mailuo("token", "list").out.split("\t")[0]
    assert mailuo("token", "revoke", id_).code == 0
    assert mailuo("token", "list").out == ""
    assert mailuo("token", "revoke", id_).code == 1

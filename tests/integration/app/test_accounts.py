"""Accounts: signing in and out, roles, tokens, and how credentials end."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from mailuo.app import Application, TooManySignIns, people
from mailuo.app.credentials import SESSION_FOR
from mailuo.app.sign_ins import MOST_BY_ACCOUNT, MOST_BY_ADDRESS, WINDOW
from mailuo.base.clock import SetClock
from mailuo.base.problems import Refusal
from mailuo.records import Actor
from mailuo.storage import system
from tests.integration.app.conftest import NOW, PASSWORD

HERE = "192.0.2.1"
MANAGER = Actor("m", "经理", rights=frozenset({"people"}))


def code(refusal: pytest.ExceptionInfo[Refusal]) -> str:
    """The code of what was refused."""
    return refusal.value.code


def fail(application: Application, name: str, address: str = HERE) -> None:
    """Tries a wrong password."""
    with pytest.raises(Refusal) as refusal:
        application.accounts.sign_in(name, "wrong", address)
    assert code(refusal) == "wrong_credentials"


class TestSigningIn:
    def test_the_first_admin_has_the_password_of_the_environment(self, application: Application) -> None:
        opened = application.accounts.sign_in("admin", PASSWORD, HERE)
        assert opened.actor.roles == ("admin",)
        assert opened.actor.sees_everything

    def test_a_session_stands_for_its_person(self, application: Application) -> None:
        opened = application.accounts.sign_in("admin", PASSWORD, HERE)
        signed = application.accounts.by_session(opened.secret)
        assert signed is not None
        assert (signed.actor.name, signed.csrf) == ("admin", opened.csrf)

    def test_a_cookie_is_no_bearer_and_a_bearer_no_cookie(self, application: Application) -> None:
        cookie = application.accounts.sign_in("admin", PASSWORD, HERE).secret
        bearer = application.accounts.make_token_session("admin", PASSWORD, HERE).secret
        assert application.accounts.by_token(cookie) is None
        assert application.accounts.by_session(bearer) is None
        assert application.accounts.by_token(bearer) is not None

    def test_a_wrong_password_and_an_unknown_name_are_told_alike(self, application: Application) -> None:
        with pytest.raises(Refusal) as wrong:
            application.accounts.sign_in("admin", "wrong", HERE)
        with pytest.raises(Refusal) as unknown:
            application.accounts.sign_in("nobody", "wrong", HERE)
        assert wrong.value.problems == unknown.value.problems

    def test_only_hashes_are_kept(self, application: Application) -> None:
        secret = application.accounts.sign_in("admin", PASSWORD, HERE).secret
        with application.store.read() as connection:
            kept = [*connection.execute(select(system.credential)), *connection.execute(select(system.person))]
        assert secret not in str(kept)
        assert PASSWORD not in str(kept)

    def test_signing_out_ends_the_session(self, application: Application) -> None:
        opened = application.accounts.sign_in("admin", PASSWORD, HERE)
        signed = application.accounts.by_session(opened.secret)
        assert signed is not None
        application.accounts.sign_out(signed.credential)
        assert application.accounts.by_session(opened.secret) is None

    def test_a_session_ends_by_itself(self, application: Application, clock: SetClock) -> None:
        opened = application.accounts.sign_in("admin", PASSWORD, HERE)
        clock.advance(SESSION_FOR)
        assert application.accounts.by_session(opened.secret) is None

    @pytest.mark.parametrize("secret", ["", "x", "\ud800", "x" * 100_000])
    def test_no_other_secret_stands_for_anybody(self, application: Application, secret: str) -> None:
        assert application.accounts.by_session(secret) is None
        assert application.accounts.by_token(secret) is None


class TestLimits:
    def test_an_account_is_closed_after_so_many_failures_even_to_the_right_password(
        self, application: Application
    ) -> None:
        for number in range(MOST_BY_ACCOUNT):
            fail(application, "admin", f"192.0.2.{number}")
        with pytest.raises(TooManySignIns) as refusal:
            application.accounts.sign_in(" ADMIN", PASSWORD, "198.51.100.1")
        assert refusal.value.seconds == WINDOW.total_seconds() + 1

    def test_an_unknown_name_is_closed_like_a_known_one(self, application: Application) -> None:
        for _ in range(MOST_BY_ACCOUNT):
            fail(application, "nobody")
        with pytest.raises(TooManySignIns):
            application.accounts.sign_in("nobody", "wrong", HERE)

    def test_an_address_is_closed_however_its_names_vary(self, application: Application) -> None:
        for number in range(MOST_BY_ADDRESS):
            fail(application, f"name {number}", f"2001:db8::{number:x}")
        with pytest.raises(TooManySignIns):
            application.accounts.sign_in("admin", PASSWORD, "2001:db8::ffff")

    def test_a_success_ends_the_count_of_the_account(self, application: Application) -> None:
        for _ in range(MOST_BY_ACCOUNT - 1):
            fail(application, "admin")
        application.accounts.sign_in("admin", PASSWORD, HERE)
        fail(application, "admin")
        assert application.accounts.sign_in("admin", PASSWORD, HERE)

    def test_the_account_opens_again_with_time(self, application: Application, clock: SetClock) -> None:
        for _ in range(MOST_BY_ACCOUNT):
            fail(application, "admin")
        clock.advance(WINDOW + timedelta(seconds=1))
        assert application.accounts.sign_in("admin", PASSWORD, HERE)


class TestPeople:
    def test_a_person_signs_in_with_the_password_made_up(self, application: Application) -> None:
        password = application.accounts.add_person("陈工", ["nurse", "billing"])
        assert application.accounts.sign_in("陈工", password, HERE).actor.roles == ("billing", "nurse")

    def test_a_password_made_up_ends_after_a_week_unless_it_is_changed(self, application: Application, clock: SetClock) -> None:
        accounts = application.accounts
        made = {name: accounts.add_person(name, ["doctor"]) for name in ("li", "wu")}
        opened = {name: accounts.sign_in(name, password, HERE).actor for name, password in made.items()}
        assert [accounts.has_one_time(actor) for actor in opened.values()] == [True, True]
        accounts.change_password(opened["li"], made["li"], "a password of my own")
        assert [accounts.has_one_time(actor) for actor in opened.values()] == [False, True]
        clock.advance(timedelta(days=7))
        assert accounts.sign_in("li", "a password of my own", HERE).actor.name == "li"
        with pytest.raises(Refusal):
            accounts.sign_in("wu", made["wu"], HERE)
        assert accounts.sign_in("wu", accounts.reset_password("wu"), HERE).actor.name == "wu"

    @pytest.mark.parametrize(("first", "like_it"), [("陈工", " 陈工 "), ("li", "LI"), ("li", "ｌｉ"), ("admin", "Admin"), ("li wei", "liwei")])
    def test_a_name_is_given_once_however_it_is_written(self, application: Application, first: str, like_it: str) -> None:
        if first != "admin":
            application.accounts.add_person(first, ["nurse"])
        with pytest.raises(Refusal) as refusal:
            application.accounts.add_person(like_it, ["nurse"])
        assert code(refusal) == "not_unique"

    def test_an_unknown_role_is_refused_with_the_near_one(self, application: Application) -> None:
        with pytest.raises(Refusal) as refusal:
            application.accounts.add_person("陈工", ["nurze"])
        assert "nurse" in refusal.value.problems[0].text("en")

    @pytest.mark.parametrize("deed", ["roles", "disable", "password"])
    def test_every_session_ends_with_a_change_of(self, application: Application, deed: str) -> None:
        accounts = application.accounts
        password = accounts.add_person("陈工", ["nurse"])
        secrets = [accounts.sign_in("陈工", password, HERE).secret for _ in range(2)]
        match deed:
            case "roles":
                accounts.set_roles("陈工", ["billing"])
            case "disable":
                accounts.disable("陈工")
            case "password":
                accounts.reset_password("陈工")
        assert [accounts.by_session(secret) for secret in secrets] == [None, None]

    def test_who_is_disabled_cannot_sign_in_until_enabled_again(self, application: Application) -> None:
        password = application.accounts.add_person("陈工", ["nurse"])
        application.accounts.disable("陈工")
        fail(application, "陈工")
        application.accounts.enable("陈工")
        assert application.accounts.sign_in("陈工", password, HERE)

    def test_a_new_password_gives_a_new_session_and_ends_the_old_one(self, application: Application) -> None:
        old = application.accounts.sign_in("admin", PASSWORD, HERE)
        new = application.accounts.change_password(old.actor, PASSWORD, "another password")
        assert application.accounts.by_session(old.secret) is None
        assert application.accounts.by_session(new.secret) is not None
        assert application.accounts.sign_in("admin", "another password", HERE)

    def test_a_new_password_needs_the_old_one(self, application: Application) -> None:
        actor = application.accounts.sign_in("admin", PASSWORD, HERE).actor
        with pytest.raises(Refusal) as refusal:
            application.accounts.change_password(actor, "wrong", "another password")
        assert code(refusal) == "wrong_credentials"

    def test_the_last_admin_stays(self, application: Application) -> None:
        with pytest.raises(Refusal) as refusal:
            application.accounts.disable("admin")
        assert code(refusal) == "conflict"

    @pytest.mark.parametrize("deed", ["roles", "disable"])
    def test_two_admins_who_unmake_each_other_at_once_leave_one(self, application: Application, deed: str) -> None:
        accounts, store = application.accounts, application.store
        accounts.add_person("陈工", ["admin"])

        def unmake(person: str) -> None:
            accounts.set_roles(person, ["nurse"]) if deed == "roles" else accounts.disable(person)

        with ThreadPoolExecutor(1) as pool:

            def first(connection: Connection) -> Future[None]:
                """Unmakes one, and holds its transaction open while the other is asked for."""
                row = people.one(connection, "陈工")
                if deed == "roles":
                    people.grant(connection, row.id, ["nurse"], "admin", NOW)
                else:
                    people.change(connection, row.id, ends_credentials=True, disabled_at=NOW)
                begun = pool.submit(unmake, "admin")
                wait([begun], timeout=0.3)
                return begun

            second = store.write(first)
            with pytest.raises(Refusal) as refusal:
                second.result()
        assert code(refusal) == "conflict"

    def test_nobody_without_the_right_may_add_people(self, application: Application) -> None:
        with pytest.raises(Refusal) as refusal:
            application.accounts.add_person("陈工", ["nurse"], by=Actor("x", "x", ("nurse",)))
        assert code(refusal) == "not_permitted"

    @pytest.mark.parametrize("deed", ["grant", "roles", "disable", "reset", "token", "voice", "revoke", "session"])
    def test_who_may_manage_people_may_not_become_an_admin(self, application: Application, deed: str) -> None:
        accounts = application.accounts
        accounts.add_person("陈工", ["nurse"])
        accounts.add_token("root", ["nurse"], ["role:admin"])
        signed = accounts.by_session(accounts.sign_in("admin", PASSWORD, HERE).secret)
        assert signed is not None
        with pytest.raises(Refusal) as refusal:
            match deed:
                case "roles":
                    accounts.set_roles("陈工", ["admin"], by=MANAGER)
                case "voice":
                    accounts.add_token("x", ["nurse"], ["role:admin"], by=MANAGER)
                case "revoke":
                    accounts.revoke(accounts.tokens()[0].id, by=MANAGER)
                case "session":
                    accounts.revoke(signed.credential, by=MANAGER)
                case "grant":
                    accounts.add_person("李工", ["admin"], by=MANAGER)
                case "disable":
                    accounts.disable("admin", by=MANAGER)
                case "reset":
                    accounts.reset_password("admin", by=MANAGER)
                case "token":
                    accounts.add_token("x", ["admin"], by=MANAGER)
        assert code(refusal) == "not_permitted"
        assert len(accounts.tokens()) == 1

    def test_who_may_manage_people_gives_and_takes_every_other_role(self, application: Application) -> None:
        accounts = application.accounts
        accounts.add_person("陈工", ["nurse"], by=MANAGER)
        accounts.set_roles("陈工", ["doctor"], by=MANAGER)
        accounts.add_token("till", ["nurse"], ["desk", "role:doctor"], by=MANAGER)
        accounts.revoke(accounts.tokens()[0].id, by=MANAGER)
        assert accounts.tokens() == []


class TestTokens:
    def test_a_token_has_its_roles_and_speaks_for_its_sources(self, application: Application) -> None:
        secret = application.accounts.add_token("desk", ["nurse"], ["desk", "role:doctor"])
        signed = application.accounts.by_token(secret)
        assert signed is not None
        assert (signed.actor.kind, signed.actor.roles, signed.actor.sources) == (
            "token",
            ("nurse",),
            ("desk", "role:doctor"),
        )

    def test_an_unknown_source_is_refused_with_the_near_one(self, application: Application) -> None:
        with pytest.raises(Refusal) as refusal:
            application.accounts.add_token("desk", [], ["dessk"])
        assert "desk" in refusal.value.problems[0].text("en")

    def test_a_revoked_token_stands_for_nobody(self, application: Application) -> None:
        secret = application.accounts.add_token("desk", ["nurse"])
        (token,) = application.accounts.tokens()
        application.accounts.revoke(token.id)
        assert application.accounts.by_token(secret) is None
        assert application.accounts.tokens() == []

    def test_when_a_token_was_used_is_written_from_time_to_time(
        self, application: Application, clock: SetClock
    ) -> None:
        application.accounts.by_token(application.accounts.add_token("desk", ["nurse"]))
        application.accounts.note_use()
        assert application.accounts.tokens()[0].used_at == clock.now()

    def test_what_was_done_to_accounts_stands_in_the_audit_without_secrets(self, application: Application) -> None:
        password = application.accounts.add_person("陈工", ["nurse"])
        secret = application.accounts.add_token("desk", ["nurse"])
        lines, _ = application.audit.page()
        assert [line["action"] for line in lines][:2] == ["token_added", "person_added"]
        assert password not in str(lines)
        assert secret not in str(lines)

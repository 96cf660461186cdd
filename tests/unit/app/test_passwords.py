"""Passwords: what fits, what never does, and what is made up."""

import pytest

from mailuo.app.passwords import Passwords, check_length, one_time_password
from mailuo.base.problems import Refusal


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    """What makes and checks hashes."""
    return Passwords()


def test_a_password_fits_what_was_kept_of_it(passwords: Passwords) -> None:
    assert passwords.fits(passwords.hash("开门的密码"), "开门的密码")


def test_another_password_does_not_fit(passwords: Passwords) -> None:
    assert not passwords.fits(passwords.hash("one password"), "another password")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=65536,t=3,p=2$x$y"])
def test_nothing_fits_where_nothing_was_kept(passwords: Passwords, kept: str | None) -> None:
    assert not passwords.fits(kept, "")


def test_what_stands_in_for_nobody_costs_as_much_as_a_hash(passwords: Passwords) -> None:
    assert not passwords.is_old(passwords._nobody)


def test_passwords_that_are_made_up_differ_and_are_long() -> None:
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(each) == 16 for each in made)


@pytest.mark.parametrize("length", [0, 7, 1_001])
def test_a_password_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(Refusal):
        check_length("x" * length)

"""Who counts as one account, and as one address, when tries to sign in are counted."""

import pytest

from mailuo.app.sign_ins import account_of, address_of


@pytest.mark.parametrize("varied", ["Admin", "ADMIN", " admin ", "ad min", "ａｄｍｉｎ", "admin\t"])
def test_an_account_is_the_same_however_its_name_is_varied(varied: str) -> None:
    assert account_of(varied) == account_of("admin")


def test_different_names_are_different_accounts() -> None:
    assert account_of("陈工") != account_of("王工")


def test_a_name_that_is_no_text_can_be_counted_too() -> None:
    assert account_of("\ud800") != account_of("")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
def test_addresses_of_one_subscriber_are_one(one: str, other: str) -> None:
    assert address_of(one) == address_of(other)


def test_neighbours_on_ipv4_are_two() -> None:
    assert address_of("192.0.2.7") != address_of("192.0.2.8")


def test_an_address_that_is_none_is_bounded() -> None:
    assert len(address_of("x" * 10_000)) == 60

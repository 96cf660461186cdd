"""Where calls may go."""

from ipaddress import ip_address

import pytest

from mailuo.connectors.addresses import Target, Unreachable, chosen_address, is_public, named_hosts, spelled, target_of


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",  # noqa: S104
     "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "255.255.255.255"],
)  # fmt: skip
def test_an_address_of_the_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_open_network_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example", "file:///etc/passwd", "http://", "https://user:pw@a.example/", "gopher://a", "http://[::1"],
)
def test_another_scheme_or_a_password_is_refused(url: str) -> None:
    with pytest.raises(Unreachable):
        target_of(url)


def test_one_private_address_among_several_is_enough_to_refuse() -> None:
    with pytest.raises(Unreachable, match="private"):
        chosen_address(Target("https", "a.example", 443), ["8.8.8.8", "127.0.0.1"], frozenset())


def test_an_operator_may_name_a_private_host_with_its_port() -> None:
    named = named_hosts("erp.local:8443, 10.0.0.5")
    assert chosen_address(Target("https", "erp.local", 8443), ["10.0.0.9"], named) == "10.0.0.9"
    assert chosen_address(Target("http", "10.0.0.5", 80), ["10.0.0.5"], named) == "10.0.0.5"
    with pytest.raises(Unreachable):
        chosen_address(Target("https", "erp.local", 443), ["10.0.0.9"], named)


def test_an_unusual_port_is_refused_unless_it_was_named() -> None:
    with pytest.raises(Unreachable, match="port 6379"):
        chosen_address(Target("http", "a.example", 6379), ["8.8.8.8"], frozenset())


def test_a_trailing_dot_or_capitals_do_not_make_another_host() -> None:
    assert target_of("https://ERP.Example./x").host == "erp.example"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "①②⑦.0.0.1", "１２７.0.0.1", "127。0。0。1", "localhost", "a.LOCALHOST"],
)
def test_a_host_that_is_an_address_is_read_however_it_is_written(host: str) -> None:
    assert spelled(host) == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["a.example", "127.0.0.1.a.example", "x" * 300 + ".example", "1.2.3.4.5"])
def test_a_name_is_not_looked_up_to_know_that_it_is_one(host: str) -> None:
    assert spelled(host) == []

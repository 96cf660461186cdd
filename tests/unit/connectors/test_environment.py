"""What connectors are told by the environment, and what they may not be told."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mailuo.connectors.environment import Environment, Off, Wired
from mailuo.connectors.filling import Unfilled
from mailuo.connectors.requesting import Asked, Session, sent
from mailuo.connectors.sealing import Seal
from mailuo.formulas import Template
from mailuo.metadata.connector import Auth, Connector, Limits, Request, Setting
from mailuo.metadata.given import Given, Secret

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 15, 1, tzinfo=UTC)


def connector(base: str, *needed: str, **auth: str) -> Connector:
    values = {name: Setting(text, (), ()) for name, text in auth.items()}
    return Connector("c", "c", Setting(base, needed, needed), Auth("plain", values), ZONE, Limits(), (), {}, {}, {})


def gap(*path: str) -> Template:
    return Template("{" + ".".join(path) + "}", (path,), frozenset({path}))


def text(said: str) -> Template:
    return Template(said, (said,) if said else (), frozenset())


@pytest.mark.parametrize(
    ("base", "environment", "found"),
    [
        ("${URL}", {"URL": "http://a:1/"}, "http://a:1"),
        ("${URL:-https://b}", {}, "https://b"),
        ("${URL:-https://b}", {"URL": "  "}, "https://b"),
        ("https://${HOST:-c}/v1", {}, "https://c/v1"),
    ],
)
def test_a_setting_stands_for_what_the_environment_says(base: str, environment: dict[str, str], found: str) -> None:
    wired = Environment(environment).wired(connector(base))
    assert isinstance(wired, Wired)
    assert wired.base_url == found


def test_what_is_missing_switches_it_off_and_is_named_once() -> None:
    assert Environment({"A": "1"}).wired(connector("${A}${B}", "A", "B", "B")) == Off(missing=("B",))


@pytest.mark.parametrize(
    ("base", "environment", "names"),
    [
        ("${URL}", {"URL": "garbage"}, ["URL"]),
        ("${URL}", {"URL": "ftp://a"}, ["URL"]),
        ("${URL}", {"URL": "http://user:pw@a"}, ["URL"]),
        ("${URL}", {"URL": "http://a:70000"}, ["URL"]),
        ("https://${HOST}:${PORT:-443}/v1", {"HOST": "a", "PORT": "x"}, ["HOST", "PORT"]),
        ("${URL:-}", {}, []),
        ("${URL:-garbage}", {}, []),
        ("${URL}", {"URL": "http://a/v1"}, []),
    ],
)
def test_what_gives_no_address_switches_it_off_but_not_its_ears(base: str, environment: dict[str, str], names: list[str]) -> None:
    declared = connector(base)
    wired = Environment(environment).wired(declared)
    assert [each.name for each in wired.malformed] == names if isinstance(wired, Off) else not names
    assert isinstance(Environment(environment).wired(declared, calls=False), Wired)


def test_our_own_settings_are_never_told() -> None:
    wired = Environment({"MAILUO_SECRET_KEY": "s"}).wired(connector("x${MAILUO_SECRET_KEY:-}"))
    assert isinstance(wired, Wired)
    assert wired.base_url == "x"


@pytest.mark.parametrize(
    ("base", "named"),
    [
        ("${URL}", {("inside", 81)}),
        ("${URL:-https://b}", {("inside", 81)}),
        ("http://inside:81", set()),
        ("http://${HOST}:81", set()),
        ("${URL}.evil.example", set()),
    ],
)
def test_only_a_whole_address_from_the_environment_is_the_operators_word(base: str, named: set[tuple[str, int]]) -> None:
    assert Environment({"URL": "http://inside:81", "HOST": "inside"}).named([connector(base)]) == named


def test_hosts_that_the_operator_allows_are_named() -> None:
    assert Environment({}, "erp.local:8080").named([]) == {("erp.local", 8080)}


# Requests


def asked(**more: Given) -> Asked:
    request = Request("POST", Template("", ("/a/", ("x",)), frozenset()), more, {"X-A": gap("x")}, None, more or None)
    wired = Wired(connector("http://h", key="secret-key"), "http://h", {"key": "secret-key", "id": "me", "n": "12"})
    return Asked(wired, request, {"x": "b/../c?d", "list": [1, "二"], "none": None}, NOW, "0", Session("t", {"kept": "sealed"}))


def test_what_fills_a_gap_of_the_path_leads_nowhere_else() -> None:
    assert sent(asked()).url == "http://h/a/b%2F..%2Fc%3Fd"


def test_numbers_lists_and_secrets_are_written_as_they_are_and_blanks_left_out() -> None:
    request = sent(asked(q=gap("list"), n=Secret("n", number=True), k=Secret("kept"), z=gap("none"), e=text("")))
    assert request.body == '{"q":[1,"二"],"n":12,"k":"sealed","e":""}'.encode()
    assert request.url.endswith("?q=%5B1%2C%22%E4%BA%8C%22%5D&n=12&k=sealed")


def test_the_identity_is_all_of_auth_that_a_template_may_name() -> None:
    assert sent(asked(i=gap("auth", "id"), k=gap("auth", "key"))).body == b'{"i":"me"}'


def test_a_digest_of_one_secret_over_another() -> None:
    request = sent(asked(d=Secret("key", digest="hmac_sha256", form="hex", over="n")))
    assert b"secret-key" not in request.body
    assert len(request.body) == len('{"d":""}') + 64


@pytest.mark.parametrize("bad", ["a\r\nX-Evil: 1", "a\nb", "a\0b"])
def test_a_header_that_would_break_out_of_its_line_is_not_sent(bad: str) -> None:
    broken = asked()
    with pytest.raises(Unfilled):
        sent(Asked(broken.wired, broken.request, {"x": bad}, NOW, "0"))


def test_nothing_that_is_secret_is_shown() -> None:
    shown = repr(asked())
    assert "secret-key" not in shown
    assert "sealed" not in shown


def test_what_is_sealed_opens_for_its_owner_with_its_key_alone() -> None:
    sealed = Seal(b"a").closed("text", "c")
    assert Seal(b"a").opened(sealed, "c") == "text"
    assert [Seal(b"b").opened(sealed, "c"), Seal(b"a").opened(sealed, "d"), Seal(b"a").opened(sealed[:-8], "c")] == [None] * 3

"""Query parameters, hosts, ways back, statuses: what is read of a request, case by case."""

from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from mailuo.base.problems import Message
from mailuo.records import BadQuestion
from mailuo_web.http import parameters
from mailuo_web.http.answers import STATUS_OF_CODE, status_of, title_of
from mailuo_web.http.hosts import host_name
from mailuo_web.http.returning import own_path

ZONE = ZoneInfo("Asia/Shanghai")
APP = Flask("test")


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost:8000", "localhost"),
        ("LOCALHOST", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]:80", "::1"),
        ("shop.example.", "shop.example"),
        ("", ""),
    ],
)
def test_a_host_is_known_by_its_name(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(
    "following",
    [
        "//evil.com", "/\\evil.com", "/\t/evil.com", "https:evil.com", "http:///evil.com", "javascript:alert(1)",
        "\u0000//evil.com", "  //evil.com", "/%2f/evil.com", "https://app.example@evil.com", "/a//b", "/%5cevil.com", "", None,
    ],
)  # fmt: skip
def test_the_way_back_is_never_elsewhere(following: str | None) -> None:
    assert own_path(following) == "/"


def test_the_way_back_is_kept_when_it_is_our_own() -> None:
    assert own_path("/tables/orders?filter=%7Ba%7D%20%3D%201") == "/tables/orders?filter=%7Ba%7D%20%3D%201"


@pytest.mark.parametrize("text", ["", "x", "1.5", "-1", "0", "501", "9" * 30, "１"])
def test_a_limit_is_a_whole_number_in_its_bounds(text: str) -> None:
    with APP.test_request_context(query_string={"limit": text}), pytest.raises(BadQuestion) as refused:
        parameters.limit()
    assert refused.value.code == "limit"


def test_parameters_are_read_by_their_kind() -> None:
    query = {"limit": "7", "count": "true", "fields": "a, b,", "as_of": "2026-01-15T09:00:00+08:00"}
    with APP.test_request_context(query_string=query):
        assert parameters.limit() == 7
        assert parameters.flag("count") is True
        assert parameters.names("fields") == ("a", "b")
        assert parameters.names("expand") is None
        at = parameters.moment("as_of", ZONE)
    assert at is not None
    assert at.isoformat() == "2026-01-15T01:00:00+00:00"


def test_an_offset_whose_plus_was_sent_as_a_space_is_understood() -> None:
    with APP.test_request_context("/?as_of=2026-01-15T09:00:00+08:00"):
        at = parameters.moment("as_of", ZONE)
    assert at is not None
    assert at.isoformat() == "2026-01-15T01:00:00+00:00"


def test_every_status_has_its_words_in_both_languages() -> None:
    for status in {*STATUS_OF_CODE.values(), 412, 422}:
        assert title_of(status, "zh") != title_of(status, "en")


def test_an_unknown_thing_in_a_value_is_unacceptable_and_in_an_address_not_found() -> None:
    missing = Message("not_found", zh="无", en="none")
    assert status_of((missing(),)) == 404
    assert status_of((missing(field="customer"),)) == 422
    assert status_of((missing(field="retract"),)) == 404

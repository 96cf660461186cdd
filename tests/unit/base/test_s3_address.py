"""Addresses of S3: where objects go, and that no secret of theirs is ever shown."""

import pytest

from mailuo.base.problems import Refusal
from mailuo.base.s3_address import S3Address, parse_s3
from mailuo.base.settings import Settings

KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush"}
GOOD = [
    ("s3://files", {}, "https://files.s3.us-east-1.amazonaws.com", "/k"),
    ("s3://files", {"AWS_REGION": "cn-north-1"}, "https://files.s3.cn-north-1.amazonaws.com.cn", "/k"),
    ("s3://my.files/?region=eu-west-1", {}, "https://s3.eu-west-1.amazonaws.com", "/my.files/k"),
    ("s3://files/a/b?endpoint=https://s3.local", {}, "https://s3.local", "/files/a/b/k"),
    ("s3://files/附件?endpoint=http://10.0.0.5:9000/", {}, "http://10.0.0.5:9000", "/files/%E9%99%84%E4%BB%B6/k"),
    ("s3://files?endpoint=https://[fd00::5]:443", {}, "https://[fd00::5]", "/files/k"),
    ("s3://files/p?endpoint=https://oss.local&addressing_style=virtual", {}, "https://files.oss.local", "/p/k"),
]
BAD = [
    "s3://",
    "s3:files",
    "s3://Files",
    "s3://files/../other",
    "s3://files/a//b",
    "s3://files#x",
    "s3://files?endpoint=s3.local",
    "s3://files?endpoint=https://u:hush@s3.local",
    "s3://files?endpoint=https://s3.local/path",
    "s3://files?endpoint=https://s3.local:x",
    "s3://files?regoin=eu-west-1",
    "s3://files?region=eu-west-1&region=eu-west-2",
    "s3://files?addressing_style=both",
    "s3://files?hush",
    "s3://AKID:hu/hush@files",
    "s3://AKID:hu?hush@files",
    "S3://AKID:hush@files",
    "https://AKID:hush@files",
]


def settings(url: str, environment: dict[str, str]) -> Settings:
    """The settings of an installation whose files lie there."""
    return Settings.from_environment({"MAILUO_FILES_URL": url, **environment})


@pytest.mark.parametrize(("url", "environment", "origin", "path"), GOOD)
def test_an_address_says_where_an_object_lies(url: str, environment: dict[str, str], origin: str, path: str) -> None:
    found = settings(url, {**KEYS, **environment}).files
    assert isinstance(found, S3Address)
    assert (found.origin, found.path("k"), found.key_id, found.secret) == (origin, path, "AKID", "hush")


@pytest.mark.parametrize("url", BAD)
def test_a_malformed_address_is_refused_without_what_may_be_secret(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        settings(url, KEYS)
    assert refused.value.code == "bad_setting"
    for language in ("zh", "en"):
        text = refused.value.problems[0].text(language)
        assert "s3://BUCKET/PREFIX" in text
        assert "hush" not in text


def test_keys_in_the_address_go_before_those_of_the_environment_with_their_token() -> None:
    lent = {**KEYS, "AWS_SESSION_TOKEN": "lent"}
    mine, theirs = parse_s3("s3://me:my%2Fkey@files", lent), parse_s3("s3://files", lent)
    assert mine is not None
    assert theirs is not None
    assert (mine.key_id, mine.secret, mine.token) == ("me", "my/key", "")
    assert (theirs.key_id, theirs.secret, theirs.token) == ("AKID", "hush", "lent")


@pytest.mark.parametrize("url", ["s3://files", "s3://AKID@files"])
def test_a_bucket_without_keys_is_refused_with_what_is_missing(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        settings(url, {"AWS_ACCESS_KEY_ID": "AKID"})
    assert "AWS_SECRET_ACCESS_KEY" in refused.value.problems[0].text("en")


def test_an_address_shows_no_keys() -> None:
    found = parse_s3("s3://AKID:hush@files/p?endpoint=http://s3.local", {})
    assert str(found) == "s3://files/p/?endpoint=http://s3.local&region=us-east-1"
    assert "hush" not in repr(found)

"""Settings: what the environment says is checked before anything rests on it."""

import pytest

from mailuo.base.problems import Refusal
from mailuo.base.settings import Settings

WRONG = [
    ("MAILUO_BASE_URL", "mailuo.example.com"),
    ("MAILUO_BASE_URL", "ftp://mailuo.example.com"),
    ("MAILUO_BASE_URL", "https://"),
    ("MAILUO_BASE_URL", "https://mailuo.example.com:99999"),
    ("MAILUO_ALLOW_HOSTS", "::::"),
    ("MAILUO_ALLOW_HOSTS", "erp.local:8080, mes.local:port"),
    ("MAILUO_ALLOW_HOSTS", "http://erp.local:8080"),
    ("MAILUO_REDIS_URL", "127.0.0.1:6379"),
    ("MAILUO_TRUSTED_PROXIES", "-1"),
    ("MAILUO_POLL_SECONDS", "0"),
    ("MAILUO_RETRY_WAITS", "10s,soon"),
    ("MAILUO_TIMEZONE", "Nowhere/Town"),
]
GOOD = [
    ("MAILUO_BASE_URL", "https://mailuo.example.com/", "base_url", "https://mailuo.example.com"),
    ("MAILUO_BASE_URL", "http://10.0.0.5:8000", "base_url", "http://10.0.0.5:8000"),
    ("MAILUO_BASE_URL", "", "base_url", None),
    ("MAILUO_ALLOW_HOSTS", "erp.local:8080 10.0.0.5, [fd00::5]:443", "allow_hosts", "erp.local:8080 10.0.0.5, [fd00::5]:443"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named_with_what_it_takes(name: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        Settings.from_environment({name: value})
    assert refused.value.code == "bad_setting"
    assert name in refused.value.problems[0].text("en")


@pytest.mark.parametrize(("name", "value", "attribute", "kept"), GOOD)
def test_a_good_setting_is_kept(name: str, value: str, attribute: str, kept: object) -> None:
    assert getattr(Settings.from_environment({name: value}), attribute) == kept

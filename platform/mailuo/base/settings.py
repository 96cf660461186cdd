"""Settings: what the environment says, read once and checked.

`SETTINGS` is the one table of them: the documentation and `mailuo doctor` are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mailuo.base.moments import parse_duration
from mailuo.base.problems import Language, Message, Problem, Refusal
from mailuo.base.s3_address import EXPECTED, S3Address, parse_s3, without_keys

BAD_SETTING = Message(
    "bad_setting", zh="环境变量 {name}={found} 不对：{expected}", en="{name}={found} is wrong: {expected}"
)
NO_KEYS = Message(
    "bad_setting",
    zh="MAILUO_FILES_URL 指向 S3，还需要 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY",
    en="MAILUO_FILES_URL names a bucket of S3, which needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, what it is without one, and what it means in both languages."""

    name: str
    default: str
    zh: str
    en: str


SETTINGS = (
    Setting("MAILUO_HOME", "var", "数据目录", "folder of data, files and the generated secret"),
    Setting("MAILUO_DATABASE_URL", "", "数据库地址；不写则用数据目录下的 SQLite", "database; SQLite below the home when unset"),
    Setting("MAILUO_REDIS_URL", "", "Redis 地址；不写则任务在本进程内运行", "Redis; jobs run inside the process when unset"),
    Setting("MAILUO_SECRET_KEY", "", "签名密钥；不写则在数据目录生成", "signing key; generated into the home when unset"),
    Setting("MAILUO_ADMIN_PASSWORD", "", "首次启动时 admin 的密码；不写则随机生成并显示一次", "admin's password at the first start; a random one is printed once when unset"),
    Setting("MAILUO_TIMEZONE", "Asia/Shanghai", "工作区没有写时区时所用的时区", "time zone of a workspace that names none"),
    Setting("MAILUO_TRUSTED_PROXIES", "0", "前面有几层可信的反向代理", "how many reverse proxies stand in front"),
    Setting("MAILUO_LANG", "zh", "命令行与默认界面的语言：zh 或 en", "language of the command line, and the default of pages: zh or en"),
    Setting("MAILUO_FILES_URL", "", "附件存放的目录，或 s3://桶/前缀?endpoint=https://主机&region=区域；不写则在数据目录下", "folder of attachments, or s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION; below the home when unset"),
    Setting("AWS_ACCESS_KEY_ID", "", "附件存于 S3 时的密钥编号", "id of the key to S3, where attachments lie there"),
    Setting("AWS_SECRET_ACCESS_KEY", "", "该密钥", "that key"),
    Setting("AWS_SESSION_TOKEN", "", "临时密钥的令牌", "token of a key that is lent for a while"),
    Setting("AWS_REGION", "us-east-1", "地址没有写 region 时的 S3 区域", "region of S3 for an address that names none"),
    Setting("MAILUO_LOG", "text", "日志格式：text 或 json", "form of the log: text or json"),
    Setting("MAILUO_RETRY_WAITS", "10s,1m,5m,30m,2h,5h,10h", "失败后各次重试前等多久；最后一个一直用下去", "waits before each further try; the last one goes on for ever"),
    Setting("MAILUO_POLL_SECONDS", "60", "连接器多少秒询问一次（没有自己写明的）", "how often connectors ask what is new, in seconds, where they do not say"),
    Setting("MAILUO_ALLOW_HOSTS", "", "允许外呼到达的内网主机和端口，例如 erp.local:8080", "hosts and ports in a private network that calls may reach, such as erp.local:8080"),
    Setting("MAILUO_BASE_URL", "", "对外地址；监听非本机地址时必须写", "public address; needed for a host that is not loopback"),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force."""

    home: Path
    database_url: str
    redis_url: str | None
    secret_key: str | None
    admin_password: str | None
    timezone: ZoneInfo
    trusted_proxies: int
    language: Language
    files: Path | S3Address
    log: Literal["text", "json"]
    base_url: str | None
    retry_waits: tuple[timedelta, ...]
    poll_every: timedelta
    allow_hosts: str
    """Hosts and ports in a private network that calls may reach, as the operator writes them."""
    sample: bool = False
    """Whether what is served is a sample, and pages say so; no variable of the environment, but the word of who serves."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that the environment names; raises Refusal with what is wrong."""
        return _read({name: environment.get(name) or default for name, default in _DEFAULTS.items()})


def _read(raw: Mapping[str, str]) -> Settings:
    home = Path(raw["MAILUO_HOME"]).absolute()
    return Settings(
        home=home,
        database_url=raw["MAILUO_DATABASE_URL"] or f"sqlite:///{home / 'mailuo.db'}",
        redis_url=_redis(raw["MAILUO_REDIS_URL"]),
        secret_key=raw["MAILUO_SECRET_KEY"] or None,
        admin_password=raw["MAILUO_ADMIN_PASSWORD"] or None,
        timezone=_zone(raw["MAILUO_TIMEZONE"]),
        trusted_proxies=_count("MAILUO_TRUSTED_PROXIES", raw["MAILUO_TRUSTED_PROXIES"]),
        language="en" if _one_of("MAILUO_LANG", raw["MAILUO_LANG"], "zh", "en") == "en" else "zh",
        files=_files(raw, home),
        log="json" if _one_of("MAILUO_LOG", raw["MAILUO_LOG"], "text", "json") == "json" else "text",
        base_url=_own_address(raw["MAILUO_BASE_URL"]),
        poll_every=_seconds("MAILUO_POLL_SECONDS", raw["MAILUO_POLL_SECONDS"]),
        allow_hosts=_hosts(raw["MAILUO_ALLOW_HOSTS"]),
        retry_waits=_waits("MAILUO_RETRY_WAITS", raw["MAILUO_RETRY_WAITS"]),
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Refusal(_wrong("MAILUO_TIMEZONE", name, "Asia/Shanghai, Europe/Paris, …")) from None


def _waits(name: str, text: str) -> tuple[timedelta, ...]:
    found = tuple(wait for each in text.split(",") if (wait := parse_duration(each)))
    if len(found) == len(text.split(",")):
        return found
    raise Refusal(_wrong(name, text, _DEFAULTS[name]))


def _seconds(name: str, text: str) -> timedelta:
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 86_400:
        return timedelta(seconds=int(text))
    raise Refusal(_wrong(name, text, "1–86400"))


def _count(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) < 10:
        return int(text)
    raise Refusal(_wrong(name, text, "0–9"))


def _one_of(name: str, text: str, *choices: str) -> str:
    if text in choices:
        return text
    raise Refusal(_wrong(name, text, " / ".join(choices)))


def _files(raw: Mapping[str, str], home: Path) -> Path | S3Address:
    url = raw["MAILUO_FILES_URL"]
    if url.startswith("s3:"):
        return _bucket(url, raw)
    parts = urlsplit(url)
    if parts.scheme not in ("", "file"):
        raise Refusal(_wrong("MAILUO_FILES_URL", without_keys(url), f"/folder, file:///folder, {EXPECTED}"))
    return Path(parts.path).absolute() if url else home / "files"


def _bucket(url: str, raw: Mapping[str, str]) -> S3Address:
    found = parse_s3(url, raw)
    if found is None:
        raise Refusal(_wrong("MAILUO_FILES_URL", without_keys(url), EXPECTED))
    if not found.key_id or not found.secret:
        raise Refusal(NO_KEYS())
    return found


def _redis(url: str) -> str | None:
    if url and not url.startswith(("redis://", "rediss://", "unix://")):
        raise Refusal(_wrong("MAILUO_REDIS_URL", url, "redis://HOST:6379/0"))
    return url or None


def _own_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.query
    except ValueError:
        good = False
    if url and not good:
        raise Refusal(_wrong("MAILUO_BASE_URL", url, "https://mailuo.example.com"))
    return url.rstrip("/") or None


def _hosts(text: str) -> str:
    for word in text.replace(",", " ").split():
        try:
            parts = urlsplit(f"//{word}")
            good = parts.hostname and parts.port != 0 and not (parts.path or parts.query or parts.username)
        except ValueError:
            good = False
        if not good:
            raise Refusal(_wrong("MAILUO_ALLOW_HOSTS", word, "erp.local:8080, 10.0.0.5"))
    return text


def _wrong(name: str, found: str, expected: str) -> Problem:
    return BAD_SETTING(name=name, found=found, expected=expected)


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

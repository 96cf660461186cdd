"""S3 addresses: a bucket, the service that keeps it, and the keys to it, as `MAILUO_FILES_URL` and the environment say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

EXPECTED = "s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(\w[\w.-]*/)*")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]*")
_STYLES = ("path", "virtual")
_DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where objects are kept, and by whose word; its text holds no secret."""

    bucket: str
    prefix: str
    """Empty, or ends with a slash."""
    endpoint: str
    """`https://HOST[:PORT]`."""
    region: str
    in_path: bool
    """Whether the bucket's name stands in the path, not in the name of the host."""
    key_id: str = field(repr=False)
    secret: str = field(repr=False)
    token: str = field(repr=False)
    """Empty, unless the keys are lent for a while."""

    @property
    def origin(self) -> str:
        """The scheme, host and port that requests go to."""
        scheme, _, host = self.endpoint.partition("://")
        return self.endpoint if self.in_path else f"{scheme}://{self.bucket}.{host}"

    def path(self, key: str) -> str:
        """The path of an object, encoded as it is signed."""
        name = quote(f"{self.prefix}{key}", safe="/-._~")
        return f"/{self.bucket}/{name}" if self.in_path else f"/{name}"

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}?endpoint={self.endpoint}&region={self.region}"


def parse_s3(url: str, environment: Mapping[str, str]) -> S3Address | None:
    """The address that a URL names; None for one that is none. Keys in the URL go before those of the environment."""
    try:
        parts = urlsplit(url)
        asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True) if parts.query else {}
        named = {name: value for name, (value,) in asked.items()}
        own, host = named.pop("endpoint", ""), parts.netloc.rpartition("@")[2]
        region = named.pop("region", "") or environment.get("AWS_REGION") or _DEFAULT_REGION
        style = named.pop("addressing_style", "path" if own else "virtual")
        endpoint = _endpoint(own) if own else _of_the_region(region)
        prefix = _prefix(parts.path)
    except ValueError:
        return None
    good = _BUCKET.fullmatch(host) and _PREFIX.fullmatch(prefix) and _REGION.fullmatch(region) and style in _STYLES
    if named or parts.scheme != "s3" or parts.fragment or not good:
        return None
    return S3Address(host, prefix, endpoint, region, style == "path" or "." in host, *_keys(parts, environment))


def without_keys(url: str) -> str:
    """As much of a URL as may be shown, though it may be malformed."""
    return re.sub(r"//.*@", "//***@", url).partition("?")[0]


def _endpoint(url: str) -> str:
    """The address of a service; raises ValueError for one that is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError(url)
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(url)
    usual = parts.port is None or (parts.scheme, parts.port) in (("http", 80), ("https", 443))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{parts.port}"


def _of_the_region(region: str) -> str:
    """The service of AWS in a region."""
    return f"https://s3.{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")


def _prefix(path: str) -> str:
    inner = unquote(path).strip("/")
    return f"{inner}/" if inner else ""


def _keys(parts: SplitResult, environment: Mapping[str, str]) -> tuple[str, str, str]:
    """The id of a key, its secret and its token; empty where none is given."""
    if parts.username is not None:
        return unquote(parts.username), unquote(parts.password or ""), ""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    key_id, secret, token = (environment.get(name, "").strip() for name in names)
    return key_id, secret, token

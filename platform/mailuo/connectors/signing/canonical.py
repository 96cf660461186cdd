"""Canonical forms: the one text of a request that both sides sign. Pure."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from mailuo.connectors.signing.numbers import written


def as_texts(values: Mapping[str, object]) -> dict[str, str]:
    """Values of JSON as the texts that parameters hold; null is empty."""
    return {key: _as_text(value) for key, value in values.items()}


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, str) else written(value)


def sorted_pairs(values: Mapping[str, str]) -> str:
    """`key‖value` of everything that is not empty, by the bytes of the keys, without separators."""
    pairs = sorted((key.encode(), value) for key, value in values.items() if value != "")
    return "".join(key.decode() + value for key, value in pairs)


def sorted_query(values: Mapping[str, str]) -> str:
    """`key=value&…` of everything that is not empty, by the bytes of the keys."""
    return "&".join(
        f"{key}={value}" for key, value in sorted(values.items(), key=lambda pair: pair[0].encode()) if value
    )


def sorted_encoded(values: Mapping[str, str]) -> str:
    """The same with keys and values percent-encoded (RFC 3986)."""
    return sorted_query({encoded(key): encoded(value) for key, value in values.items()})


def sorted_json(value: object) -> str:
    """Compact JSON with the keys of every level in the order of their bytes; UTF-8, nothing escaped that need not be."""
    return written(_ordered(value))


def _ordered(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda key: str(key).encode())}
    if isinstance(value, list | tuple):
        return [_ordered(each) for each in value]
    return value


def html_escaped(text: str) -> str:
    """JSON text with `&`, `<` and `>` written as escapes, as Go's encoder does by default."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def encoded(text: str) -> str:
    """Percent-encoded once, RFC 3986 with upper-case hexadecimal."""
    return quote(text, safe="-_.~")


def on_the_wire(text: str) -> str:
    """A key or value as our requests bear it: a blank is `+`, `*` stays, `~` is encoded, as Java's clients write them."""
    return quote_plus(text, safe="*-_.").replace("~", "%7E")


def query_on_the_wire(pairs: Iterable[tuple[str, str]]) -> str:
    """`key=value&…` as our requests bear it."""
    return "&".join(f"{on_the_wire(key)}={on_the_wire(value)}" for key, value in pairs)


def encoded_pairs(sent: Iterable[tuple[str, str]]) -> str:
    """`key=value&…` of pairs that are percent-encoded as they were sent, each encoded once more, sorted as whole texts."""
    return "&".join(sorted(f"{encoded(key)}={encoded(value)}" for key, value in sent))


def clipped(text: str, most_bytes: int) -> str:
    """The longest beginning of a text that fits so many bytes of UTF-8; never half a character."""
    return text.encode()[:most_bytes].decode("utf-8", "ignore")

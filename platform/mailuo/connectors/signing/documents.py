"""Documents: what a body from outside says, JSON or XML, as members of members. Pure.

Of XML the root is left away; elements that occur more than once are a list, attributes are members beside them, and a text
beside attributes is the member `text`. What declares entities, or is nested too deep, says nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from mailuo.connectors.signing.numbers import parse_numbers_verbatim

_DEEPEST = 64
_MOST = 100_000
"""Beginnings and ends of elements in one document."""
_PIECE = 16_384
_PROLOGUE = re.compile(r"^\s*<\?xml[^>]*\?>")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,20})["']""")
_ENCODINGS = {"utf-8": "utf-8-sig", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "iso-8859-1": "latin-1", "us-ascii": "ascii"}


def document_of(body: bytes) -> Any:
    """What a body says; None where it is neither JSON nor XML."""
    return parse_numbers_verbatim(body) if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else xml_of(body)


def xml_of(body: bytes) -> Any:
    """What an XML document says; None where it is none, or one that is not to be read."""
    declared = _DECLARED.match(body.removeprefix(b"\xef\xbb\xbf"))
    encoding = _ENCODINGS.get(declared[1].decode().lower() if declared else "utf-8")
    try:
        text = body.decode(encoding) if encoding else ""
    except ValueError:
        return None
    return None if not text or "<!" in _CDATA.sub("", text) else _root(text)


def texts_of(document: object) -> dict[str, str]:
    """The members of a document that are single values, as texts: what a signature over its fields covers."""
    if not isinstance(document, Mapping):
        return {}
    return {str(name): _text(value) for name, value in document.items() if not isinstance(value, (Mapping, list))}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _root(text: str) -> Any:
    """The members of the root; pieces are looked at before the next is read, so that no depth costs memory."""
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    plain, depth, count = _PROLOGUE.sub("", text), 0, 0
    root: Element | None = None
    try:
        for start in range(0, len(plain), _PIECE):
            parser.feed(plain[start : start + _PIECE])
            for kind, element in cast(Iterator[tuple[str, Element]], parser.read_events()):
                depth, count = depth + (1 if kind == "start" else -1), count + 1
                root = element if root is None else root
                if depth > _DEEPEST or count > _MOST:
                    return None
        parser.close()
    except ParseError:
        return None
    return None if root is None else _value(root)


def _value(element: Element) -> Any:
    members: dict[str, Any] = {_name(name): value for name, value in element.attrib.items()}
    for child in element:
        name, value = _name(child.tag), _value(child)
        if name in members:
            before = members[name]
            members[name] = [*before, value] if isinstance(before, list) else [before, value]
        else:
            members[name] = value
    text = (element.text or "").strip() if len(element) else element.text or ""
    if not members:
        return text
    return {**members, "text": text} if text else members


def _name(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]

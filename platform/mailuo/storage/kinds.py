"""Kinds of content: what the bytes of a file are, whatever its name says."""

import puremagic

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
HEAD_BYTES = 4096

_SIGNATURES = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypavif", "image/avif"),
)
_ACTIVE = (b"<svg", b"<html", b"<!doctype", b"<script", b"<?xml")


def kind_of(head: bytes, name: str) -> str:
    """The media type of content that begins with these bytes; markup that could act is never more than text."""
    for offset, signature, kind in _SIGNATURES:
        if head[offset : offset + len(signature)] == signature:
            return kind
    if _is_text(head):
        return "text/csv" if name.lower().endswith(".csv") and not _is_markup(head) else TEXT
    return _by_magic(head)


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a character cut in two by the end of the head
    return True


def _is_markup(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    return start.startswith(_ACTIVE)


def _by_magic(head: bytes) -> str:
    try:
        found = puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return UNKNOWN if not found or "svg" in found or "html" in found else found

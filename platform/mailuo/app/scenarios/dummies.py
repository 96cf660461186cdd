"""Dummies: good little files of each kind, for evidence and file fields in scenarios."""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import PurePath

import xlsxwriter

from mailuo.storage.kinds import kind_of

_ENDINGS = {".jpeg": ".jpg", ".tif": ".tiff", ".text": ".txt"}


def _pdf() -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + rows + trailer


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


def _jpeg() -> bytes:
    """One grey pixel: each Huffman table has a single code, so that the whole picture is two bits."""
    table = b"\x01" + bytes(15) + b"\0"
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
        + (b"\xff\xdb\x00\x43\0" + b"\x01" * 64)
        + b"\xff\xc0\x00\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
        + (b"\xff\xc4\x00\x14\x00" + table)
        + (b"\xff\xc4\x00\x14\x10" + table)
        + b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0\x3f\xff\xd9"
    )


def _gif() -> bytes:
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def _webp() -> bytes:
    data = b"VP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
    return b"RIFF" + struct.pack("<I", len(data) + 4) + b"WEBP" + data


def _workbook() -> bytes:
    target = BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    workbook.add_worksheet()
    workbook.close()
    return target.getvalue()


DUMMIES: Mapping[str, Callable[[], bytes]] = {
    ".pdf": _pdf,
    ".jpg": _jpeg,
    ".png": _png,
    ".gif": _gif,
    ".webp": _webp,
    ".xlsx": _workbook,
    ".csv": "甲,乙\n1,2\n".encode,
    ".txt": "样件\n".encode,
}
"""What makes a file of each ending, the most usual first."""


def named(name: str) -> bytes:
    """The content of a file whose kind its ending tells; plain text where nobody knows the ending."""
    ending = PurePath(name).suffix.lower()
    return DUMMIES.get(_ENDINGS.get(ending, ending), DUMMIES[".txt"])()


def accepted(accept: Sequence[str]) -> tuple[str, bytes]:
    """The name and content of a file that fits one of these media types, such as `image/*`; a PDF where any does."""
    for ending, make in DUMMIES.items():
        content = make()
        kind = kind_of(content, f"dummy{ending}")
        if not accept or kind in accept or f"{kind.partition('/')[0]}/*" in accept:
            return f"样件{ending}", content
    return "样件.txt", named("样件.txt")

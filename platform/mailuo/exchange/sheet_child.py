"""The process that unpacks one spreadsheet: run by path, with limits of its own, importing nothing of the product.

`python sheet_child.py FILE` writes the first sheet's rows that are not blank to stdout, each a line of JSON with its number.
Exit 3: refused, stderr says why in one word. Anything else that is not 0 means that the file broke the reader or a limit.
"""

import re
import resource
import sys
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import orjson
from python_calamine import CalamineError, CalamineWorkbook

_MEGABYTE = 1024 * 1024
_MEMORY = 1024 * _MEGABYTE
_CPU_SECONDS = 60
_MOST_UNPACKED = 400 * _MEGABYTE
_MOST_PARTS = 5_000
_CHUNK = 64 * 1024
_REFUSED = 3
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 32


def main(path: Path) -> int:
    """The exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        why = _refused(path) or _read(path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zipfile.LargeZipFile, RuntimeError):
        why = "zip"
    except CalamineError:
        why = "sheet"
    if why:
        sys.stderr.write(why)
        return _REFUSED
    return 0


def _refused(path: Path) -> str | None:
    """Why the archive is not even unpacked: the directory is looked at first, then each part for a document type."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
            return "large"
        if any(part.flag_bits & 0x1 for part in parts):
            return "encrypted"
        if not any(part.filename == "xl/workbook.xml" for part in parts):
            return "workbook"
        for part in parts:
            if part.filename.endswith((".xml", ".rels", ".vml")) and _has_doctype(archive, part):
                return "doctype"
    return None


def _has_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type or an entity, or is in an encoding that could hide one."""
    with archive.open(part) as stream:
        tail = stream.read(_CHUNK)
        if b"\0" in tail[:64] or tail[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return True
        while tail:
            if _DOCTYPE.search(tail):
                return True
            more = stream.read(_CHUNK)
            tail = tail[-_OVERLAP:] + more if more else b""
    return False


def _read(path: Path) -> str | None:
    with CalamineWorkbook.from_path(path) as book:
        if not book.sheet_names:
            return "workbook"
        sheet = book.get_sheet_by_index(0)
        write = sys.stdout.buffer.write
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if row.count("") == len(row):
                continue  # between two rows at either end of a sheet lie a million
            write(orjson.dumps((number, row), default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME))
            write(b"\n")
    sys.stdout.buffer.flush()
    return None


def _plain(value: object) -> object:
    """What JSON has no word for; a day stands alone, for a sheet does not say whether it means its midnight."""
    match value:
        case datetime():
            return value.isoformat()
        case date():
            return {"day": value.isoformat()}
        case timedelta():
            return f"{int(value.total_seconds())}s"
    return str(value)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

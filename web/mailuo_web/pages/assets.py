"""Addresses of the built assets, with a mark of their content so that browsers may keep them."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"


def asset(name: str) -> str:
    """The address of a built file; another content has another address."""
    path = STATIC / name
    return f"/static/{name}?v={_mark(path, path.stat().st_mtime_ns)}" if path.is_file() else f"/static/{name}"


@lru_cache(maxsize=32)
def _mark(path: Path, changed: int) -> str:
    """A short digest of the file; `changed` makes it be read again after a new build."""
    return sha256(path.read_bytes()).hexdigest()[:12]

"""Logs: one line an event, as text or as JSON, and the id by which a person can point to one."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Literal, TextIO

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_NEW_LINE = " ⏎ "
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class TextLines(logging.Formatter):
    """Writes a record as one line of text, an exception included."""

    def __init__(self) -> None:
        super().__init__(_PLAIN)

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return _NEW_LINE.join(super().format(record).splitlines())


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON, with what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in _OWN}
        if record.exc_info:
            told["fault"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def begin(form: Literal["text", "json"], stream: TextIO | None = None) -> None:
    """Sends all logs to one stream (stderr unless said otherwise) in one form; called once, by a process's first line."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


def fault(log: logging.Logger, doing: str, error: BaseException) -> str:
    """The id under which the log tells of an exception that nobody foresaw."""
    trace = token_hex(6)
    log.error("fault %s while doing: %s", trace, doing, exc_info=error, extra={"trace": trace})
    return trace


class LateFile(logging.Handler):
    """Appends JSON lines to a file that is made with the first of them."""

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Writes a record; what cannot be written is left out, for a command has no better place to say so."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as target:
                target.write(f"{self.format(record)}\n")
        except OSError:
            self.handleError(record)

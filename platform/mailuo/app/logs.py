"""Logs: one line an event, as text or as JSON, and the id by which a person can point to one."""

import json
import logging
import sys
from datetime import UTC, datetime
from secrets import token_hex
from typing import Literal, TextIO

_PLAIN = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


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
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(_PLAIN))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


def fault(log: logging.Logger, doing: str) -> str:
    """The id under which the log tells of the exception that is being handled."""
    trace = token_hex(6)
    log.error("fault %s while doing: %s", trace, doing, exc_info=True, extra={"trace": trace})
    return trace

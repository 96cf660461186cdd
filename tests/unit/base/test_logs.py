"""Logs: one line an event, and an id for what nobody foresaw."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mailuo.base import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Where the log goes, as JSON; the handlers of the tests come back afterwards."""
    root = logging.getLogger()
    handlers, level, stream = list(root.handlers), root.level, io.StringIO()
    logs.begin("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """What was written, a line an event."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json(written: io.StringIO) -> None:
    logging.getLogger("x").warning("two\nlines of %s", "text", extra={"order": "N1"})
    (line,) = lines(written)
    assert (line["level"], line["message"], line["order"]) == ("warning", "two\nlines of text", "N1")


def test_a_fault_is_found_by_the_id_that_was_shown(written: io.StringIO) -> None:
    error = ValueError("broken")
    trace = logs.fault(logging.getLogger("x"), "mending", error)
    (line,) = lines(written)
    assert line["trace"] == trace
    assert "ValueError: broken" in line["fault"]


def test_as_text_a_fault_is_one_line_too(written: io.StringIO) -> None:
    logs.begin("text", written)
    logs.fault(logging.getLogger("x"), "mending", ValueError("a\nb"))
    assert len(written.getvalue().splitlines()) == 1


def test_a_late_file_is_made_with_its_first_line(tmp_path: Path) -> None:
    path = tmp_path / "home" / "mailuo.log"
    handler = logs.LateFile(path)
    assert not path.exists()
    handler.handle(logging.makeLogRecord({"msg": "now"}))
    assert json.loads(path.read_text("utf-8"))["message"] == "now"

"""What a test may find outside of the checkout, and what happens when it is not there."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def shared_data(name: str) -> Path | None:
    """A file or folder of the data that is shared between projects, or None on a machine without it.

    They lie in `MAILUO_TEST_DATA`, or else in `../shared/data` beside the checkout.
    """
    folder = Path(os.environ.get("MAILUO_TEST_DATA") or ROOT.parent / "shared" / "data")
    return folder / name if (folder / name).exists() else None


def shared_scenarios() -> list[Path]:
    """The scenarios that are shared between projects, by name; none on a machine without them."""
    data = shared_data(".")
    return sorted((data.resolve().parent / "scenarios").glob("*.yaml")) if data else []


def chromium() -> str | None:
    """The program to drive, or None where there is none."""
    return os.environ.get("MAILUO_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _BROWSERS)), None)


def missing(what: str, packages: str) -> NoReturn:
    """Skips a test for want of a program; on a build server, where all of them are promised, fails it."""
    said = f"this test needs {what}: apt-get install {packages}"
    if os.environ.get("CI") == "true":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)

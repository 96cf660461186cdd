"""The reference of commands and settings is what their tables say."""

from pathlib import Path

from mailuo.cli.reference import reference

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "commands.md"


def test_the_reference_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == reference(), "python -m mailuo.cli.reference > docs/commands.md"

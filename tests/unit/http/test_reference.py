"""The reference of the API is what its operations say."""

from pathlib import Path

from mailuo_web.api.reference import reference

DOCUMENT = Path(__file__).parents[3] / "docs" / "api.md"


def test_the_reference_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == reference(), "python -m mailuo_web.api.reference > docs/api.md"

"""The reference of the language is what the table of functions says."""

from pathlib import Path

from mailuo.formulas.reference import reference

DOCUMENT = Path(__file__).parents[3] / "docs" / "formulas.md"


def test_the_reference_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == reference(), "python -m mailuo.formulas.reference > docs/formulas.md"

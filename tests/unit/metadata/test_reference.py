"""The reference of declarations cannot lag behind the grammar."""

from pathlib import Path

from mailuo.fields import FIELD_TYPES
from mailuo.metadata.grammar import KINDS
from mailuo.metadata.reference import page

PAGE = Path(__file__).parents[3] / "docs" / "declarations.md"


def test_the_committed_page_is_what_the_grammar_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m mailuo.metadata.reference page > docs/declarations.md"
    )


def test_the_page_names_every_kind_and_every_field_type() -> None:
    text = page()
    assert all(f"## `{kind}:`" in text for kind in KINDS)
    assert all(f"| `{name}` |" in text for name in FIELD_TYPES)

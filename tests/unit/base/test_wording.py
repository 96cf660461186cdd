"""Sentences with gaps, and the form of a word that a number asks for."""

import pytest

from mailuo.base.wording import filled


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 rows wait"), (1, "1 row waits"), ("1", "1 row waits"), (2, "2 rows wait"), ("1,001", "1,001 rows wait")],
)
def test_a_number_chooses_the_form_of_the_words_beside_it(count: object, said: str) -> None:
    assert filled("{count} {count:row waits/rows wait}", {"count": count}) == said


def test_slashes_and_braces_of_values_are_no_forms() -> None:
    assert filled("{done}/{all}: {name}", {"done": 1, "all": 2, "name": "{done:a/b}"}) == "1/2: {done:a/b}"

"""A text that is too long is cut between characters and keeps its link."""

import pytest

from mailuo.automations.shortening import shortened

LINK = "https://here/tables/t/records/A-1"
OTHER = "https://here/alerts"


def test_a_text_that_fits_stays_as_it_is() -> None:
    text = "胡" * 682 + "xx"
    assert len(text.encode()) == 2048
    assert shortened(text, 2048, LINK) == text


@pytest.mark.parametrize("before", range(4))
def test_a_text_that_is_one_byte_too_long_is_cut_between_characters_and_ends_with_the_link(before: int) -> None:
    text = "x" * before + "胡" * 683
    cut = shortened(text, 2048, LINK)
    body = cut.removesuffix(f"… {LINK}")
    assert text.startswith(body)
    assert 2045 < len(cut.encode()) <= 2048


def test_the_link_at_the_end_of_a_text_is_the_one_that_is_kept() -> None:
    assert shortened(f"{'迟了' * 100} {OTHER}", 60, LINK).endswith(f"了… {OTHER}")


def test_where_no_link_fits_the_text_is_cut_without_one() -> None:
    assert shortened("很长很长的话", 10, LINK) == "很长…"

"""A filter is the same as formula and as chips, whichever of them somebody changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailuo_web.pages.conditions import Words, chips_of, condition_of, join, split
from mailuo_web.texts import Say

WORDS = Words({"room": "诊室", "closed": "已关闭", "seen": "已就诊"}, {"room": {"A": "一诊室"}})

CONDITIONS = st.sampled_from(
    [
        '{room} = "A"',
        "NOT({closed})",
        "{age} >= 7",
        "CONTAINS({note}, 'a, (b')",
        'OR({room} = "A", {room} = "B")',
        '{a b} = "AND("',
    ]
)


@given(st.lists(CONDITIONS, max_size=6))
def test_taking_a_filter_apart_and_putting_it_together_changes_nothing(conditions: list[str]) -> None:
    assert list(split(join(conditions))) == conditions


@given(st.text(max_size=60))
def test_any_text_can_be_taken_apart(text: str) -> None:
    assert split(join(split(text))) == split(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("{closed}", ("{closed}",)),
        ("AND({a} = 1, AND({b} = 2, {c}))", ("{a} = 1", "{b} = 2", "{c}")),
        ("AND({a}) = AND({b})", ("AND({a}) = AND({b})",)),
        ("OR({a}, {b})", ("OR({a}, {b})",)),
    ],
)
def test_only_a_plain_and_is_taken_apart(text: str, parts: tuple[str, ...]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('{room} = "A"', ("诊室", "=", "一诊室")),
        ("{room} <> 'B'", ("诊室", "≠", "B")),
        ("NOT({closed})", ("已关闭", "", "否")),
        ('STATE({seen}) = "due"', ("已就诊", "", "该到了")),
        ("NOT(ISBLANK({seen}))", ("已就诊", "", "不为空")),
        ('CONTAINS({room}, "x")', ("诊室", "", "包含 x")),
        ("{a} + {b} > 3", ("公式", "", "{a} + {b} > 3")),
    ],
)
def test_a_chip_says_the_condition_in_words(condition: str, said: tuple[str, str, str]) -> None:
    chip = chips_of(condition, WORDS, Say("zh"))[0]
    assert (chip.name, chip.op, chip.value) == said


def test_a_chip_knows_the_filter_without_it() -> None:
    chips = chips_of('AND({room} = "A", NOT({closed}), {seen} > "2026-01-01")', WORDS, Say("zh"))
    assert [chip.rest for chip in chips] == [
        'AND(NOT({closed}), {seen} > "2026-01-01")',
        'AND({room} = "A", {seen} > "2026-01-01")',
        'AND({room} = "A", NOT({closed}))',
    ]


@pytest.mark.parametrize(
    ("clicked", "formula"),
    [
        (("room", "eq", "A", "text"), '{room} = "A"'),
        (("age", "ge", "7", "number"), "{age} >= 7"),
        (("age", "ge", '7" or', "number"), "{age} >= '7\" or'"),
        (("closed", "false", "", "boolean"), "NOT({closed})"),
        (("seen", "due", "", "node"), 'STATE({seen}) = "due"'),
        (("note", "contains", "x", "text"), 'CONTAINS({note}, "x")'),
        (("note", "blank", "", "text"), "ISBLANK({note})"),
    ],
)
def test_what_is_clicked_becomes_a_formula(clicked: tuple[str, str, str, str], formula: str) -> None:
    assert condition_of(*clicked) == formula

"""Reading a declaration file: every value as written, every limit before anything is built."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mailuo.base.problems import Place
from mailuo.metadata.document import Mapping, Scalar, Sequence
from mailuo.metadata.reading import read_document


def read(text: str, file: str = "tables/t.yaml") -> Mapping:
    reading = read_document(file, text)
    assert reading.problems == ()
    assert reading.root is not None
    return reading.root


def words(node: object) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [words(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {entry.key.text: words(entry.value) for entry in node}


AS_WRITTEN = "NO ON off y 00892 0123 013800138000 1_000 1.10 1e3 2026-01-15 2:30 yes null .inf 0x1F".split()


def test_every_scalar_stays_the_text_that_was_written() -> None:
    assert words(read(f"table: t\nvalues: [{', '.join(AS_WRITTEN)}]\nno: 1\n")) == {
        "table": "t",
        "values": AS_WRITTEN,
        "no": "1",
    }


def test_places_count_characters_from_one() -> None:
    root = read('表: "甲"\nb:\n  乙: [丙, 丁]\n')
    inner = root.entries[1].value
    assert isinstance(inner, Mapping)
    listed = inner.entries[0].value
    assert isinstance(listed, Sequence)
    assert root.entries[0].value.place == Place("tables/t.yaml", 1, 4)
    assert inner.entries[0].key.place == Place("tables/t.yaml", 3, 3)
    assert listed.items[1].place == Place("tables/t.yaml", 3, 10)


def test_json_is_read_like_yaml() -> None:
    text = '{\n\t"table": "t",\t"title": "a\\/b \\ud83c\\udfe5 \\\\ud83c",\n\t"n": [1, 2.50, true, null]\n}'
    assert words(read(text, "tables/t.json")) == {
        "table": "t",
        "title": "a/b 🏥 \\ud83c",
        "n": ["1", "2.50", "true", "null"],
    }


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert words(read("\ufefftable: t\n")) == {"table": "t"}


def test_an_alias_stands_for_what_it_names() -> None:
    assert words(read("a: &x {b: [c]}\nd: *x\n")) == {"a": {"b": ["c"]}, "d": {"b": ["c"]}}


def test_of_a_double_key_the_first_stays_and_both_lines_are_named() -> None:
    reading = read_document("t.yaml", "a: 1\nb: 2\na: 3\n")
    assert reading.root is not None
    assert words(reading.root) == {"a": "1", "b": "2"}
    assert [problem.line("en") for problem in reading.problems] == [
        "t.yaml:3:1: 'a' is written twice, on lines 1 and 3; keep one"
    ]


HOSTILE = {
    "200,000 brackets": "a: " + "[" * 200_000 + "]" * 200_000,
    "brackets below the limit of bytes": "[" * 120_000 + "]" * 120_000,
    "brackets never closed": "{a: " * 60_000,
    "dashes": "- " * 100_000,
    "question marks": "? " * 100_000,
    "stairs": "\n".join(" " * step + "a:" for step in range(600)),
    "a billion laughs": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{new}: &{new} [{','.join(f'*{old}' for _ in range(9))}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "an alias inside its own anchor": "a: &a [*a]",
    "a tag that runs something": '!!python/object/apply:os.system ["touch ./pwned"]',
    "a tag on a key": "!!python/name:os.system a: b",
    "brackets in JSON": "[" * 100_000 + "]" * 100_000,
    "NUL": "a: b\0c",
    "half a character": "a: \ud83d",
    "an endless key": "a" * 300_000 + ": b",
    "a quote never closed": "a: '" + "b" * 250_000,
    "many anchors": "\n".join(f"a{number}: &a{number} b" for number in range(20_000)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("file", ["tables/t.yaml", "tables/t.json"])
def test_a_hostile_file_is_refused_within_a_second(name: str, file: str) -> None:
    began = time.process_time()
    reading = read_document(file, HOSTILE[name])
    assert time.process_time() - began < 1
    assert reading.root is None or name == "many anchors"
    assert reading.problems or name == "many anchors"
    assert all(problem.place and problem.place.file == file for problem in reading.problems)


SHARDS = some.lists(
    some.sampled_from(
        [
            "a",
            "表",
            ": ",
            ":",
            "\n",
            "  ",
            "- ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "'",
            '"',
            "&a ",
            "*a",
            "!x ",
            "<<",
            "#",
            "|\n",
            ">",
            "?",
            "\t",
            "%",
            "@",
            "~",
            "\\",
            "---\n",
        ]
    )
).map("".join)


@given(text=some.one_of(SHARDS, some.text()), json=some.booleans())
def test_any_text_is_read_or_refused_with_a_place(text: str, json: bool) -> None:
    reading = read_document("t.json" if json else "t.yaml", text)
    assert reading.root is not None or reading.problems
    for problem in reading.problems:
        assert problem.place is not None
        assert problem.line("zh")
        assert problem.line("en")

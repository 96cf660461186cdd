"""Loading survives whatever a hand or a machine has done to the files: a manifest or problems, never a crash."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from mailuo.metadata import Manifest, load, read_folder

AROUND = read_folder(Path(__file__).parents[2] / "declarations" / "around")
WORDS = sorted({word for text in AROUND.values() for word in text.replace(",", " ").split()} | {"", "null", "[]", "{}", "x", "-1", "'", "*a", "99d"})

MUTATION = some.tuples(
    some.sampled_from(sorted(AROUND)),
    some.integers(min_value=0, max_value=4_000),
    some.integers(min_value=0, max_value=40),
    some.lists(some.sampled_from(WORDS), max_size=3).map(" ".join),
)


@settings(max_examples=400, deadline=None)
@given(mutations=some.lists(MUTATION, min_size=1, max_size=4))
def test_damaged_files_are_loaded_or_explained(mutations: list[tuple[str, int, int, str]]) -> None:
    files = dict(AROUND)
    for name, start, length, text in mutations:
        old = files[name]
        at = start % (len(old) + 1)
        files[name] = old[:at] + text + old[at + length :]
    result = load(files)
    if isinstance(result, Manifest):
        return
    for problem in result:
        assert problem.place is not None
        assert problem.line("zh")
        assert problem.line("en")


@given(dropped=some.sets(some.sampled_from(sorted(AROUND))))
def test_missing_files_are_explained_too(dropped: set[str]) -> None:
    result = load({name: text for name, text in AROUND.items() if name not in dropped})
    assert isinstance(result, Manifest) or all(problem.place for problem in result)

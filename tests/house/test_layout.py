"""Where things lie: nothing shadows anything, nothing foreign or secret is kept, no file is a warehouse."""

import re
import sys

from tests.house.sources import CODE, EVERYTHING, files, kept_files, named, text
from tests.surroundings import ROOT

VAGUE = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "tools"})
SECRETS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}")
MOST_LINES = 400
MOST_BYTES = 2**20
_HOLDING_TEXT = (".py", ".ts", ".css", ".html", ".md", ".yaml", ".yml", ".json", ".toml", ".txt", ".pem", ".key", "")


def test_no_top_level_folder_is_a_package() -> None:
    # With an `__init__.py`, `platform/` would shadow the standard library's `platform`, and pytest itself would die.
    assert [named(path) for path in ROOT.glob("*/__init__.py")] == []


def test_no_module_is_named_like_the_standard_librarys() -> None:
    top = [
        path for path in files(*CODE) if path.parents[1] == ROOT or path.parents[2] == ROOT and path.stem == "__init__"
    ]
    assert [named(path) for path in top if path.stem in sys.stdlib_module_names] == []


def test_every_module_has_one_noun() -> None:
    vague = [path for path in files(*CODE) if path.stem in VAGUE or path.stem.startswith("base_")]
    assert [named(path) for path in vague] == []


def test_no_file_is_too_long_to_read() -> None:
    long = {named(path): text(path).count("\n") for path in files(*EVERYTHING) if text(path).count("\n") > MOST_LINES}
    assert long == {}


def test_nothing_foreign_is_kept() -> None:
    foreign = [path for path in kept_files() if re.search(r"[.-]min\.(js|css)$|\.(woff2?|wasm|whl|jar)$", path.name)]
    large = [path for path in kept_files() if path.stat().st_size > MOST_BYTES and path.name != "package-lock.json"]
    assert [named(path) for path in [*foreign, *large]] == []


def test_no_private_key_is_kept() -> None:
    holding = [path for path in kept_files() if path.suffix in _HOLDING_TEXT and SECRETS.search(text(path))]
    assert [named(path) for path in holding] == []


def test_locked_packages_carry_digests_and_name_no_host() -> None:
    for path in sorted(ROOT.glob("requirements/*.txt")):
        assert re.search(r"https?://|^\s*--(index|extra-index|find-links)|^-[if] ", text(path), re.MULTILINE) is None, (
            path.name
        )
        pinned = re.findall(r"^[\w.\[\]-]+==", text(path), re.MULTILINE)
        assert pinned, path.name
        assert len(re.findall(r"^[\w.\[\]-]+==.*\\\n    --hash=sha256:[0-9a-f]{64}", text(path), re.MULTILINE)) == len(
            pinned
        )
    assert "resolved" not in text(ROOT / "package-lock.json")
    assert "://" not in re.sub(r'"url": "https?://[^"]*"', "", text(ROOT / "package-lock.json"))


def test_each_decision_has_a_number_of_its_own_which_its_heading_says() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [path.name[:3] for path in decisions]
    assert sorted(set(numbers)) == numbers
    assert [path.name for path in decisions if not text(path).startswith(f"# {path.name[:3]} ")] == []

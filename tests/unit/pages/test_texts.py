"""The catalogue: both languages say the same things, and everything that is said stands in it."""

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailuo_web.texts.say import CATALOGUES, SCRIPTS

WEB = Path(__file__).resolve().parents[3] / "web" / "mailuo_web"
ZH, EN, SCRIPT_ZH, SCRIPT_EN = CATALOGUES["zh"], CATALOGUES["en"], SCRIPTS["zh"], SCRIPTS["en"]
_SAID = re.compile(r"""\bsay\(\s*["']([\w.]+)["']""")


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def said(pattern: str) -> Iterator[tuple[str, str]]:
    for path in sorted(WEB.rglob(pattern)):
        yield from ((path.name, key) for key in _SAID.findall(path.read_text("utf-8")))


@pytest.mark.parametrize(("zh", "en"), [(ZH, EN), (SCRIPT_ZH, SCRIPT_EN)], ids=["pages", "scripts"])
def test_both_languages_have_the_same_texts_with_the_same_gaps(zh: dict[str, str], en: dict[str, str]) -> None:
    assert list(zh) == list(en)
    assert [key for key in zh if gaps(zh[key]) != gaps(en[key])] == []


@pytest.mark.parametrize("pattern", ["*.html", "*.py"])
def test_what_pages_say_stands_in_the_catalogue(pattern: str) -> None:
    keys = list(said(pattern))
    assert keys
    assert [
        (file, key) for file, key in keys if not any(one == key or key[-1] == "." and one.startswith(key) for one in ZH)
    ] == []


def test_what_scripts_say_stands_in_the_catalogue() -> None:
    keys = list(said("*.ts"))
    assert keys
    assert [one for one in keys if one[1] not in SCRIPT_ZH] == []


def test_templates_hold_no_style_and_no_script_of_their_own() -> None:
    for path in sorted((WEB / "templates").rglob("*.html")):
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style(?! nonce)|<script(?! src| nonce)", text), path.name


_COUNTED = re.compile(r"\{(?:count|left|done|total)\} (?:open |more )?(?!this\b)[a-z]+s\b")


@pytest.mark.parametrize("texts", [EN, SCRIPT_EN], ids=["pages", "scripts"])
def test_one_is_never_said_in_the_plural(texts: dict[str, str]) -> None:
    assert [key for key, text in texts.items() if _COUNTED.search(text)] == []

"""Every sentence that the program says to people is there in both languages, with the same gaps."""

import ast
import re
from collections import Counter
from string import Formatter

from tests.house.sources import CODE, files, named, tree

CODE_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
ONLY_A_GAP = re.compile(r"\{\w+\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


def _messages() -> list[tuple[str, str, str, str]]:
    """Where each Message stands, its code, what it says in Chinese and in English; composed ones say what others say."""
    return [
        (f"{named(path)}:{node.lineno}", *written)
        for path in files(*CODE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message"
        if (written := _written(node))
    ]


def _written(node: ast.Call) -> tuple[str, str, str] | None:
    given = dict(zip(("code", "zh", "en"), node.args, strict=False)) | {word.arg: word.value for word in node.keywords}
    match [given["code"], given["zh"], given["en"]]:
        case [ast.Constant(str(code)), ast.Constant(str(zh)), ast.Constant(str(en))]:
            return code, zh, en
    return None


def _gaps(sentence: str) -> set[str]:
    """The names of the gaps; a value that is itself a word has one name in each language (`what_zh`, `what_en`)."""
    return {re.sub(r"_(zh|en)$", "", name) for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_message_is_said_in_chinese_and_in_english() -> None:
    messages = _messages()
    assert len(messages) > 100
    assert [place for place, _, zh, en in messages if not zh or not en] == []
    assert [place for place, _, zh, _ in messages if not HAN.search(zh) and not ONLY_A_GAP.fullmatch(zh)] == []
    assert [place for place, _, _, en in messages if HAN.search(en)] == []


def test_both_languages_leave_the_same_gaps() -> None:
    assert [place for place, _, zh, en in _messages() if _gaps(zh) != _gaps(en)] == []


def test_no_gap_has_a_name_that_a_problem_keeps_for_itself() -> None:
    own = {"place", "path", "field"}
    assert [place for place, _, zh, en in _messages() if (_gaps(zh) | _gaps(en)) & own] == []


def test_every_code_is_a_name_and_no_message_stands_twice() -> None:
    messages = _messages()
    assert [place for place, code, _, _ in messages if not CODE_NAME.fullmatch(code)] == []
    twice = [said for said, times in Counter((code, zh, en) for _, code, zh, en in messages).items() if times > 1]
    assert twice == []

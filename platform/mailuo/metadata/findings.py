"""Findings: the problems of one check as they are met, and what is known to be unreadable.

A file that cannot be read hides only its own errors: what probably stands in it is not reported as missing elsewhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from mailuo.base.near import nearest
from mailuo.base.problems import Message, Place, Problem, Problems
from mailuo.metadata import messages
from mailuo.metadata.part import Written

_FIRST_KEY = re.compile(r'\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:---\s+)?[\s{"]*([a-z]+)"?\s*:\s*"?([a-z0-9_]*)', re.ASCII)
_HEAD = 4_000
"""Characters in which the first key is sought, after the comments that often stand before it."""


@dataclass(frozen=True, slots=True)
class Noun:
    """What a name stands for, in both languages."""

    zh: str
    en: str


TABLE = Noun("表", "table")
FIELD = Noun("字段", "field")
NODE = Noun("节点", "node")
EXIT = Noun("出口", "exit")
VIEW = Noun("视图", "view")
FORM = Noun("表单", "form")
ROLE = Noun("角色", "role")
CALENDAR = Noun("日历", "calendar")
ALERT = Noun("预警", "alert")
SOURCE = Noun("来源", "source")
AUTOMATION = Noun("自动化", "automation")
BUTTON = Noun("按钮", "button")
ARBITRATION = Noun("仲裁规则", "arbitration")
CONNECTOR = Noun("连接器", "connector")
OPERATION = Noun("调用", "operation")
EVENT = Noun("消息", "event")
COLUMN = Noun("列", "column")
OPTION = Noun("选项", "option")
WORKSPACE = Noun("工作区", "workspace")
STATE = Noun("状态", "state")


@dataclass
class Findings:
    """The problems found so far, and what cannot be known because its file cannot be read."""

    problems: list[Problem] = field(default_factory=list)
    lost_kinds: set[str] = field(default_factory=set)
    lost_tables: set[str] = field(default_factory=set)

    def add(self, message: Message, at: Written, **values: object) -> None:
        """Reports something wrong with a text that stands in a file."""
        texts = {name: str(value) for name, value in values.items()}
        self.problems.append(message(place=at.place, path=at.path, found=at, **texts))

    def lose(self, text: str) -> None:
        """Notes what a file that cannot be read would probably have declared."""
        match = _FIRST_KEY.match(text[:_HEAD])
        if match:
            self.lost_kinds.add(match[1])
            self.lost_tables.add(match[2])

    def name(self, word: Written, known: Iterable[str], noun: Noun) -> str | None:
        """The name if it is known; reported, with a near one, and None if it is not."""
        names = list(known)
        if word in names:
            return str(word)
        if not self.excused(word, noun):
            near = nearest(word, names)
            if near:
                self.add(messages.UNKNOWN_NAME_NEAR, word, what_zh=noun.zh, what_en=noun.en, near=near)
            else:
                self.add(messages.UNKNOWN_NAME, word, what_zh=noun.zh, what_en=noun.en)
        return None

    def excused(self, word: str, noun: Noun) -> bool:
        """Whether a missing name probably stands in a file that cannot be read."""
        if noun is TABLE:
            return word in self.lost_tables
        if noun is FORM:
            return bool(self.lost_tables)
        if noun in (SOURCE, CONNECTOR) and "connector" in self.lost_kinds:
            return True
        return {ROLE: "roles", CALENDAR: "calendars", ALERT: "alerts", SOURCE: "workspace"}.get(noun) in self.lost_kinds

    def twice(self, word: Written, first: Place, noun: Noun) -> None:
        """Reports that something is declared a second time."""
        self.add(messages.DECLARED_TWICE, word, what_zh=noun.zh, what_en=noun.en, first=first)

    def in_file_order(self) -> Problems:
        """All problems, as they stand in the files."""
        return tuple(sorted(self.problems, key=lambda problem: problem.place or Place("")))

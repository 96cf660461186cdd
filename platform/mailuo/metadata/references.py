"""References: the names that declarations may use across files, gathered before anything is built."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailuo.base.near import nearest
from mailuo.metadata import messages
from mailuo.metadata.findings import FORM, ROLE, SOURCE, Findings
from mailuo.metadata.model import Speaker, SpeakerKind
from mailuo.metadata.part import Part, Written

ADMIN = "admin"
_RECEIVERS = ("roles", "cc", "users", "everyone")


@dataclass(frozen=True)
class References:
    """Every source, role and form of the workspace."""

    sources: Mapping[str, str]
    roles: frozenset[str]
    forms: frozenset[str]
    findings: Findings

    def role(self, word: Written) -> str | None:
        """A declared role, or `admin`, which is always there."""
        return self.findings.name(word, sorted({*self.roles, ADMIN}), ROLE)

    def roles_of(self, words: tuple[Written, ...]) -> tuple[str, ...]:
        """The declared ones among these roles."""
        return tuple(role for word in words if (role := self.role(word)) is not None)

    def source(self, word: Written) -> str | None:
        """A source of the workspace."""
        return self.findings.name(word, self.sources, SOURCE)

    def speakers(self, declared: object) -> tuple[Speaker, ...]:
        """Who stands in a `by`."""
        items = declared if isinstance(declared, tuple) else ()
        found = (self._manual(item) if isinstance(item, Part) else self._speaker(item) for item in items)
        return tuple(speaker for speaker in found if speaker is not None)

    def _manual(self, part: Part) -> Speaker:
        return Speaker(SpeakerKind.MANUAL, "", self.roles_of(part.words("manual")))

    def _speaker(self, word: Written) -> Speaker | None:
        kind, colon, name = word.partition(":")
        rest = Written.at(name, word.inside.moved(len(kind) + 1), word.path)
        if kind == "role" and colon:
            return Speaker(SpeakerKind.ROLE, name) if self.role(rest) else None
        if kind == "form" and colon:
            return Speaker(SpeakerKind.FORM, name) if self.findings.name(rest, sorted(self.forms), FORM) else None
        if word in ("automation", "manual"):
            return Speaker(SpeakerKind(str(word)), "")
        if word in self.sources or word == "clock":
            return Speaker(SpeakerKind.SOURCE, str(word))
        self._report(word)
        return None

    def _report(self, word: Written) -> None:
        if self.findings.excused(word, SOURCE):
            return
        known = [*self.sources, "automation", "manual", *(f"role:{role}" for role in sorted(self.roles))]
        near = nearest(word, known)
        if near:
            self.findings.add(messages.UNKNOWN_SPEAKER_NEAR, word, near=near)
        else:
            self.findings.add(messages.UNKNOWN_SPEAKER, word)


def tells_nobody(notify: Part) -> bool:
    """Whether a `notify` names nobody; who is named wrongly has been reported by the grammar."""
    named = any(notify.words(key) for key in _RECEIVERS) or notify.flag("everyone")
    return not named and not any(key in notify and notify.get(key) is None for key in _RECEIVERS)

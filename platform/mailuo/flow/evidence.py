"""Evidence: what is handed over with a word: checked, kept beside the claim, and put where the record asks for it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mailuo.base.problems import Problem
from mailuo.fields import File
from mailuo.flow.messages import (
    BAD_EVIDENCE,
    BAD_EVIDENCE_VALUE,
    EVIDENCE_MISSING,
    REQUIRES_MISSING,
    SCAN_MISSING,
    SCAN_WRONG,
    UNKNOWN_EVIDENCE,
)
from mailuo.flow.note import note_problem
from mailuo.metadata.model import Evidence, EvidenceKind, Node, Table
from mailuo.records.attachments import Attachments
from mailuo.records.messages import MASKED_FIELD, UNKNOWN_FILE
from mailuo.records.policy import Sight, TableAccess
from mailuo.storage.files import StoredFile

Given = Mapping[str, object]
_FILES = (EvidenceKind.PHOTO, EvidenceKind.PDF, EvidenceKind.FILE, EvidenceKind.SIGNATURE)
_BEGINS = {EvidenceKind.PHOTO: "image/", EvidenceKind.SIGNATURE: "image/", EvidenceKind.PDF: "application/pdf"}
_TITLES = {
    EvidenceKind.PHOTO: "照片 photo",
    EvidenceKind.PDF: "PDF",
    EvidenceKind.FILE: "附件 file",
    EvidenceKind.GEO: "定位 geo",
    EvidenceKind.SIGNATURE: "签名 signature",
    EvidenceKind.SCAN: "扫码 scan",
    EvidenceKind.NOTE: "说明 note",
}


class Piece(NamedTuple):
    """A piece of goods to be scanned: its code, how many, and what people call it."""

    code: str
    count: int  # type: ignore[assignment]  # a tuple's own `count` is not asked
    name: str


@dataclass(frozen=True)
class Handed:
    """What was handed over with one word about a node: evidence of its kinds, and files for its required fields."""

    table: Table
    node: Node
    access: TableAccess
    given: Given
    note: str | None

    @property
    def fields(self) -> dict[str, object]:
        """What belongs into the record's own fields; one that is hidden from this person is not known to be any."""
        asked = [name for name in self.node.requires if self.access.sight(name) is not Sight.HIDDEN]
        return {name: value for name, value in self.given.items() if name in asked}

    def unknown(self) -> Iterable[Problem]:
        """What the node has no use for."""
        kinds = {each.kind.value for each in self.node.evidence}
        for name in self.given:
            if name not in kinds and name not in self.fields and name != EvidenceKind.NOTE.value:
                yield UNKNOWN_EVIDENCE(field=name, title=self.node.title, found=name)

    def barred(self) -> Iterable[Problem]:
        """What this person is shown in part only, and so may not write."""
        for name in self.fields:
            if self.access.sight(name) is Sight.MASKED:
                yield MASKED_FIELD(field=name, title=self.table.fields[name].title)

    def missing(self, values: Mapping[str, object]) -> Iterable[Problem]:
        """What the node requires and nobody gave; `values` are the record's fields."""
        blank = [name for name in self.node.requires if values.get(name) is None and self.given.get(name) is None]
        if blank:
            titles = "、".join(self.table.fields[name].title for name in blank)
            yield REQUIRES_MISSING(field=blank[0], title=self.node.title, missing=titles)
        lacking = [each.kind for each in self.node.evidence if each.required and not self._has(each.kind)]
        if lacking:
            titles = "、".join(_TITLES[kind] for kind in lacking)
            yield EVIDENCE_MISSING(field=lacking[0].value, title=self.node.title, missing=titles)

    def _has(self, kind: EvidenceKind) -> bool:
        if kind is EvidenceKind.NOTE:
            return bool(self.note or self.given.get(kind.value))
        return self.given.get(kind.value) not in (None, "", [], {})

    @property
    def scan(self) -> Evidence | None:
        """The scan that was made, as the node asks for it."""
        asked = next((each for each in self.node.evidence if each.kind is EvidenceKind.SCAN), None)
        return asked if asked and self._has(EvidenceKind.SCAN) else None

    def scanned(self) -> list[str] | Problem:
        """The codes that were scanned, one a piece."""
        codes = self.given.get(EvidenceKind.SCAN.value)
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            return BAD_EVIDENCE_VALUE(field="scan", kind="scan")
        return [code.strip() for code in codes]

    def proofs(self, attachments: Attachments) -> tuple[list[dict[str, object]], list[Problem]]:
        """What is kept beside the claim, and what is wrong with it."""
        kept: list[dict[str, object]] = []
        wrong: list[Problem] = []
        for asked in self.node.evidence:
            value = self.given.get(asked.kind.value)
            if value in (None, "", [], {}):
                continue
            shown = file_proof(asked.kind, value, attachments) if asked.kind in _FILES else _plain(asked.kind, value)
            wrong.append(shown) if isinstance(shown, Problem) else kept.append(shown)
        return kept, wrong

    def files(self, attachments: Attachments) -> list[Problem]:
        """What is wrong with the files for required fields: one that this person may not even see."""
        named = [(name, str(value)) for name, value in self.fields.items() if isinstance(self.table.fields[name].type, File)]
        return [UNKNOWN_FILE(field=name, found=value) for name, value in named if attachments.visible(value) is None]


def scan_problem(pieces: Sequence[Piece], scanned: Sequence[str]) -> Problem | None:
    """What was not scanned, or does not belong here, by name."""
    wanted: Counter[str] = Counter()
    names: dict[str, str] = {}
    for piece in pieces:
        wanted[piece.code] += piece.count
        names[piece.code] = piece.name
    got = Counter(scanned)
    wrong = list(got - wanted)
    if wrong:
        return SCAN_WRONG(field="scan", found="、".join(f"{code} × {(got - wanted)[code]}" for code in wrong))
    left = wanted - got
    if not left:
        return None
    told = (f"{code} {names[code]} × {count}" if names[code] != code else f"{code} × {count}" for code, count in left.items())
    return SCAN_MISSING(field="scan", missing="、".join(told))


def file_proof(kind: EvidenceKind, value: object, attachments: Attachments) -> dict[str, object] | Problem:
    """What is kept of a file of a kind, or what is wrong with it: unknown to this person, or of another kind."""
    held: StoredFile | None = attachments.visible(value) if isinstance(value, str) else None
    if held is None:
        return UNKNOWN_FILE(field=kind.value, found=str(value)[:60])
    if not held.type.startswith(_BEGINS.get(kind, "")):
        return BAD_EVIDENCE(field=kind.value, kind=_TITLES[kind], name=held.name, type=held.type)
    return {"id": held.id, "kind": kind.value, "name": held.name}


def _plain(kind: EvidenceKind, value: object) -> dict[str, object] | Problem:
    problem = note_problem(value) if kind is EvidenceKind.NOTE and isinstance(value, str) else None
    if problem is not None:
        return problem
    well_formed = isinstance(value, dict if kind is EvidenceKind.GEO else (str, list))
    return {"kind": kind.value, "value": value} if well_formed else BAD_EVIDENCE_VALUE(field=kind.value, kind=_TITLES[kind])


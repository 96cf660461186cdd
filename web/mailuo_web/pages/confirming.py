"""Confirming a node: exactly what it asks for, as inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from mailuo.metadata.model import Evidence, EvidenceKind, Node
from mailuo.records import Sight
from mailuo_web.lifeline.shape import State
from mailuo_web.pages.inputs import InputView, Option, input_of
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.told import NodeTold

_FILES = {
    EvidenceKind.PHOTO: "image/*",
    EvidenceKind.PDF: "application/pdf",
    EvidenceKind.FILE: "",
    EvidenceKind.SIGNATURE: "image/*",
}
_WIDGETS = {
    EvidenceKind.GEO: "geo",
    EvidenceKind.SCAN: "scan",
    EvidenceKind.NOTE: "long_text",
    EvidenceKind.SIGNATURE: "signature",
}


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """What confirming a node asks for: `asks` are inputs, `has` the required fields that are filled already."""

    node: str
    title: str
    asks: tuple[InputView, ...]
    has: tuple[tuple[str, str], ...]
    fields: frozenset[str] = frozenset()
    """The record's own fields among what is asked; they have their place here instead of in the form."""


def confirms_of(
    subject: Subject, nodes: Mapping[str, NodeTold], values: Mapping[str, object]
) -> dict[str, ConfirmView]:
    """What the actor may confirm now, by node."""
    if subject.flow is None:
        return {}
    return {
        node.id: _confirm(subject, node, nodes[node.id], values)
        for node in subject.flow.nodes.values()
        if node.id in nodes and nodes[node.id].stand.state is State.DUE and subject.confirms(node.id)
    }


def _confirm(subject: Subject, node: Node, told: NodeTold, values: Mapping[str, object]) -> ConfirmView:
    names = [name for name in node.requires if name in subject.access.readable]
    filled = [name for name in names if values.get(name) is not None]
    blank = [name for name in names if name not in filled and subject.access.sight(name) is Sight.SHOWN]
    required = (_required(subject, node, name) for name in blank)
    evidence = (_evidence(subject, node, one) for one in node.evidence)
    has = tuple((subject.title_of(name), subject.shown_value(name, values[name])) for name in filled)
    return ConfirmView(node.id, node.title, (*_parts(subject, told), *required, *evidence), has, frozenset(blank))


def _required(subject: Subject, node: Node, name: str) -> InputView:
    """A field that the node requires; whoever may confirm the node, and sees it whole, may fill it."""
    view = input_of(subject, subject.table.fields[name], None, place=f"c-{node.id}", asked=True)
    return replace(view, required=True, size="full")


def _parts(subject: Subject, told: NodeTold) -> Iterator[InputView]:
    """Which part is meant, when there are several that have not reached the node."""
    open_ = [part for part in told.parts if part.state not in (State.REACHED, State.INFERRED)]
    if len(told.parts) > 1 and open_:
        options = tuple(Option(part.key, part.key) for part in open_)
        yield InputView(
            "part",
            f"c-{told.id}-part",
            subject.say("confirm.part"),
            "choice",
            required=True,
            options=options,
            size="full",
        )


def _evidence(subject: Subject, node: Node, asked: Evidence) -> InputView:
    widget = _WIDGETS.get(asked.kind, "file")
    return InputView(
        id=asked.kind.value,
        dom=f"c-{node.id}-{asked.kind}",
        title=subject.say(f"evidence.{asked.kind}"),
        widget=widget,
        shown=subject.say("file.none") if widget in ("file", "signature") else "",
        required=asked.required,
        accept=_FILES.get(asked.kind, ""),
        capture=asked.kind is EvidenceKind.PHOTO,
        size="full",
        help="" if asked.required else subject.say("evidence.optional"),
    )

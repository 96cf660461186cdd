"""Confirming a node: exactly what it asks for, as inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mailuo.metadata.model import Evidence, EvidenceKind, Node
from mailuo_web.lifeline.shape import State
from mailuo_web.pages.inputs import InputView, Option
from mailuo_web.pages.record_form import FormView
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.told import NodeTold

_FILES = {
    EvidenceKind.PHOTO: "image/*",
    EvidenceKind.PDF: "application/pdf",
    EvidenceKind.FILE: "",
    EvidenceKind.SIGNATURE: "image/*",
}


@dataclass(frozen=True, slots=True)
class Need:
    """A field that must be filled first; `dom` is its input in the form, blank when the actor may not fill it."""

    field: str
    title: str
    dom: str
    file: bool
    said: str


@dataclass(frozen=True, slots=True)
class ConfirmView:
    """What confirming a node asks for."""

    node: str
    title: str
    requires: tuple[Need, ...]
    evidence: tuple[InputView, ...]

    @property
    def needed(self) -> str:
        """The fields to be saved with it."""
        return " ".join(need.field for need in self.requires if need.dom)


def confirms_of(
    subject: Subject, nodes: Mapping[str, NodeTold], form: FormView, values: Mapping[str, object]
) -> dict[str, ConfirmView]:
    """What the actor may confirm now, by node."""
    if subject.flow is None:
        return {}
    may = subject.running.policy.may
    return {
        node.id: _confirm(subject, node, nodes[node.id], form, values)
        for node in subject.flow.nodes.values()
        if node.id in nodes
        and nodes[node.id].stand.state is State.DUE
        and may(subject.actor, "confirm", (subject.table.id, node.id))
    }


def _confirm(subject: Subject, node: Node, told: NodeTold, form: FormView, values: Mapping[str, object]) -> ConfirmView:
    requires = tuple(_need(subject, name, form, values) for name in node.requires)
    evidence = (*_parts(subject, told), *(_evidence(subject, node, one) for one in node.evidence))
    return ConfirmView(node.id, node.title, requires, evidence)


def _need(subject: Subject, name: str, form: FormView, values: Mapping[str, object]) -> Need:
    inputs = {one.id: one for section in form.sections for one in section.fields if one.widget != "fixed"}
    there = values.get(name) is not None
    found = inputs.get(name)
    return Need(
        name,
        subject.title_of(name),
        found.dom if found else "",
        bool(found and found.widget == "file"),
        subject.say("confirm.has" if there else "confirm.missing"),
    )


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
    widget = "file" if asked.kind in _FILES else "text" if asked.kind is EvidenceKind.GEO else "long_text"
    return InputView(
        id=asked.kind.value,
        dom=f"c-{node.id}-{asked.kind}",
        title=subject.say(f"evidence.{asked.kind}"),
        widget=widget,
        shown=subject.say("file.none") if widget == "file" else "",
        required=asked.required,
        accept=_FILES.get(asked.kind, ""),
        capture=asked.kind is EvidenceKind.PHOTO,
        size="full",
        help="" if asked.required else subject.say("evidence.optional"),
    )

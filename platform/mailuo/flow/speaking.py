"""Speaking: in whose name somebody's word is taken, and whether it binds as a system's."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailuo.base.problems import Language, Problem
from mailuo.flow.messages import NOT_IN_THAT_NAME, SOURCE_WANTED, WRONG_SOURCE
from mailuo.metadata.model import Exit, Manifest, Node, Speaker, SpeakerKind
from mailuo.records.actor import ADMIN, Actor

MANUAL = "manual"

_RESERVED = {
    "automation": ("系统规则", "a rule"),
    "clock": ("时钟", "the clock"),
    "verdict": ("裁定", "the verdict"),
    MANUAL: ("人工", "somebody by hand"),
}


class Voice(NamedTuple):
    """The source that a word carries. An outside one binds; a person's needs what the node asks for."""

    source: str
    outside: bool
    proves: bool = True
    """Whether evidence is asked of it."""


def voice_of(manifest: Manifest, actor: Actor, node: Node | Exit, named: str | None) -> Voice | Problem:
    """The voice in which an actor may speak of a node or an exit, as the one named if one is."""
    if actor.kind == "system" or actor.sources:
        return _system(manifest, actor, node, named)
    voices = list(_voices(actor, node.by))
    chosen = next((voice for voice in voices if named in (None, voice.source)), None)
    return chosen or wrong_source(manifest, node, named or _roles(actor), actor.language)


def may_withdraw(actor: Actor, source: str, node: Node | Exit) -> bool:
    """Whether the actor may take back a word of this source."""
    if actor.sees_everything:
        return True
    if actor.sources:
        return source in actor.sources
    return any(voice.source == source for voice in _voices(actor, node.by))


def may_bring(actor: Actor, speaker: Speaker) -> bool:
    """Whether an import of the actor's may hold words of this source: people's only where the actor may say them."""
    if actor.sees_everything or speaker.kind not in (SpeakerKind.ROLE, SpeakerKind.MANUAL):
        return True
    return speaker.source in actor.sources or any(_voices(actor, [speaker]))


def wrong_source(manifest: Manifest, node: Node | Exit, found: str, language: Language) -> Problem:
    """Why a word of the source that was found is refused."""
    named = titled(manifest, found, language)
    if any(speaker.source == found for speaker in node.by):
        return NOT_IN_THAT_NAME(field="source", title=node.title, found=named)
    allowed = "、".join(titled(manifest, speaker.source, language) for speaker in node.by)
    return WRONG_SOURCE(field="source", title=node.title, found=named, allowed=allowed or "–")


def _system(manifest: Manifest, actor: Actor, node: Node | Exit, named: str | None) -> Voice | Problem:
    allowed = [speaker.source for speaker in node.by if actor.kind == "system" or speaker.source in actor.sources]
    if named is None and len(allowed) == 1:
        return Voice(allowed[0], outside=True)
    if named is not None and named in allowed:
        return Voice(named, outside=True)
    if named is None and allowed:
        return SOURCE_WANTED(field="source", title=node.title, allowed="、".join(allowed))
    return wrong_source(manifest, node, named or actor.name, actor.language)


def _voices(actor: Actor, by: Sequence[Speaker]) -> Iterable[Voice]:
    """Every voice that somebody's roles give, in the order of `by`."""
    for speaker in by:
        if speaker.kind is SpeakerKind.ROLE and speaker.name in actor.roles:
            yield Voice(speaker.source, outside=False)
        elif speaker.kind is SpeakerKind.MANUAL and not set(speaker.roles).isdisjoint(actor.roles):
            yield Voice(MANUAL, outside=False, proves=False)
    if ADMIN in actor.roles:
        yield Voice(f"role:{ADMIN}", outside=False)


def _roles(actor: Actor) -> str:
    return "、".join(f"role:{role}" for role in actor.roles) or actor.name


def titled(manifest: Manifest, source: str, language: Language = "zh") -> str:
    """How people call a source; those that the language of declarations reserves have a name in each language."""
    kind, _, name = source.partition(":")
    if kind == "role" and name in manifest.roles:
        return manifest.roles[name].title
    if kind == "form":
        forms = (table.forms[name].title for table in manifest.tables.values() if name in table.forms)
        return next(forms, source)
    if source in _RESERVED:
        return _RESERVED[source][language == "en"]
    return manifest.workspace.sources.get(source, source)

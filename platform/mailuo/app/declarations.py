"""Declarations: what is running, what a change of it would do, and its publication.

A plan is shown first; what puts data at risk is published only with the plan's `confirm`, which is worth nothing for
other files or on another base.
"""

from collections.abc import Callable, Mapping
from hashlib import sha256

import orjson

from mailuo.app.audit import Audit
from mailuo.app.messages import NEEDS_CONNECTORS, UNCONFIRMED
from mailuo.app.plan import Consequence, consequences
from mailuo.base.clock import Clock
from mailuo.base.problems import Language, Problems, Refusal
from mailuo.metadata import Manifest, load, load_published
from mailuo.records.actor import SYSTEM, Actor
from mailuo.storage import publishing, revisions
from mailuo.storage.engine import Store
from mailuo.storage.messages import OTHER_BASE
from mailuo.storage.revisions import Revision

Files = Mapping[str, str]


class Plan:
    """What publishing would do: every consequence in a sentence, and what confirms those that put data at risk."""

    def __init__(self, base: int | None, files: Files, found: tuple[Consequence, ...]) -> None:
        self.base = base
        self.changes = found
        self.risks = tuple(each for each in found if each.is_risk)
        self.refused = tuple(each for each in found if each.risk == "refused")
        self.confirm = _confirmation(base, files, self.risks)

    def json(self, language: Language) -> dict[str, object]:
        """The plan as the API writes it."""
        return {
            "base": self.base,
            "changes": [each.json(language) for each in self.changes],
            "risks": [each.json(language) for each in self.risks],
            "confirm": self.confirm,
        }


class Declarations:
    """The declarations of a store; `zone` is that of a workspace which names none."""

    def __init__(
        self, store: Store, clock: Clock, audit: Audit, zone: str, published: Callable[[], object] = lambda: None
    ) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._zone = zone
        self._published = published

    def running(self) -> Revision | None:
        """The revision in force, or None before the first."""
        return revisions.running(self._store)

    def files(self, number: int | None = None) -> Files:
        """The files of a revision, or of the one in force; none before the first."""
        if number is None:
            running = self.running()
            if running is None:
                return {}
            number = running.number
        return revisions.files_of(self._store, number)

    def revisions(self, *, limit: int = 100, before: int | None = None) -> tuple[Revision, ...]:
        """What was published, newest first."""
        return revisions.revisions(self._store, limit=limit, before=before)

    def check(self, files: Files) -> Manifest | Problems:
        """The manifest of these files, or everything that is wrong with them."""
        return load(files, self._zone)

    def plan(self, files: Files, base: int | None = None) -> Plan:
        """What publishing these files would do; refuses wrong ones, and a base that is no longer running."""
        return self._plan(files, _or_refused(self.check(files)), base)

    def _plan(self, files: Files, manifest: Manifest, base: int | None = None) -> Plan:
        running = self.running()
        number = running.number if running else None
        if base is not None and base != number:
            raise Refusal(OTHER_BASE(base=base, running=number or "–"))
        old = None if number is None else self._of(number)
        return Plan(number, files, consequences(self._store, old, manifest))

    def publish(
        self,
        files: Files,
        message: str = "",
        base: int | None = None,
        confirm: str | None = None,
        by: Actor = SYSTEM,
    ) -> Revision:
        """The new revision, in force; refuses wrong files, another base, and risks that nobody confirmed."""
        plan = self.plan(files, base)
        if base is None and plan.base is not None:
            raise Refusal(OTHER_BASE(base="–", running=plan.base))
        if plan.refused:
            raise Refusal(*(each.sentence for each in plan.refused))
        _check_right(plan, by)
        if plan.risks and confirm != plan.confirm:
            raise Refusal(UNCONFIRMED(field="confirm", count=len(plan.risks)))
        revision = publishing.publish(
            self._store,
            files,
            _or_refused(self.check(files)),
            by=by.name,
            message=message,
            base=plan.base,
            now=self._clock.now(),
        )
        self._tell(by, "published", revision)
        return revision

    def rollback(self, number: int, by: Actor = SYSTEM, message: str = "") -> Revision:
        """A new revision, in force, with the files of an earlier one and the data that belonged to it."""
        if self.running() is not None:
            _check_right(self._plan(self.files(number), self._of(number)), by)
        revision = publishing.rollback(
            self._store, number, by=by.name, message=message or f"↩ {number}", now=self._clock.now()
        )
        self._tell(by, "rolled_back", revision)
        return revision

    def _tell(self, by: Actor, action: str, revision: Revision) -> None:
        self._audit.add(by, action, detail={"revision": revision.number, "message": revision.message})
        self._published()

    def _of(self, number: int) -> Manifest:
        """What a revision declared when it was published."""
        return _or_refused(load_published(self.files(number), self._zone))


def _or_refused(found: Manifest | Problems) -> Manifest:
    if isinstance(found, Manifest):
        return found
    raise Refusal(*found)


def _check_right(plan: Plan, by: Actor) -> None:
    """Refuses what would let a connector reach further out, unless the person may say so."""
    outside = [each for each in plan.changes if each.risk == "outside"]
    if outside and not by.has("connectors"):
        raise Refusal(*(NEEDS_CONNECTORS(path=each.path) for each in outside))


def _confirmation(base: int | None, files: Files, risks: tuple[Consequence, ...]) -> str:
    """What only somebody who was shown the risks of exactly these files on this base can send."""
    told = [base, sorted(files.items()), [[risk.path, risk.risk] for risk in risks]]
    return sha256(orjson.dumps(told)).hexdigest()[:32]

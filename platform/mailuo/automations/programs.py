"""Programs of rules: the steps that a run takes, as declared in the revision it began under."""

from collections.abc import Mapping
from dataclasses import dataclass

from mailuo.formulas import Formula
from mailuo.metadata import load_published
from mailuo.metadata.automation import Step
from mailuo.metadata.model import Manifest
from mailuo.records.in_force import InForce
from mailuo.storage.engine import Store
from mailuo.storage.revisions import files_of

THEN, WITHDRAWN = "then", "on_withdrawn"
_MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Program:
    """What a rule does, and how people call it."""

    title: str
    steps: tuple[Step, ...]
    condition: Formula | None = None


class Programs:
    """Finds programs by the rule's name and a revision; some former revisions are kept at hand."""

    def __init__(self, store: Store, in_force: InForce) -> None:
        self._store = store
        self._in_force = in_force
        self._former: dict[int, Manifest | None] = {}

    def of(self, rule: str, revision: int) -> Program | None:
        """The program of an automation, or of what an alert does (`alert.then`); None where there is none."""
        running = self._in_force.current
        manifest = running.manifest if running.number == revision else self._manifest(revision)
        return None if manifest is None else program_of(manifest, rule)

    def _manifest(self, revision: int) -> Manifest | None:
        if revision not in self._former:
            while len(self._former) >= _MOST_KEPT:
                self._former.pop(next(iter(self._former)))
            files: Mapping[str, str] = files_of(self._store, revision)
            loaded = load_published(files, self._in_force.current.zone.key)
            self._former[revision] = loaded if isinstance(loaded, Manifest) else None
        return self._former[revision]


def program_of(manifest: Manifest, rule: str) -> Program | None:
    """The program of a rule in a manifest; None where it is not there, or switched off."""
    name, _, what = rule.partition(".")
    if what:
        alert = manifest.alerts.get(name)
        steps = {THEN: alert.then, WITHDRAWN: alert.on_withdrawn}.get(what) if alert is not None else None
        return Program(alert.title, steps) if alert is not None and steps else None
    automation = manifest.automations.get(name)
    if automation is None or not automation.enabled:
        return None
    return Program(automation.title, automation.steps, automation.condition)

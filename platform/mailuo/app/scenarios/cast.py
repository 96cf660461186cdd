"""The cast: who acts in a scenario, and the records that its aliases name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mailuo.app.scenarios.stage import Stage
from mailuo.base.problems import Refusal
from mailuo.metadata.model import SpeakerKind
from mailuo.metadata.scenario import Somebody
from mailuo.records.actor import ADMIN, SYSTEM, Actor
from mailuo.records.messages import UNKNOWN_RECORD, NoSuchThing

_ROLE = "role:"
_MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Named:
    """A record: its table, its key and its id."""

    table: str
    key: str
    id: str


@dataclass
class Cast:
    """Persons and records of one scenario. Its stand-ins are always the same; others are made on first mention."""

    stage: Stage
    records: dict[str, Named] = field(default_factory=dict)
    _people: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def stand_in(self, role: str) -> Actor:
        """The person who has this role alone."""
        return self._person(role, (role,))

    def actor(self, by: Somebody | None, seen_as: str | None, otherwise: Actor = SYSTEM) -> Actor:
        """Who does a step: whom it names, else a person with the role that it is done as, else the system."""
        if by is not None and by.name is None:
            return self.stand_in(str(by.roles[0]))
        if by is not None and by.name is not None:
            roles = tuple(map(str, by.roles)) or self._people.get(by.name, ())
            self._people[by.name] = roles
            return self._person(by.name, roles)
        return self.stand_in(seen_as) if seen_as is not None else otherwise

    def speaker(self, by: Somebody | None, seen_as: str | None, source: str, table: str, node: str) -> Actor:
        """Who says a word: a role's word is its stand-in's, `manual` is said by the first role that may, others bind."""
        role = source.removeprefix(_ROLE) if source.startswith(_ROLE) else None
        if by is not None and by.name is not None and not by.roles and role and by.name not in self._people:
            self._people[by.name] = (role,)
        if role is None and source == _MANUAL:
            role = self._manual_role(table, node)
        return self.actor(by, seen_as, self._seeing(role) if role is not None else SYSTEM)

    def _seeing(self, role: str) -> Actor:
        """The stand-in of a role where the step is done by the system: bound as the role is, yet shown every record."""
        return self._person(role, (role, ADMIN))

    def _manual_role(self, table: str, node: str) -> str | None:
        flow = self.stage.running.manifest.tables[table].flow if table in self.stage.running.manifest.tables else None
        declared = (flow.nodes.get(node) or flow.exits.get(node)) if flow is not None else None
        manual = (each for each in declared.by if each.kind is SpeakerKind.MANUAL) if declared is not None else ()
        return next((role for each in manual for role in each.roles), None)

    def _person(self, name: str, roles: tuple[str, ...]) -> Actor:
        return Actor(f"scenario:{name}", name, roles)

    # Records

    def find(self, name: str, tables: tuple[str, ...] = ()) -> Named:
        """The record that an alias names, else the one with this key; refuses when there is none."""
        if name in self.records:
            return self.records[name]
        found = next(self._with_key(name, tables or tuple(self.stage.running.manifest.tables)), None)
        if found is None:
            raise NoSuchThing(UNKNOWN_RECORD(field="record", found=name[:60]))
        return found

    def _with_key(self, key: str, tables: tuple[str, ...]) -> Iterator[Named]:
        for table in tables:
            try:
                record = self.stage.records.get(SYSTEM, table, key)
            except Refusal:
                continue
            yield Named(table, record.key, record.id)

    @property
    def keys(self) -> dict[str, str]:
        """The key of each alias."""
        return {alias: named.key for alias, named in self.records.items()}

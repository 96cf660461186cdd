"""Who asks: a person, a token, or the system itself."""

from dataclasses import dataclass
from typing import Literal

from mailuo.base.problems import Language

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who reads or changes.

    `sources` are those that an integration token may speak for; `rights` what the roles may do beyond records.
    """

    id: str
    name: str
    roles: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kind: Literal["person", "token", "system"] = "person"
    language: Language = "zh"
    rights: frozenset[str] = frozenset()

    @property
    def sees_everything(self) -> bool:
        """Whether no policy binds this actor."""
        return self.kind == "system" or ADMIN in self.roles

    def has(self, right: str) -> bool:
        """Whether the actor may do something beyond records, such as `publish`."""
        return self.sees_everything or right in self.rights


SYSTEM = Actor("system", "system", kind="system")
"""What alerts, automations and migrations act as."""

"""The names somebody may use in a question: what may not be asked is unknown, with the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailuo.formulas.scope import Name
from mailuo.metadata.names import TableScope
from mailuo.records.policy.access import Access


@dataclass(frozen=True)
class AskScope:
    """A table's names, less what the actor may not ask."""

    whole: TableScope
    access: Access

    def resolve(self, path: tuple[str, ...]) -> Name | None:
        """What a path of ids or titles names, or None: not there, or not for this actor."""
        name = self.whole.resolve(path)
        return name if name and self.access.asks(self.whole.table, name.path) else None

    def known(self, prefix: tuple[str, ...] = ()) -> Sequence[str]:
        """The ids and titles that may follow a path of links, as far as the actor may ask them."""
        return tuple(word for word in self.whole.known(prefix) if self.resolve((*prefix, word)))

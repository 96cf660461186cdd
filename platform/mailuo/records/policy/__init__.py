"""The policy: what each role may see and do, compiled once per revision and asked by everything."""

from collections.abc import Sequence
from typing import Literal

from mailuo.metadata.model import Exit, Manifest, Node, SpeakerKind, View
from mailuo.metadata.names import Directory, TableScope
from mailuo.records.actor import Actor
from mailuo.records.policy.access import Access, TableAccess
from mailuo.records.policy.rights import Right, Sight, right_of
from mailuo.records.policy.scope import AskScope

Use = Literal["see", "ask", "change", "create", "delete", "confirm"]
_HIDDEN = "***"


class Policy:
    """The rights of every role; `access` puts those of a person's roles together, once for each set of roles."""

    def __init__(self, manifest: Manifest, directory: Directory) -> None:
        self._manifest = manifest
        self._directory = directory
        self._everything = Access(manifest, {key: TableAccess(table, None) for key, table in manifest.tables.items()})
        self._known: dict[frozenset[str], Access] = {}

    def access(self, actor: Actor) -> Access:
        """What the actor may do."""
        if actor.sees_everything:
            return self._everything
        roles = frozenset(actor.roles)
        found = self._known.get(roles)
        if found is None:
            found = self._known[roles] = self._added_up(roles)
        return found

    def may(self, actor: Actor, use: Use, path: tuple[str, ...]) -> bool:
        """Whether the actor may use `(table,)`, `(table, field or node)` or, to ask, `(table, link, …, field)`."""
        access, (table, *rest) = self.access(actor), path
        own = access.tables.get(table)
        if own is None:
            return False
        match use:
            case "see":
                return own.sees and all(own.sight(field) is not Sight.HIDDEN for field in rest)
            case "ask":
                return access.asks(table, tuple(rest)) if rest else own.sees
            case "change":
                return all(own.changes(field) for field in rest)
            case "create":
                return own.creates and all(own.gives(field) for field in rest)
            case "delete":
                return own.deletes
            case "confirm":
                return self._confirms(actor, table, rest[0])

    def told(self, actor: Actor, table: str, path: tuple[str, ...], value: object) -> object:
        """What stands for a value in a text that the actor reads: itself, its mask, or nothing that tells it."""
        if actor.sees_everything or self.may(actor, "ask", (table, *path)):
            return value
        masks = self.access(actor).masks(table, path)
        return _HIDDEN if masks is None else masks.mask(value)

    def rights(self, roles: Sequence[str]) -> frozenset[str]:
        """What people with these roles may do beyond records (`may:`)."""
        return frozenset(
            right for role in roles if role in self._manifest.roles for right in self._manifest.roles[role].may
        )

    def scope(self, actor: Actor, table: str) -> AskScope:
        """The names that the actor may use in questions about a table: others are unknown."""
        return AskScope(TableScope(self._directory, table), self.access(actor))

    def shows_view(self, actor: Actor, table: str, view: View) -> bool:
        """Whether a declared view asks nothing that the actor may not ask."""
        formulas = [*(key.formula for key in view.sort), *([view.filter] if view.filter else [])]
        paths = {path for formula in formulas for path in formula.reads}
        paths |= {tuple(view.group.split("."))} if view.group else set()
        access = self.access(actor)
        return access.reads(table) and all(access.asks(table, path) for path in paths)

    def _confirms(self, actor: Actor, table: str, node: str) -> bool:
        flow = self._manifest.tables[table].flow
        found: Node | None = flow.nodes.get(node) if flow else None
        return found is not None and (actor.sees_everything or speaks(found, actor.roles))

    def _added_up(self, roles: frozenset[str]) -> Access:
        tables = {}
        for key, table in self._manifest.tables.items():
            held = [role for role in self._manifest.roles.values() if role.id in roles]
            rights = [right for role in held if (right := right_of(self._manifest, role, table))]
            if rights:
                tables[key] = TableAccess(table, tuple(rights))
        return Access(self._manifest, tables)


def speaks(node: Node | Exit, roles: Sequence[str]) -> bool:
    """Whether one of the roles may say that the node is reached, or the exit taken."""
    return any(
        speaker.name in roles if speaker.kind is SpeakerKind.ROLE else not set(speaker.roles).isdisjoint(roles)
        for speaker in node.by
        if speaker.kind in (SpeakerKind.ROLE, SpeakerKind.MANUAL)
    )


__all__ = ["Access", "AskScope", "Policy", "Right", "Sight", "TableAccess", "Use", "speaks"]

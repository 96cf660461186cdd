"""The frame of every page: sidebar, account, bottom bar. It lists only what exists and the actor may open."""

from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps

from mailuo.metadata.model import Table
from mailuo.records import Actor, Running
from mailuo_web.texts import Say


@dataclass(frozen=True, slots=True)
class NavItem:
    """One line of the sidebar; `alerts` marks the line that carries the tallies of open alerts, `counted` another count."""

    href: str
    icon: str
    title: str
    current: bool
    alerts: bool | None = None
    counted: str = ""


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Lines of the sidebar under one heading."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    name: str
    initial: str
    roles: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page stands in the frame: home, alerts, table or another, and which table."""

    place: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """What frames a page; `place` is that of its spot, `desks` are the pages that not everybody has."""

    workspace: str
    place: str
    groups: tuple[NavGroup, ...]
    tables: tuple[NavItem, ...]
    person: Person
    desks: tuple[NavItem, ...] = ()

    @property
    def pages(self) -> str:
        """The pages that the actor may open, as the palette is given them."""
        found = [{"title": item.title, "href": item.href} for group in self.groups for item in group.items]
        return dumps(found, ensure_ascii=False)


def shell_of(running: Running, actor: Actor, say: Say, spot: Spot) -> Shell:
    """The frame for an actor on a page."""
    tables = tuple(_tables(running, actor, spot.table))
    top = (
        NavItem("/", "sun", say("nav.today"), spot.place == "home"),
        NavItem("/alerts", "bell", say("nav.alerts"), spot.place == "alerts", alerts=True),
        *_disputes(running, actor, say, spot.place),
    )
    manage = tuple(_manage(actor, say, spot.place))
    groups = (NavGroup("", top), NavGroup(say("nav.tables"), tables), NavGroup(say("nav.manage"), manage))
    title = running.manifest.workspace.title
    shown = tuple(group for group in groups if group.items)
    return Shell(title, spot.place, shown, tables, person_of(running, actor), (*top[2:], *manage))


def settles(running: Running, actor: Actor) -> bool:
    """Whether the actor reads a table of which sources may disagree."""
    access = running.policy.access(actor)
    return any(access.reads(rule.on) for rule in running.manifest.arbitrations.values())


def _disputes(running: Running, actor: Actor, say: Say, place: str) -> Iterator[NavItem]:
    if settles(running, actor):
        yield NavItem("/disputes", "scales", say("nav.disputes"), place == "disputes", counted="disputes")


def _manage(actor: Actor, say: Say, place: str) -> Iterator[NavItem]:
    """What only those see who run the whole."""
    if actor.has("connectors") or actor.has("runs"):
        yield NavItem("/connectors", "plug", say("nav.connectors"), place == "connectors", counted="connectors")
    if actor.has("runs"):
        yield NavItem("/runs", "play", say("nav.runs"), place == "runs", counted="runs")


def _tables(running: Running, actor: Actor, current: str) -> Iterator[NavItem]:
    """The tables that the actor may read, those with a flow first."""
    access = running.policy.access(actor)
    flowing = sorted(running.manifest.tables.values(), key=lambda table: table.flow is None)
    for table in flowing:
        if access.reads(table.id):
            yield NavItem(f"/tables/{table.id}", table.icon or "table", table.title, table.id == current, counted=counted(table))


def counted(table: Table) -> str:
    """The name of the count that the line of a table carries: of its open records, where it has a flow."""
    return f"table-{table.id}" if table.flow else ""


def person_of(running: Running, actor: Actor) -> Person:
    """The actor as shown: name, first letter, roles by their titles."""
    known = running.manifest.roles
    titles = [known[role].title if role in known else role for role in actor.roles]
    return Person(actor.name, actor.name[:1].upper(), " / ".join(titles))

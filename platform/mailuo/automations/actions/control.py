"""Control: over which rows steps are done, whether they are, and where a run ends."""

from typing import Any

from sqlalchemy import select

from mailuo.automations.actions.acting import Acting, Outcome
from mailuo.automations.filling import Filling
from mailuo.automations.members import NumberMember, OutsideMember, RowMember
from mailuo.automations.program import HOLDS, ITEMS
from mailuo.fields import Links
from mailuo.metadata.automation import Count, ForEach, If, Stop


def for_each(acting: Acting, deed: ForEach) -> Outcome:
    """Settles over which rows or elements the inner steps are done; what is added meanwhile is not among them."""
    items = _over(acting, deed)
    return Outcome({}, {ITEMS: items, "count": len(items)})


def decide(acting: Acting, deed: If) -> Outcome:
    """Settles whether the inner steps are done."""
    return Outcome({"if": deed.condition.text}, {HOLDS: acting.members.holds(deed.condition)})


def count(acting: Acting, deed: Count) -> Outcome:
    """Counts rows or elements."""
    number = len(_over(acting, deed))
    return Outcome({}, {"count": number}, (deed.name, NumberMember(number)))


def stop(acting: Acting, deed: Stop) -> Outcome:
    """Ends the run, and says why."""
    said = Filling(acting.members, [deed.say]).text(deed.say) if deed.say is not None else ""
    return Outcome({}, {"said": said}, stops=True)


def _over(acting: Acting, deed: ForEach | Count) -> list[dict[str, Any]]:
    """The rows or elements, each as a run keeps it."""
    if deed.each:
        return [OutsideMember(each).json() for each in _elements(acting.members.reader([deed.each])(deed.each))]
    if deed.links:
        return _linked(acting, deed.links)
    assert deed.table is not None
    return [RowMember(deed.table, each).json() for each in acting.members.rows(deed.table, deed.where)]


def _elements(value: object) -> list[Any]:
    """The elements of a list that came in; a single object counts as a list of one."""
    if isinstance(value, (list, tuple)):
        return list(value)
    return [] if value is None else [value]


def _linked(acting: Acting, path: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows that a links field shows, the row it belongs to being reached through links."""
    members, running = acting.members, acting.running
    owner, rest = members.owner(path)
    assert isinstance(owner, RowMember)
    table = owner.table
    for step in rest[:-1]:
        table = running.directory.link_target(table, step) or table
    way = path[:-1] if len(rest) > 1 else None
    own = acting.key(owner.table, owner.id) if owner.id else None
    key = members.reader([way])(way) if way is not None else own
    links = running.manifest.tables[table].fields[rest[-1]].type
    assert isinstance(links, Links)
    child = running.tables[links.to]
    query = select(child.id).where(child.fields[links.by] == key, child.deleted_at.is_(None)).order_by(child.id)
    return [RowMember(links.to, each).json() for each in acting.connection.scalars(query)]

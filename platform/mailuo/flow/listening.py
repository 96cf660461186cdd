"""Listening: which changes somebody waits for, so that only those are written down for later."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeVar

from mailuo.flow.event import CREATED, DELETED, UPDATED, Row, event
from mailuo.metadata.automation import Automation, OnAlert, OnForm, OnRecord
from mailuo.records.change import Change
from mailuo.records.running import Running

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listening:
    """What rules wait for of one table's records."""

    created: bool = False
    deleted: bool = False
    updated: tuple[frozenset[str], ...] = ()
    """One set of fields for each rule; an empty one stands for any field."""

    def lines(self, changes: Iterable[Change]) -> Iterator[Row]:
        """The lines of the outbox that changes call for; quiet ones call for none."""
        for change in changes:
            if change.quiet:
                continue
            if change.old is None and self.created:
                yield event(CREATED, change.at, change.table, change.record, {}, calls=True)
            elif change.new is None and self.deleted:
                yield event(DELETED, change.at, change.table, change.record, {}, calls=True)
            elif self.updated and change.old is not None and change.new is not None:
                yield from self._updated(change)

    def _updated(self, change: Change) -> Iterator[Row]:
        old, new = change.old or {}, change.new or {}
        names = [name for name, value in new.items() if value != old.get(name)]
        if names and any(not fields or not fields.isdisjoint(names) for fields in self.updated):
            yield event(UPDATED, change.at, change.table, change.record, {"fields": names}, calls=True)


def listening_to(running: Running, table: str) -> Listening:
    """What is waited for of a table's records."""
    return running.once(("listening", table), lambda: _listening(running, table))


def hears_alert(running: Running, alert: str, kind: Literal["opened", "resolved"]) -> bool:
    """Whether a rule waits for an alert to open, or to end."""
    return any(each.alert == alert and each.kind == kind for _, each in _of(running, OnAlert))


def hears_form(running: Running, form: str) -> bool:
    """Whether a rule waits for a form."""
    return any(each.form == form for _, each in _of(running, OnForm))


def _listening(running: Running, table: str) -> Listening:
    found = [each for _, each in _of(running, OnRecord) if each.of == table]
    return Listening(
        created=any(each.kind == "created" for each in found),
        deleted=any(each.kind == "deleted" for each in found),
        updated=tuple(frozenset(each.fields) for each in found if each.kind == "updated"),
    )


def _of(running: Running, kind: type[T]) -> Iterator[tuple[Automation, T]]:
    """The triggers of one kind of the rules that are not switched off."""
    for automation in running.manifest.automations.values():
        for trigger in automation.triggers:
            if automation.enabled and isinstance(trigger, kind):
                yield automation, trigger

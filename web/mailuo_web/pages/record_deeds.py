"""What rules offer on a record: buttons that begin one, and the public forms that outsiders fill in about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailuo.records import Record
from mailuo_web.http.asking import application
from mailuo_web.pages.subject import Subject


@dataclass(frozen=True, slots=True)
class Deed:
    """A button by its id, or a form by its address."""

    id: str
    title: str


def buttons_of(subject: Subject) -> tuple[Deed, ...]:
    """The buttons that the actor may press, in the order of the rules."""
    found = application().runs.buttons(subject.actor, subject.table.id)
    return tuple(Deed(button.button, button.title) for button in found)


def links_of(subject: Subject, record: Record) -> Iterator[Deed]:
    """The addresses of the public forms about a record, for those who may make such rows themselves."""
    access = subject.running.policy.access(subject.actor).tables
    forms = {form.id: (table, form.title) for table in subject.running.manifest.tables.values() for form in table.forms.values()}
    for form, address in application().forms.addresses(subject.table.id, record.id).items():
        table, title = forms[form]
        if table.id in access and access[table.id].creates:
            yield Deed(address, title)

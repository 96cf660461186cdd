"""The head of a record page: what people call the record, where it stands, what can be done with it."""

from dataclasses import dataclass

from mailuo.records import Record
from mailuo.records.policy import speaks
from mailuo_web.pages.record_deeds import Deed
from mailuo_web.pages.subject import Subject


@dataclass(frozen=True)
class RecordHead:
    """The head of a record page."""

    subject: Subject
    record: Record
    exit: str | None
    rungs: bool
    closed: bool = False
    buttons: tuple[Deed, ...] = ()
    links: tuple[Deed, ...] = ()

    @property
    def key(self) -> str:
        """What names the record everywhere."""
        return self.record.key

    @property
    def title(self) -> str:
        """What people call it."""
        return self.subject.label(self.record)

    @property
    def version(self) -> int:
        """Its version, for the guard against lost changes."""
        return self.record.version

    @property
    def path(self) -> str:
        """The page's address."""
        return self.subject.record_path(self.record.key)

    @property
    def api(self) -> str:
        """The record's address in the API."""
        return f"/api/v1{self.path}"

    @property
    def table(self) -> str:
        """The table's id."""
        return self.subject.table.id

    @property
    def table_title(self) -> str:
        """The table's title."""
        return self.subject.table.title

    @property
    def table_href(self) -> str:
        """The table's page."""
        return self.subject.path

    @property
    def chips(self) -> tuple[tuple[str, str], ...]:
        """Where the record stands, as chips: its choices' present values and its status."""
        subject = self.subject
        names = [name for name in subject.access.readable if subject.table.fields[name].type.name == "choice"][:2]
        chips = [(subject.shown(self.record, name), "") for name in names]
        chips.append((self.exit or subject.shown(self.record, "status"), "outline"))
        return tuple((text, tone) for text, tone in chips if text)

    @property
    def exits(self) -> tuple[tuple[str, str], ...]:
        """The ways out of the flow that the actor may take, by id and title; none for a record that is closed."""
        flow, who = self.subject.flow, self.subject.actor
        if flow is None or self.exit or self.closed:
            return ()
        may = (one for one in flow.exits.values() if who.sees_everything or speaks(one, who.roles))
        return tuple((one.id, one.title) for one in may)

    @property
    def may_delete(self) -> bool:
        """Whether the actor may move it to the trash."""
        return self.subject.access.deletes

"""Deeds: what a step does, at the same doors that everybody uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from mailuo.app.scenarios.cast import Cast, Named
from mailuo.app.scenarios.messages import GROUP_MISSING, NO_COUNTER
from mailuo.app.scenarios.played import Given
from mailuo.app.scenarios.values import Giving
from mailuo.automations.messages import UNKNOWN_FORM, UNKNOWN_RUN
from mailuo.automations.run_log import ENDED_BADLY, Sought
from mailuo.base.moments import parse_moment
from mailuo.base.problems import Refusal
from mailuo.flow.dispute_list import Disputed
from mailuo.flow.disputes import Proof, Verdict
from mailuo.flow.messages import UNKNOWN_ALERT, UNKNOWN_CLAIM, UNKNOWN_DISPUTE
from mailuo.flow.saying import Word
from mailuo.flow.wall import Wanted
from mailuo.metadata.build_scenario import LATER_KINDS
from mailuo.metadata.document import Scalar, Sequence
from mailuo.metadata.edits import Edit
from mailuo.metadata.model import Table
from mailuo.metadata.part import Written
from mailuo.metadata.scenario import (
    Acknowledge,
    Answers,
    Argued,
    Counter,
    Create,
    Declare,
    Deed,
    Delete,
    Down,
    GiveEvidence,
    Press,
    Push,
    Replay,
    ReplayEvents,
    Restore,
    Retract,
    Review,
    Say,
    SetCalendarDay,
    Submit,
    Update,
    Values,
)
from mailuo.records.actor import SYSTEM
from mailuo.records.keys import group_of
from mailuo.records.messages import NoSuchThing
from mailuo.records.running import key_of
from mailuo.storage import counters

_MOST_ALERTS = 10_000


@dataclass(frozen=True)
class Doing:
    """Does deeds, as a person with a role where the step says so. Refusals are the doors' own."""

    cast: Cast
    seen_as: str | None = None

    def do(self, deed: Deed) -> None:
        """Does one deed."""
        match deed:
            case Create() | Update() | Delete() | Restore():
                self._change(deed)
            case Say():
                self._say(deed)
            case Retract():
                self._retract(deed)
            case Acknowledge():
                self._acknowledge(deed)
            case Submit():
                self._submit(deed)
            case Press():
                self._press(deed)
            case Replay():
                self._replay(deed)
            case GiveEvidence():
                self._give_evidence(deed)
            case Review():
                self._review(deed)
            case SetCalendarDay() | Declare():
                self.cast.stage.declare(_edits(deed))
            case Counter():
                self._set_counter(deed)
            case Down():
                self.cast.stage.down(deed.length)
            case Push() | Answers() | ReplayEvents():
                self._outside(deed)

    # Records

    def _change(self, deed: Create | Update | Delete | Restore) -> None:
        actor, records = self.cast.actor(None, self.seen_as), self.cast.stage.records
        giving = Giving(self.cast, actor)
        if isinstance(deed, Create):
            made = records.create(actor, deed.table, giving.fields(deed.table, deed.values))
            self._name(deed.alias, deed.table, made)
            return
        about = self.cast.find(deed.record) if not isinstance(deed, Restore) else self._trashed(deed.record)
        match deed:
            case Update(values=values):
                records.update(actor, about.table, about.id, giving.fields(about.table, values))
            case Delete():
                records.delete(actor, about.table, about.id)
            case Restore():
                records.restore(actor, about.table, about.id)

    def _trashed(self, record: Written) -> Named:
        """A record by its alias, or by a key that only one table can have given."""
        known = {named.key: named for named in self.cast.records.values()}
        return known.get(str(record)) or self.cast.find(record)

    def _name(self, alias: str | None, table: str, made: Mapping[str, object]) -> None:
        if alias is not None:
            key = key_of(self.cast.stage.running.manifest.tables[table])
            id_ = str(made["id"])
            self.cast.records[alias] = Named(table, str(made.get(key.id) or id_) if key else id_, id_)

    def _submit(self, deed: Submit) -> None:
        table = self._table_with(deed.form)
        actor = self.cast.actor(deed.by, self.seen_as)
        values = Giving(self.cast, actor).fields(table.id, deed.values)
        about = self.cast.find(str(deed.record)) if deed.record is not None else None
        self.cast.stage.forms.submit(actor, str(deed.form), values, (about.table, about.id) if about is not None else None)

    def _table_with(self, form: str) -> Table:
        tables = self.cast.stage.running.manifest.tables.values()
        found = next((table for table in tables if form in table.forms), None)
        if found is None:
            raise NoSuchThing(UNKNOWN_FORM(field="form", found=form[:60]))
        return found

    # Rules

    def _press(self, deed: Press) -> None:
        about = self.cast.find(deed.record)
        actor = self.cast.actor(deed.by, self.seen_as)
        self.cast.stage.runs.press(actor, about.table, about.id, str(deed.button))

    def _replay(self, deed: Replay) -> None:
        runs = self.cast.stage.runs
        about = self.cast.find(deed.record).id if deed.record is not None else None
        pages = (runs.page(SYSTEM, Sought(str(deed.automation), state, about), limit=1) for state in (*ENDED_BADLY, None))
        run = next((found[0] for found, _ in pages if found), None)
        if run is None:
            raise NoSuchThing(UNKNOWN_RUN(found=deed.automation))
        runs.replay(SYSTEM, str(run["id"]))

    # The outside

    def _outside(self, deed: Push | Answers | ReplayEvents) -> None:
        giving, stage = Giving(self.cast, SYSTEM), self.cast.stage
        match deed:
            case Push(connector=connector, event=event, body=body):
                told = {str(name): giving.outside(value) for name, value in body.items()}
                stage.outside.receiving.accept(str(connector), str(event), told)
            case Answers(connector=connector, operation=operation, times=times):
                answered = giving.outside(deed.body) if deed.body is not None else None
                stage.played.answer(f"{connector}.{operation}", Given(deed.status, answered, times))
            case ReplayEvents(connector=connector, event=event):
                stage.outside.console.replay_dead(SYSTEM, str(connector), None if event is None else str(event))

    # Disputes

    def _give_evidence(self, deed: GiveEvidence) -> None:
        actor = self.cast.actor(deed.by, self.seen_as)
        proof = Proof(deed.at or self.cast.stage.now, Giving(self.cast, actor).photo(deed.photo), deed.note)
        self.cast.stage.disputes.evidence(actor, self._dispute(deed.dispute), proof)

    def _review(self, deed: Review) -> None:
        actor = self.cast.actor(deed.by, self.seen_as)
        self.cast.stage.disputes.review(actor, self._dispute(deed.dispute), Verdict(deed.verdict, deed.note))

    def _dispute(self, argued: Argued) -> str:
        """The id of the dispute that is open about a node."""
        about = self.cast.find(argued.record)
        wanted = Disputed(table=about.table, record=about.id, node=str(argued.node), unresolved=True)
        part = None if argued.part is None else self.cast.find(argued.part).key
        found = self.cast.stage.disputes.page(SYSTEM, wanted)[0]
        ids = [str(each["id"]) for each in found if part in (None, each.get("part"))]
        if not ids:
            raise Refusal(UNKNOWN_DISPUTE(found=f"{argued.record}.{argued.node}"))
        return ids[0]

    # Milestones

    def _say(self, deed: Say) -> None:
        about = self.cast.find(deed.record)
        actor = self.cast.speaker(deed.by, self.seen_as, deed.source, about.table, deed.node)
        table = self.cast.stage.running.manifest.tables[about.table]
        evidence = Giving(self.cast, actor).evidence(table, deed.node, about.key, deed.evidence)
        word = Word(str(deed.node), deed.at, str(deed.source), self._part(deed.part), evidence, deed.note)
        self.cast.stage.flow.claim(actor, about.table, about.id, word)

    def _part(self, part: Written | None) -> str | None:
        if part is None:
            return None
        return self.cast.records[part].id if part in self.cast.records else str(part)

    def _retract(self, deed: Retract) -> None:
        about = self.cast.find(deed.record)
        claim, source = self._claim(about, deed)
        actor = self.cast.speaker(deed.by, self.seen_as, source, about.table, deed.node)
        self.cast.stage.flow.retract(actor, about.table, about.id, claim, deed.note)

    def _claim(self, about: Named, deed: Retract) -> tuple[str, str]:
        """The id and source of the claim that is meant: one that counts before one that was only heard."""
        stage = self.cast.stage
        timeline = stage.flow.timeline(SYSTEM, about.table, about.id)
        part = self.cast.find(deed.part).key if deed.part is not None else None
        said = [
            claim
            for each in (*_listed(timeline["nodes"]), *_listed(timeline["exits"]))
            if each["id"] == deed.node
            for claim in _listed(each["claims"])
            if claim["state"] != "retracted"
            and deed.source in (None, claim["source"])
            and part in (None, claim.get("part"))
            and (deed.at is None or parse_moment(str(claim["at"]), stage.running.zone) == deed.at)
        ]
        said.sort(key=lambda claim: claim["state"] != "standing")
        if not said:
            raise Refusal(UNKNOWN_CLAIM(field="retract", found=deed.node))
        return str(said[0]["id"]), str(said[0]["source"])

    def _acknowledge(self, deed: Acknowledge) -> None:
        about, wall = self.cast.find(deed.record), self.cast.stage.wall
        actor = self.cast.actor(deed.by, self.seen_as)
        alerts, _ = wall.page(actor, Wanted(rule=str(deed.rule), record=about.id), limit=_MOST_ALERTS)
        alerts.sort(key=lambda alert: ("open", "acknowledged", "resolved").index(str(alert["state"])))
        if not alerts:
            raise NoSuchThing(UNKNOWN_ALERT(found=deed.rule))
        wall.acknowledge(actor, str(alerts[0]["id"]), deed.note)

    # Keys

    def _set_counter(self, deed: Counter) -> None:
        table = self.cast.stage.running.manifest.tables.get(str(deed.table))
        if table is None or table.key is None or table.key.pattern is None:
            raise Refusal(NO_COUNTER(found=deed.table))
        group = group_of(tuple([self._group(name, deed.of, table) for name in table.key.restart]))
        self.cast.stage.store.write(partial(_put, table=table.id, group=group, number=deed.at))

    def _group(self, name: str, of: Values, table: Table) -> str:
        value = next((each for key, each in of.items() if key == name), None)
        if value is None:
            raise Refusal(GROUP_MISSING(field=name, name=name))
        type_ = table.fields[name].type if name in table.fields else None
        return str(Giving(self.cast, SYSTEM).value(value, type_))


def _put(connection: Connection, *, table: str, group: str, number: int) -> None:
    counters.put(connection, table, group, number)


def _edits(deed: SetCalendarDay | Declare) -> list[Edit]:
    """The changes that something acts on; what later engines would act on is left out."""
    if isinstance(deed, Declare):
        return [edit for edit in deed.edits if edit.path.split(".")[0] not in LATER_KINDS]
    windows = Sequence(tuple(Scalar(str(window), window.place) for window in deed.windows), deed.calendar.place)
    return [Edit(f"calendars.{deed.calendar}.days.{deed.day.isoformat()}", windows)]


def _listed(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []

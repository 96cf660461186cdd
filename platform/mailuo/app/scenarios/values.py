"""Values: what the texts of a scenario stand for in the fields of a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO

from mailuo.app.scenarios.cast import Cast
from mailuo.app.scenarios.dummies import accepted, named
from mailuo.app.scenarios.stage import MOST_BYTES
from mailuo.base.moments import format_moment
from mailuo.fields import Date, Datetime, FieldType, File, Link
from mailuo.fields.json_value import JsonValue
from mailuo.flow.evidence import Piece
from mailuo.flow.scanning import pieces_of
from mailuo.metadata.model import Evidence, EvidenceKind, Table
from mailuo.metadata.part import Part, Written
from mailuo.metadata.scenario import Values
from mailuo.records.actor import Actor

_NOW, _YES, _NO = "now", "true", "false"
_ACCEPTS: Mapping[EvidenceKind, tuple[str, ...]] = {
    EvidenceKind.PHOTO: ("image/jpeg",),
    EvidenceKind.SIGNATURE: ("image/png",),
    EvidenceKind.PDF: ("application/pdf",),
    EvidenceKind.FILE: (),
}
_NOTE = "场景里的说明"
_PLACE = {"lat": 30.27, "lng": 120.15}


@dataclass(frozen=True)
class Giving:
    """What somebody gives in one step."""

    cast: Cast
    actor: Actor

    def fields(self, table: str, values: Values) -> dict[str, object]:
        """The raw values of a record's fields, as the door of records takes them."""
        declared = self.cast.stage.running.manifest.tables.get(table)
        types = {name: each.type for name, each in declared.fields.items()} if declared else {}
        return {str(name): self.value(value, types.get(name)) for name, value in values.items()}

    def value(self, value: object, type_: FieldType | None) -> object:
        """One raw value: `now` is the scenario's time, an alias a link, `true` or a name in a file field a file."""
        if value is None:
            return None
        if isinstance(type_, File):
            return self._file(value, type_.accept)
        if isinstance(value, Part):
            return {str(name): self._bare(each) for name, each in value.values.items()}
        if isinstance(value, tuple):
            return [self.value(each, type_) for each in value]
        return self._scalar(value, type_)

    def _scalar(self, value: object, type_: FieldType | None) -> object:
        text, quoted = str(value), isinstance(value, Written) and value.quoted
        if isinstance(type_, JsonValue) and not quoted:
            return self._bare(value)
        if text == _NOW and (not quoted or isinstance(type_, (Date, Datetime))):
            return self._now(type_)
        if isinstance(type_, Link) and text in self.cast.records:
            return self.cast.records[text].key
        return text

    def _now(self, type_: FieldType | None) -> str:
        stage = self.cast.stage
        at = format_moment(stage.now, stage.running.zone)
        return at[:10] if isinstance(type_, Date) else at

    def outside(self, value: object) -> object:
        """A value in a body that comes from outside: numbers and truths as JSON has them, `now` the scenario's time."""
        if isinstance(value, Part):
            return {str(name): self.outside(each) for name, each in value.values.items()}
        if isinstance(value, tuple):
            return [self.outside(each) for each in value]
        if isinstance(value, Written) and value == _NOW and not value.quoted:
            return self._now(None)
        return self._bare(value)

    def _bare(self, value: object) -> object:
        """A value inside a map, with numbers and truths as JSON has them."""
        if isinstance(value, Part):
            return {str(name): self._bare(each) for name, each in value.values.items()}
        if isinstance(value, tuple):
            return [self._bare(each) for each in value]
        if not isinstance(value, Written) or value.quoted:
            return None if value is None else str(value)
        if value in (_YES, _NO):
            return value == _YES
        try:
            return Decimal(value)
        except InvalidOperation:
            return str(value)

    def _file(self, value: object, accept: tuple[str, ...]) -> object:
        """The id of a good file: any that fits for `true`, else one of the kind that the name tells."""
        if value == _NO:
            return None
        name, content = accepted(accept) if value == _YES else (str(value), named(str(value)))
        stage = self.cast.stage
        return stage.files.add(name, BytesIO(content), by=self.actor.id, now=stage.now, most=MOST_BYTES).id

    # Evidence

    def photo(self, value: object) -> str | None:
        """The id of a photo, or of a file whose kind its name tells; None where there is none."""
        found = None if value is None else self._file(value, _ACCEPTS[EvidenceKind.PHOTO])
        return None if found is None else str(found)

    def evidence(self, table: Table, node: str, record: str, values: Values) -> dict[str, object]:
        """What is handed over with a word about a node of a record with this key."""
        flow = table.flow
        declared = flow.nodes.get(node) if flow is not None else None
        asked = {each.kind.value: each for each in declared.evidence} if declared is not None else {}
        given = {}
        for name, value in values.items():
            if name in table.fields:
                given[str(name)] = self.value(value, table.fields[name].type)
            else:
                given[str(name)] = self._proof(table, record, str(name), value, asked.get(name))
        return given

    def _proof(self, table: Table, record: str, name: str, value: object, asked: Evidence | None) -> object:
        kind = EvidenceKind(name) if name in set(EvidenceKind) else None
        if kind is not None and kind in _ACCEPTS:
            return self._file(value, _ACCEPTS[kind])
        if value != _YES:
            return None if value == _NO else self.value(value, None)
        if kind is EvidenceKind.GEO:
            return _PLACE
        if kind is EvidenceKind.SCAN and asked is not None:
            return [piece.code for piece in self._pieces(table, asked, record) for _ in range(piece.count)]
        return _NOTE

    def _pieces(self, table: Table, asked: Evidence, record: str) -> list[Piece]:
        stage = self.cast.stage
        with stage.store.read() as connection:
            return pieces_of(connection, stage.running, table, asked, record, stage.now)

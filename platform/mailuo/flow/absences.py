"""Absences: when the rows that are parts of records were away for a while: in the trash, or parts of another record."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, or_, select

from mailuo.flow.course import Children, Course
from mailuo.flow.gathering import Absence, Gathered, Piece, chunks
from mailuo.storage.system import history

_TRASHED = {"deleted": True, "restored": False}


class _Turn(NamedTuple):
    """A turn in the life of a row: to the trash, back from it, or from one record to another."""

    piece: str
    field: str
    old: object
    new: object
    at: datetime


def add_absences(connection: Connection, course: Course, records: Iterable[Gathered]) -> None:
    """Notes on the parts of records when they were away; their present tells only where they are now. Reads only."""
    for children in course.children:
        owned = [
            (record, piece)
            for record in records
            for piece in record.pieces
            if piece.touched and piece.per == children.per
        ]
        turns = _turns(connection, children, [piece.id for _, piece in owned])
        for record, piece in owned:
            piece.away.extend(_absences(piece, record.key, children.by, turns.get(piece.id, ())))


def _turns(connection: Connection, children: Children, ids: Sequence[str]) -> dict[str, list[_Turn]]:
    found: dict[str, list[_Turn]] = {}
    wanted = or_(history.c.field == "", history.c.field == children.by)
    columns = history.c.record, history.c.field, history.c.old, history.c.new, history.c.at
    for chunk in chunks(ids):
        query = select(*columns).where(history.c.record.in_(chunk), wanted).order_by(history.c.record, history.c.id)
        turns = (_Turn(*row) for row in connection.execute(query))
        found |= {piece: list(its) for piece, its in groupby(turns, lambda turn: turn.piece)}
    return found


def _absences(piece: Piece, owner: str, by: str, turns: Sequence[_Turn]) -> Iterator[Absence]:
    """The stretches, over by now, in which a row was no part of its owner."""
    moves = [turn for turn in turns if turn.field == by]
    mine, trashed = not moves or moves[0].old == owner, False
    left = None if mine else piece.born
    for turn in turns:
        if turn.field == by:
            mine = turn.new == owner
        else:
            trashed = _TRASHED.get(str(turn.new), trashed)
        there = mine and not trashed
        if there and left is not None:
            yield Absence(left, turn.at)
            left = None
        elif not there and left is None:
            left = turn.at

"""A calendar: a table's records as small cards on the days of a month, counted by day, and those without a date."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from mailuo.records import Query, Record
from mailuo_web.http.asking import application
from mailuo_web.pages.columns import column_of
from mailuo_web.pages.conditions import join
from mailuo_web.pages.kanban import expansions_for, names_told
from mailuo_web.pages.looks import Look
from mailuo_web.pages.month import Month, bounds, month_at
from mailuo_web.pages.standing import Standing
from mailuo_web.pages.subject import Subject
from mailuo_web.pages.table_listing import standings_of
from mailuo_web.texts.times import day_name, month_name, weekday_names

MOST_CARDS = 3
_MOST_AT_ONCE = 31 * MOST_CARDS
_DAY = timedelta(days=1)
_SATURDAY = 5
_LINES = 2


@dataclass(frozen=True, slots=True)
class DayCard:
    """One record on its day; `shape` says by form what `tone` says by colour."""

    key: str
    label: str
    href: str
    lines: tuple[tuple[str, str], ...]
    sentence: str
    shape: str
    tone: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how many records are on it, the first of them, and where all are; `inside` the month or beside it."""

    written: str
    number: int
    name: str
    inside: bool
    today: bool
    rest: bool
    total: int
    cards: tuple[DayCard, ...]
    href: str

    @property
    def more(self) -> int:
        """How many records have no card."""
        return max(0, self.total - len(self.cards))


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month as its template draws it; the address of a neighbour is blank where the calendar ends."""

    title: str
    heading: str
    field: str
    path: str
    month: str
    weekdays: tuple[str, ...]
    days: tuple[Day, ...]
    total: int
    undated: int
    undated_href: str
    previous: str
    next: str


def month_of(subject: Subject, look: Look, month: Month | None) -> MonthPage:
    """The month of a view that has a day for its records; without a month that of today."""
    return _Placing(subject, look, month or month_at(subject.now, subject.zone)).page()


class _Placing:
    """The placing of one view's records on the days of one month."""

    def __init__(self, subject: Subject, look: Look, month: Month) -> None:
        self._subject = subject
        self._look = look
        self._month = month
        self._path = f"{subject.path}/views/{look.id}"
        self._today = subject.now.astimezone(subject.zone).date()

    def page(self) -> MonthPage:
        """The whole month."""
        subject, look, month = self._subject, self._look, self._month
        counts = self._counts()
        days = tuple(self._days(counts, self._records(counts)))
        undated = join([look.filter, f"ISBLANK({{{look.group}}})"])
        return MonthPage(
            title=look.title,
            heading=month_name(month.first, subject.say.language),
            field=subject.title_of(look.group),
            path=self._path,
            month=str(month),
            weekdays=weekday_names(subject.say.language),
            days=days,
            total=sum(counts.values()),
            undated=self._number(undated),
            undated_href=self._filtered(undated),
            previous=self._month_href(month.previous),
            next=self._month_href(month.next),
        )

    def _between(self, first: date, after: date) -> str:
        """The view's filter, for the days from the first until the one after."""
        name = f"{{{self._look.group}}}"
        return join([self._look.filter, f'{name} >= "{first}"', f'{name} < "{after}"'])

    def _counts(self) -> Mapping[date, int]:
        """How many records the reader sees on each day of the month that has any."""
        asked = self._between(self._month.first, self._month.after)
        by = {"field": self._look.group, "grain": "day"}
        body = {"of": self._subject.table.id, "measure": "count", "by": [by], "filter": asked}
        rows = application().analytics.query(self._subject.actor, body)["rows"]
        assert isinstance(rows, list)
        return {date.fromisoformat(day): number for day, number, _ in rows}

    def _number(self, asked: str) -> int:
        body = {"of": self._subject.table.id, "measure": "count", "filter": asked}
        rows = application().analytics.query(self._subject.actor, body)["rows"]
        assert isinstance(rows, list)
        return int(rows[0][0]) if rows else 0

    def _records(self, counts: Mapping[date, int]) -> Mapping[date, Sequence[Record]]:
        """The records that get cards: asked for at once, and day by day where a full day left others without."""
        placed: dict[date, list[Record]] = {day: [] for day in counts}
        together = self._asked(self._month.first, self._month.after, _MOST_AT_ONCE) if counts else ()
        for record in together:
            day = self._day_of(record)
            if day in placed and len(placed[day]) < MOST_CARDS:
                placed[day].append(record)
        for day, number in counts.items():
            if len(placed[day]) < min(number, MOST_CARDS):
                placed[day] = list(self._asked(day, day + _DAY, MOST_CARDS))
        return placed

    def _asked(self, first: date, after: date, limit: int) -> Sequence[Record]:
        subject, group = self._subject, self._look.group
        expand = expansions_for(subject, self._look)
        query = Query(filter=self._between(first, after), sort=group, expand=expand, limit=limit)
        return application().records.page(subject.actor, subject.table.id, query).records

    def _day_of(self, record: Record) -> date | None:
        value = record.values.get(self._look.group)
        if isinstance(value, datetime):
            return value.astimezone(self._subject.zone).date()
        return value if isinstance(value, date) else None

    def _days(self, counts: Mapping[date, int], placed: Mapping[date, Sequence[Record]]) -> Iterator[Day]:
        subject = self._subject
        standings = standings_of(subject, [record for records in placed.values() for record in records])
        for day in (day for week in self._month.weeks() for day in week):
            begin, _ = bounds(day, subject.zone)
            yield Day(
                written=day.isoformat(),
                number=day.day,
                name=day_name(begin, subject.zone, subject.say.language),
                inside=self._month.first <= day < self._month.after,
                today=day == self._today,
                rest=self._rests(day),
                total=counts.get(day, 0),
                cards=tuple(self._card(record, standings.get(record.id)) for record in placed.get(day, ())),
                href=self._filtered(self._between(day, day + _DAY)),
            )

    def _card(self, record: Record, standing: Standing | None) -> DayCard:
        subject = self._subject
        level = standing.level if standing else ""
        told = ((column_of(subject, name).title, subject.shown(record, name)) for name in names_told(subject, self._look))
        return DayCard(
            key=record.key,
            label=subject.label(record),
            href=subject.record_path(record.key),
            lines=tuple((title, text) for title, text in told if text)[:_LINES],
            sentence=standing.sentence if standing else "",
            shape=level or ("due" if standing and standing.due else ""),
            tone={"red": "red", "orange": "org"}.get(level, ""),
        )

    def _rests(self, day: date) -> bool:
        """Whether nobody works on a day by the workspace's calendar; without one, on Saturdays and Sundays."""
        running = self._subject.running
        calendar = running.calendars.get(running.manifest.workspace.calendar or "")
        if calendar is None:
            return day.weekday() >= _SATURDAY
        return not calendar.worked_between(*bounds(day, self._subject.zone))

    def _filtered(self, asked: str) -> str:
        """The view as a grid of what is asked, in the order of its dates."""
        return f"{self._path}?{urlencode({'filter': asked, 'sort': self._look.group})}"

    def _month_href(self, month: Month | None) -> str:
        return f"{self._path}?month={month}" if month else ""

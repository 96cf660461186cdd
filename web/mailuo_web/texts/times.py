"""Times as people read them: ages like 12时44分, dates like 1-16 19:38, the exact time for a hover."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mailuo.base.problems import Language

_DAY = timedelta(days=1)
_LONG = timedelta(hours=72)
_PATTERN = "%Y-%m-%d %H:%M:%S"
_EXACT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_UNITS = ((86_400, "天", "d"), (3_600, "时", "h"), (60, "分", "m"), (1, "秒", "s"))
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def age(time: timedelta, language: Language) -> str:
    """How long: 36分, 12时44分, from three days on 3天7时; a minute or less is 不到1分."""
    minutes = max(0, int(time.total_seconds() // 60))
    hours, rest = divmod(minutes, 60)
    days, left = divmod(hours, 24)
    if language == "zh":
        return _pair(("天", days), ("时", left)) if time >= _LONG else _pair(("时", hours), ("分", rest)) or "不到1分"
    return _pair(("d ", days), ("h ", left)) if time >= _LONG else _pair(("h ", hours), ("m ", rest)) or "<1m"


def whole(time: timedelta, language: Language) -> str:
    """A length that people chose: 2 小时, 30 分钟, 3 天; what is not whole in one unit is told like an age."""
    minutes = int(time.total_seconds() // 60)
    for size, zh, en in ((1440, "天", "d"), (60, "小时", "h"), (1, "分钟", "min")):
        if minutes >= size and minutes % size == 0 and (size > 1 or minutes < 60):
            return f"{minutes // size} {zh}" if language == "zh" else f"{minutes // size} {en}"
    return age(time, language)


def since(time: timedelta, language: Language) -> str:
    """How long ago, in its largest unit: 12 秒前, 3 分前, 2 时前; 12s ago."""
    seconds = max(0, int(time.total_seconds()))
    size, zh, en = next((unit for unit in _UNITS if seconds >= unit[0]), _UNITS[-1])
    return f"{seconds // size} {zh}前" if language == "zh" else f"{seconds // size}{en} ago"


def _pair(first: tuple[str, int], second: tuple[str, int]) -> str:
    """Two units, the first left out when there are none of it."""
    small = f"{second[1]:02}" if first[1] and first[0] in ("时", "h ") else f"{second[1]}"
    parts = [f"{first[1]}{first[0]}"] if first[1] else []
    parts += [f"{small}{second[0]}"] if second[1] or (first[1] and first[0] in ("时", "h ")) else []
    return "".join(parts).strip()


def short(at: datetime, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """A time in a list: 今日 10:30 on the same day, else 1-16 19:38, with the year when it is another one."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return f"今日 {clock}" if language == "zh" else f"Today {clock}"
    day = f"{local.month}-{local.day}" if language == "zh" else f"{_MONTHS[local.month - 1]} {local.day}"
    year = "" if local.year == today.year else (f"{local.year}-" if language == "zh" else f"{local.year} ")
    return f"{year}{day} {clock}"


def clock(at: datetime, beside: datetime, zone: ZoneInfo) -> str:
    """The time of day, with its day where that is another one than that of what stands beside."""
    local = at.astimezone(zone)
    same = local.date() == beside.astimezone(zone).date()
    return f"{local:%H:%M}" if same else f"{local.month}-{local.day} {local:%H:%M}"


def shortened(text: str, now: datetime, zone: ZoneInfo, language: Language) -> str:
    """A sentence whose times to the second are told as in lists."""
    return _EXACT.sub(lambda found: short(_read(found[0], zone), now, zone, language), text)


def _read(text: str, zone: ZoneInfo) -> datetime:
    return datetime.strptime(text, _PATTERN).replace(tzinfo=zone)


def exact(at: datetime, zone: ZoneInfo) -> str:
    """A time to the second, for a hover."""
    return at.astimezone(zone).strftime(_PATTERN)


def day_name(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """A day by its date and weekday: 1月16日 周五, or Fri 16 Jan."""
    local = at.astimezone(zone)
    weekday = _WEEKDAYS[language][local.weekday()]
    if language == "zh":
        return f"{local.month}月{local.day}日 周{weekday}"
    return f"{weekday} {local.day} {_MONTHS[local.month - 1]}"


def month_name(day: date, language: Language) -> str:
    """The month of a day with its year: 2026年11月, or Nov 2026."""
    return f"{day.year}年{day.month}月" if language == "zh" else f"{_MONTHS[day.month - 1]} {day.year}"


def weekday_names(language: Language) -> tuple[str, ...]:
    """The days of a week from Monday: 周一, or Mon."""
    return tuple(f"周{name}" if language == "zh" else name for name in _WEEKDAYS[language])


def day_line(now: datetime, zone: ZoneInfo, language: Language) -> str:
    """Today in the page's head: 1月17日 周六 10:24, or Sat 17 Jan 10:24."""
    return f"{day_name(now, zone, language)} {now.astimezone(zone):%H:%M}"


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The workspace's last midnight."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)

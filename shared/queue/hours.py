"""Opening hours of a pool, over time in milliseconds since the epoch. Pure: the calendar and the time
zone's rules go in, no clock does. `None` for hours: always open.

A span is wall-clock time of the hours' own zone. It begins and ends at the first moment when the wall
clock shows that time or a later one. So where the clock goes back "00:00-24:00" lasts 25 hours and
"02:00-03:00" two, where it goes forward a span within the hour that is left out is empty, and spans that
touch on the wall touch in time. What passes midnight is written as two spans: "22:00-24:00" and, on the
day after, "00:00-06:00".
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import get_args
from zoneinfo import ZoneInfo

from shared.policy.queue import Day, Hours

Opening = tuple[int, int]
"""From, until (not included)."""
DAYS: tuple[Day, ...] = get_args(Day)
YEAR_OF_DAYS = 366
"""A pool that does not open within so many days does not open."""


def is_open(hours: Hours | None, at: int) -> bool:
    """Whether it is open at this moment."""
    if hours is None:
        return True
    today = _date(hours, at)
    return any(start <= at < end for start, end in _of_day(hours, today))


def opens_at(hours: Hours | None, at: int) -> int | None:
    """The first moment from `at` on when it is open: `at` itself when it is; `None` when it does not open
    within a year."""
    if hours is None:
        return at
    first = next(_openings(hours, at), None)
    return None if first is None else first[0]


def open_between(hours: Hours | None, start: int, end: int) -> int:
    """How much of the time from `start` to `end` it is open; 0 when `end` is not after `start`."""
    if hours is None:
        return max(0, end - start)
    last, day, total = _date(hours, end), _date(hours, start), 0
    while day <= last:
        total += sum(max(0, min(until, end) - max(since, start)) for since, until in _of_day(hours, day))
        day += timedelta(days=1)
    return total


def after_open(hours: Hours | None, start: int, span: int) -> int:
    """The first moment when so much opening time has passed since `start`. For a pool that does not open
    any more it is a year later."""
    if hours is None or span <= 0:
        return start + max(0, span)
    left, reached = span, start
    for since, until in _openings(hours, start):
        if until - since >= left:
            return since + left
        left, reached = left - (until - since), until
    return reached + YEAR_OF_DAYS * 86_400_000


def _openings(hours: Hours, at: int) -> Iterator[Opening]:
    """What is left of the openings from `at` on, until there is none for a year."""
    day, idle = _date(hours, at), 0
    while idle <= YEAR_OF_DAYS:
        left = [(max(since, at), until) for since, until in _of_day(hours, day) if until > at]
        idle = 0 if left else idle + 1
        yield from left
        day += timedelta(days=1)


def _date(hours: Hours, at: int) -> date:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(hours.zone)).date()


def _of_day(hours: Hours, day: date) -> tuple[Opening, ...]:
    if day in hours.holidays:
        return ()
    return _spans(hours.zone, hours.open.get(DAYS[day.weekday()], ()), day)


@lru_cache(maxsize=4096)
def _spans(zone: str, spans: tuple[str, ...], day: date) -> tuple[Opening, ...]:
    """The openings of a day in order, with those that overlap made one."""
    clock = ZoneInfo(zone)
    merged: list[Opening] = []
    for span in sorted(spans):
        since, until = (_moment(clock, day, wall) for wall in span.split("-"))
        if merged and since <= merged[-1][1]:
            since, until = merged[-1][0], max(until, merged.pop()[1])
        if since < until:
            merged.append((since, until))
    return tuple(merged)


def _moment(clock: ZoneInfo, day: date, wall: str) -> int:
    """The first moment when the wall clock shows `HH:MM` of the day or later."""
    hour, minute = map(int, wall.split(":"))
    shown = datetime.combine(day, time(), tzinfo=clock) + timedelta(hours=hour, minutes=minute)
    first, other = int(shown.timestamp()), int(shown.replace(fold=1).timestamp())
    return 1000 * (first if first <= other else _turn(clock, other, first))


def _turn(clock: ZoneInfo, before: int, after: int) -> int:
    """The second between these at which the zone's offset changes."""
    offset = _offset(clock, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(clock, middle) == offset else (before, middle)
    return after


def _offset(clock: ZoneInfo, second: int) -> timedelta | None:
    return datetime.fromtimestamp(second, UTC).astimezone(clock).utcoffset()

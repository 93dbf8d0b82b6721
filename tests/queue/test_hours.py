"""When a pool is open: on ordinary days, on holidays, over midnight, and when the clocks change."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.queue import Hours
from shared.queue.hours import DAYS, after_open, is_open, open_between, opens_at

MINUTE, HOUR = 60_000, 3_600_000
OFFICE = Hours(
    open=dict.fromkeys(DAYS[:5], ("09:00-12:30", "14:00-18:00")),
    holidays=(date(2026, 12, 25),),
)
ROUND_THE_CLOCK = dict.fromkeys(DAYS, ("00:00-24:00",))
WHOLE_DAYS = Hours(open=ROUND_THE_CLOCK)
NIGHT = Hours(open={"sat": ("22:00-24:00",), "sun": ("00:00-06:00",)})
NEVER = Hours(open={})


def at(text: str, zone: str = "Europe/Paris") -> int:
    """Milliseconds of a wall-clock time `YYYY-MM-DD HH:MM`."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


class Case(NamedTuple):
    """At `now` (Paris), when does it open next? `None`: it does not."""

    name: str
    hours: Hours | None
    now: str
    opens: str | None


OPENINGS = [
    Case("no hours at all", None, "2026-11-26 03:00", "2026-11-26 03:00"),
    Case("before it opens", OFFICE, "2026-11-26 08:59", "2026-11-26 09:00"),
    Case("as it opens", OFFICE, "2026-11-26 09:00", "2026-11-26 09:00"),
    Case("while it is open", OFFICE, "2026-11-26 10:17", "2026-11-26 10:17"),
    Case("as it closes for lunch", OFFICE, "2026-11-26 12:30", "2026-11-26 14:00"),
    Case("in the evening", OFFICE, "2026-11-26 18:00", "2026-11-27 09:00"),
    Case("over the week-end", OFFICE, "2026-11-27 18:00", "2026-11-30 09:00"),
    Case("over a holiday and the week-end after it", OFFICE, "2026-12-24 18:00", "2026-12-28 09:00"),
    Case("a day that is not named", NIGHT, "2026-11-26 12:00", "2026-11-28 22:00"),
    Case("just before midnight", NIGHT, "2026-11-28 23:59", "2026-11-28 23:59"),
    Case("just after midnight", NIGHT, "2026-11-29 00:00", "2026-11-29 00:00"),
    Case("never", NEVER, "2026-11-26 12:00", None),
    Case(
        "an hour that the clock leaves out",
        Hours(open={"sun": ("02:15-02:45", "05:00-06:00")}),
        "2026-03-29 01:00",
        "2026-03-29 05:00",
    ),
]


@pytest.mark.parametrize("case", OPENINGS, ids=lambda case: case.name)
def test_it_opens_when_the_table_says(case: Case) -> None:
    now = at(case.now)
    opens = None if case.opens is None else at(case.opens)
    assert opens_at(case.hours, now) == opens
    assert is_open(case.hours, now) == (opens == now)


class Stretch(NamedTuple):
    """From `start` to `end` (Paris) it is open for so many minutes."""

    name: str
    hours: Hours | None
    start: str
    end: str
    minutes: int


STRETCHES = [
    Stretch("always open", None, "2026-11-26 10:00", "2026-11-26 11:00", 60),
    Stretch("an afternoon", OFFICE, "2026-11-26 12:00", "2026-11-26 15:00", 90),
    Stretch("over night", OFFICE, "2026-11-26 17:00", "2026-11-27 10:00", 120),
    Stretch("a week", OFFICE, "2026-11-23 00:00", "2026-11-30 00:00", 5 * 450),
    Stretch("a week with a holiday", OFFICE, "2026-12-21 00:00", "2026-12-28 00:00", 4 * 450),
    Stretch("two spans that touch at midnight", NIGHT, "2026-11-28 12:00", "2026-11-29 12:00", 8 * 60),
    Stretch("the day the clock goes forward", WHOLE_DAYS, "2026-03-29 00:00", "2026-03-30 00:00", 23 * 60),
    Stretch("the day the clock goes back", WHOLE_DAYS, "2026-10-25 00:00", "2026-10-26 00:00", 25 * 60),
    Stretch(
        "a night of that day",
        Hours(open={"sun": ("01:00-04:00",)}),
        "2026-10-25 00:00",
        "2026-10-25 12:00",
        240,
    ),
    Stretch(
        "spans that overlap",
        Hours(open={"thu": ("09:00-11:00", "10:00-12:00")}),
        "2026-11-26 00:00",
        "2026-11-26 23:00",
        180,
    ),
    Stretch("backwards", OFFICE, "2026-11-27 10:00", "2026-11-26 10:00", 0),
    Stretch("never open", NEVER, "2026-11-26 10:00", "2026-12-26 10:00", 0),
]


@pytest.mark.parametrize("case", STRETCHES, ids=lambda case: case.name)
def test_it_is_open_for_as_long_as_the_table_says(case: Stretch) -> None:
    assert open_between(case.hours, at(case.start), at(case.end)) == case.minutes * MINUTE


DUE = [
    ("an hour from an open moment", OFFICE, "2026-11-26 10:00", 60, "2026-11-26 11:00"),
    ("it stands still over lunch", OFFICE, "2026-11-26 12:00", 60, "2026-11-26 14:30"),
    ("and over the week-end", OFFICE, "2026-11-27 17:30", 60, "2026-11-30 09:30"),
    ("it begins when the pool opens", OFFICE, "2026-11-28 12:00", 10, "2026-11-30 09:10"),
    ("it ends as the pool closes", OFFICE, "2026-11-26 17:00", 60, "2026-11-26 18:00"),
    ("at once", OFFICE, "2026-11-28 12:00", 0, "2026-11-28 12:00"),
]


@pytest.mark.parametrize(("name", "hours", "start", "minutes", "due"), DUE, ids=[case[0] for case in DUE])
def test_a_span_of_opening_time_has_passed_when_the_table_says(
    name: str, hours: Hours, start: str, minutes: int, due: str
) -> None:
    assert after_open(hours, at(start), minutes * MINUTE) == at(due)


def test_what_never_opens_is_due_a_year_later() -> None:
    start = at("2026-11-26 10:00")
    assert after_open(NEVER, start, MINUTE) == start + 366 * 24 * HOUR


ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kolkata", "UTC")
WALL = st.integers(0, 24 * 4).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
SPAN = st.tuples(WALL, WALL).filter(lambda pair: pair[0] < pair[1]).map("-".join)
HOURS = st.builds(
    Hours,
    zone=st.sampled_from(ZONES),
    open=st.dictionaries(st.sampled_from(DAYS), st.lists(SPAN, max_size=3).map(tuple)),
    holidays=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5).map(tuple),
)
MOMENT = st.integers(at("2026-01-01 00:00"), at("2026-12-31 00:00"))
LENGTH = st.integers(0, 20 * 24 * HOUR)


@given(HOURS, MOMENT, LENGTH, LENGTH)
def test_opening_time_adds_up(hours: Hours, start: int, first: int, second: int) -> None:
    middle, end = start + first, start + first + second
    whole = open_between(hours, start, end)
    assert whole == open_between(hours, start, middle) + open_between(hours, middle, end)
    assert 0 <= whole <= end - start


@given(HOURS, MOMENT, LENGTH)
def test_a_moment_is_open_when_the_millisecond_after_it_counts(hours: Hours, start: int, shift: int) -> None:
    moment = start + shift
    assert is_open(hours, moment) == (open_between(hours, moment, moment + 1) == 1)


@given(HOURS, MOMENT)
def test_it_is_open_when_it_opens_and_not_before(hours: Hours, now: int) -> None:
    opens = opens_at(hours, now)
    if opens is not None:
        assert is_open(hours, opens)
        assert open_between(hours, now, opens) == 0


@given(HOURS, MOMENT, st.integers(1, 30 * HOUR))
def test_a_span_has_passed_at_the_first_moment_when_so_much_was_open(
    hours: Hours, start: int, span: int
) -> None:
    due = after_open(hours, start, span)
    if opens_at(hours, start) is not None and due - start < 300 * 24 * HOUR:
        assert open_between(hours, start, due) == span
        assert open_between(hours, start, due - 1) == span - 1


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2026, 12, 31)), MOMENT, LENGTH)
def test_whole_days_without_a_pause_are_as_if_there_were_no_hours(
    zone: str, day: date, start: int, length: int
) -> None:
    hours = Hours(zone=zone, open=ROUND_THE_CLOCK)
    assert open_between(hours, start, start + length) == length
    midnight, next_midnight = (at(f"{each} 00:00", zone) for each in (day, day + timedelta(days=1)))
    assert open_between(hours, midnight, next_midnight) == next_midnight - midnight
    assert after_open(hours, start, length) == start + length

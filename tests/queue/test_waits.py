"""What customers are told of the wait, and how often that is right."""

from itertools import accumulate
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.queue import Hours, Told
from shared.queue.hours import DAYS
from shared.queue.waits import LADDER, Samples, Waits, between, coverage, interval

TOLD = Told()
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MONDAY = 1_795_392_000_000
"""Monday 23 November 2026, 00:00 UTC."""
OFFICE = Hours(zone="UTC", open=dict.fromkeys(DAYS, ("08:00-18:00",)))


def one_after_the_other(*waits: float) -> Samples:
    """Works that waited so many minutes, each opened a minute after the one before was taken."""
    ends = accumulate(waits, lambda before, wait: before + 1 + wait, initial=0.0)
    taken = [MONDAY + round(end * MINUTE) for end in list(ends)[1:]]
    return tuple((end - round(wait * MINUTE), end) for end, wait in zip(taken, waits, strict=True))


def steady(count: int, seed: int = 1) -> Samples:
    """Waits of one unchanging distribution: 5 minutes on the average, exponential."""
    chance = Random(seed)
    return one_after_the_other(*(chance.expovariate(1 / 5) for _ in range(count)))


def rising(count: int) -> Samples:
    return one_after_the_other(*range(1, count + 1))


@pytest.mark.parametrize(
    ("name", "samples"),
    [
        ("nobody was ever taken", ()),
        ("too few", one_after_the_other(*[5] * 19)),
        ("each longer than all before it", rising(100)),
        ("all taken at once", tuple((MONDAY, MONDAY + n * MINUTE) for n in range(60))),
    ],
)
def test_nothing_is_told_when_it_could_not_be_relied_on(name: str, samples: Samples) -> None:
    assert interval(samples, None, TOLD) is None


def test_what_is_always_the_same_is_told_so() -> None:
    samples = one_after_the_other(*[5] * 20)
    assert interval(samples, None, TOLD) == (300, 300)
    assert coverage(samples, None, TOLD) == 1.0


def test_seconds_are_rounded_outwards() -> None:
    samples = one_after_the_other(*[1.0001] * 20)
    assert interval(samples, None, TOLD) == (60, 61)


def test_the_quantiles_step_out_until_the_coverage_is_enough() -> None:
    samples = steady(100)
    waits = sorted(taken - opened for opened, taken in samples)
    low, high = interval(samples, None, TOLD) or (0, 0)
    steps = [(at[0] // 1000, -(-at[1] // 1000)) for at in (between(waits, tail) for tail in LADDER)]
    chosen = steps.index((low, high))
    assert chosen > 0, "20 to 80 % covers three in five"
    assert interval(samples, None, Told(coverage=0.5)) == steps[0]
    assert interval(samples, None, Told(coverage=1.0)) is None


def test_what_was_told_is_right_as_often_as_it_says() -> None:
    """Pools whose waits do not change: the next work is told from the 100 before it."""
    right, said = 0, 0
    for seed in range(400):
        *before, last = steady(101, seed)
        told = interval(tuple(before), None, TOLD)
        if told is not None:
            said += 1
            right += told[0] * 1000 <= last[1] - last[0] <= told[1] * 1000
    assert said > 380
    assert right / said >= TOLD.coverage


def test_only_what_was_known_when_a_work_was_opened_is_held_against_it() -> None:
    """Twenty works that waited 5 minutes, then twenty that came together and waited 50: when those came
    nobody could know, so all of them were told wrong."""
    calm = one_after_the_other(*[5] * 20)
    end = calm[-1][1]
    flood = tuple((end + MINUTE + n, end + 51 * MINUTE + n) for n in range(20))
    assert coverage(calm + flood, None, TOLD) == pytest.approx(10 / 30)
    assert interval(calm + flood, None, TOLD) is None


def test_nights_do_not_count() -> None:
    """Opened five minutes before the pool closes and taken ten minutes after it opens."""
    samples = tuple(
        (MONDAY + day * DAY + 18 * HOUR - 5 * MINUTE, MONDAY + (day + 1) * DAY + 8 * HOUR + 10 * MINUTE)
        for day in range(20)
    )
    assert interval(samples, OFFICE, TOLD) == (900, 900)


WAITS = st.lists(st.integers(0, 120), min_size=1, max_size=100)


@given(WAITS, st.sampled_from(LADDER))
def test_a_wider_step_holds_every_narrower_one(minutes: list[int], tail: float) -> None:
    waits = sorted(minutes)
    low, high = between(waits, tail)
    assert waits[0] <= low <= high <= waits[-1]
    outer = between(waits, 0.01)
    assert outer[0] <= low and high <= outer[1]


@given(WAITS)
def test_what_is_told_does_not_depend_on_the_order_of_the_samples(minutes: list[int]) -> None:
    samples = one_after_the_other(*minutes)
    assert interval(samples, None, TOLD) == interval(samples[::-1], None, TOLD)


def test_the_same_samples_are_measured_once() -> None:
    waits, samples = Waits(TOLD), steady(100)
    first = waits.measured("general", samples, None)
    assert first.interval == interval(samples, None, TOLD)
    assert waits.measured("general", samples, None) is first
    assert waits.measured("billing", one_after_the_other(*[5] * 20), None) != first
    assert waits.measured("general", steady(100, seed=2), None) is not first

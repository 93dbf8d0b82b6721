"""Which pool takes a work that its own cannot take."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.model import Policy
from shared.policy.queue import Hours, Pool
from shared.queue.hours import is_open
from shared.queue.overflow import Serving, serving

DAY = Hours(zone="UTC", open={"thu": ("09:00-18:00",), "fri": ("09:00-18:00",)})
EVENING = Hours(zone="UTC", open={"thu": ("18:00-22:00",)})
NEVER = Hours(open={})
HOUR = 3_600_000
MIDNIGHT = 1_795_651_200_000
"""Thursday 26 November 2026, 00:00 UTC."""


def house(**pools: Pool) -> Policy:
    """These pools, even as no policy file may have them: unknown ones, circles."""
    return Policy.model_construct(
        version=1,
        intents={},
        pools={"general": Pool(), "fallback": Pool(hours=NEVER, overflow="general"), **pools},
    )


class Case(NamedTuple):
    """Pool `a` with what is behind it; at `hour` o'clock, who takes a work that came at `since` o'clock?"""

    name: str
    pools: dict[str, Pool]
    since: float
    hour: float
    serving: tuple[str, float]
    """Pool, and at what o'clock it opens; 0: it is open."""


A_AFTER = Pool(hours=DAY, overflow="b", overflow_after=HOUR / 1000)
CASES = [
    Case("it is always open", {"a": Pool()}, 3, 4, ("a", 0)),
    Case("it is open", {"a": Pool(hours=DAY, overflow="b"), "b": Pool()}, 9, 17, ("a", 0)),
    Case(
        "it is closed and another is open",
        {"a": Pool(hours=DAY, overflow="b"), "b": Pool()},
        20,
        20,
        ("b", 0),
    ),
    Case("it is closed and has no other", {"a": Pool(hours=DAY)}, 20, 20, ("a", 33)),
    Case("it opens today", {"a": Pool(hours=DAY)}, 3, 3, ("a", 9)),
    Case("all are closed", {"a": Pool(hours=DAY, overflow="b"), "b": Pool(hours=EVENING)}, 23, 23, ("a", 33)),
    Case(
        "the next is closed, the one after is open",
        {"a": Pool(hours=DAY, overflow="b"), "b": Pool(hours=DAY, overflow="c"), "c": Pool(hours=EVENING)},
        20,
        20,
        ("c", 0),
    ),
    Case(
        "it goes to the fallback pool", {"a": Pool(hours=DAY, overflow="fallback")}, 20, 20, ("fallback", 0)
    ),
    Case(
        "a pool that nobody knows stands behind it",
        {"a": Pool(hours=DAY, overflow="x")},
        20,
        20,
        ("fallback", 0),
    ),
    Case(
        "overflows go round",
        {"a": Pool(hours=DAY, overflow="b"), "b": Pool(hours=DAY, overflow="a")},
        20,
        20,
        ("a", 33),
    ),
    Case("it overflows to itself", {"a": Pool(hours=DAY, overflow="a")}, 20, 20, ("a", 33)),
    Case("it waited a little", {"a": A_AFTER, "b": Pool()}, 10, 10.9, ("a", 0)),
    Case("it waited too long", {"a": A_AFTER, "b": Pool()}, 10, 11, ("b", 0)),
    Case("too long and nobody else is open", {"a": A_AFTER, "b": Pool(hours=EVENING)}, 10, 12, ("a", 0)),
    Case("it waited over night, which does not count", {"a": A_AFTER, "b": Pool()}, 3, 9.5, ("a", 0)),
    Case("it never opens", {"a": Pool(hours=NEVER)}, 3, 4, ("fallback", 0)),
    Case(
        "it never opens and another is open",
        {"a": Pool(hours=NEVER, overflow="b"), "b": Pool()},
        3,
        4,
        ("b", 0),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_work_is_taken_by_whom_the_table_says(case: Case) -> None:
    pool, opens = case.serving
    expected = Serving(pool, round(MIDNIGHT + opens * HOUR) if opens else 0)
    since, now = (round(MIDNIGHT + hour * HOUR) for hour in (case.since, case.hour))
    assert serving(house(**case.pools), "a", since, now) == expected


@pytest.mark.parametrize("pool", ["fallback", "a pool of yesterday's policy"])
def test_the_fallback_pool_takes_everything_at_any_hour(pool: str) -> None:
    assert serving(house(), pool, 0, MIDNIGHT) == Serving("fallback", 0)


NAMES = st.sampled_from(("a", "b", "c", "d", "fallback"))
POOLS = st.builds(
    Pool,
    hours=st.sampled_from((None, DAY, EVENING, NEVER)),
    overflow=st.none() | NAMES,
    overflow_after=st.none() | st.just(600.0),
)


@given(st.fixed_dictionaries(dict.fromkeys("abcd", POOLS)), NAMES, st.integers(0, 48), st.integers(0, 48))
def test_every_work_lands_with_a_pool_that_serves_now_or_will(
    pools: dict[str, Pool], pool: str, since: int, hours: int
) -> None:
    policy = house(**pools)
    now = MIDNIGHT + (since + hours) * HOUR
    found = serving(policy, pool, MIDNIGHT + since * HOUR, now)
    there = policy.pools[found.pool].hours
    if found.opens_at:
        assert found.pool == pool and found.opens_at > now and is_open(there, found.opens_at)
    else:
        assert found.pool == policy.fallback_pool or is_open(there, now)

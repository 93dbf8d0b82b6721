"""Who is asked, the longer a work waits."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.queue import Relaxation
from shared.queue.eligibility import stages_up_to
from shared.queue.rings import STAGES, in_last_ring, ring
from shared.queue.values import Item
from tests.queue.given import NOW, POLICY, SECOND, item, policy


class Ring(NamedTuple):
    name: str
    item: Item
    rounds: int
    ring: Relaxation


def _since(seconds: float, **fields: int) -> Item:
    return item(since=NOW - int(seconds * SECOND), **fields)


RINGS = [
    Ring("just come", _since(0), 0, "best"),
    Ring("29 seconds", _since(29.999), 0, "best"),
    Ring("30 seconds", _since(30), 0, "fewer_skills"),
    Ring("90 seconds", _since(90), 0, "neighbours"),
    Ring("300 seconds", _since(300), 0, "language"),
    Ring("a clock that is ahead", _since(-9), 0, "best"),
    Ring("everybody has passed it up", _since(1), 1, "fewer_skills"),
    Ring("twice", _since(31), 2, "language"),
    Ring("many times", _since(0), 99, "language"),
    Ring("it waited in another pool before", _since(5, opened_at=NOW - 900 * SECOND), 0, "best"),
    Ring(
        "the night in a closed pool does not count",
        _since(40_000, opens_at=NOW - 31 * SECOND),
        0,
        "fewer_skills",
    ),
]


@pytest.mark.parametrize("case", RINGS, ids=lambda case: case.name)
def test_which_ring_a_work_has_reached(case: Ring) -> None:
    assert ring(case.item, NOW, case.rounds, POLICY) == case.ring
    assert in_last_ring(case.item, NOW, case.rounds, POLICY) is (case.ring == "language")


def test_a_policy_may_have_one_ring_only() -> None:
    one = policy(offers={"rings": [{"after": 0, "match": "best"}]})
    assert ring(_since(9_000), NOW, 7, one) == "best"
    assert in_last_ring(_since(0), NOW, 0, one)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 9), st.integers(0, 9))
def test_rings_only_widen(before: int, more: int, rounds: int, further: int) -> None:
    narrow = ring(item(since=NOW - before), NOW, rounds, POLICY)
    wide = ring(item(since=NOW - before - more), NOW, rounds + further, POLICY)
    assert set(stages_up_to(narrow)) <= set(stages_up_to(wide))
    assert STAGES[: len(stages_up_to(wide))] == stages_up_to(wide)

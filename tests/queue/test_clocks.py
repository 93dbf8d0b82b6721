"""How long customers waited for people: which clock an entry stops, and after how much opening time."""

from typing import NamedTuple

import pytest

from shared.contracts.ledger import Entry
from shared.ledger.state import Work
from shared.policy.model import Policy
from shared.policy.queue import Hours, Pool, Sla
from shared.queue.clocks import Observation, observe
from shared.queue.hours import DAYS
from tests.ledger.entries import (
    Diary,
    answered,
    assigned,
    closed,
    handed_over,
    overflowed,
    released,
    replied,
    routed,
    transferred,
)

POLICY = Policy(
    version=1,
    intents={},
    pools={
        "general": Pool(sla=Sla(first_response=2, next_response=2, resolution=5)),
        "billing": Pool(),
        "fallback": Pool(),
    },
)
HUMAN = routed(0, "human", priority="high")


def stopped_by(entry: Entry, before: Work | None, policy: Policy, at: int) -> Observation | None:
    """As the dispatcher asks."""
    pool = policy.pool(before.pool) if before else policy.fallback_pool
    return observe(entry, before, pool, policy.pools[pool].hours, policy.pools[pool].sla, at)


class Case(NamedTuple):
    """One second passes from entry to entry. After `before`, which clock does `entry` stop, after how many
    seconds, and in time?"""

    name: str
    before: list[Entry]
    entry: Entry
    stopped: tuple[str, int, bool] | None


HELD: list[Entry] = [HUMAN, assigned(0)]
MOVED_ON: list[Entry] = [*HELD, replied(0, 1), transferred(0, 1, pool="general"), assigned(0, "ben", 1, "a2")]
CASES = [
    Case("a first reply", HELD, replied(0, 1), ("first_response", 2, True)),
    Case("a slow one", [*HELD, routed(8)], replied(0, 1), ("first_response", 3, False)),
    Case("an assignment", [HUMAN], assigned(0), None),
    Case("a second reply in a row", [*HELD, replied(0, 1)], replied(0, 1, command="s2"), None),
    Case(
        "a reply to what the customer said since",
        [*HELD, replied(0, 1), routed(1, "human"), routed(2, "human")],
        replied(0, 1, command="s2"),
        ("next_response", 2, True),
    ),
    Case("a close", [*HELD, replied(0, 1)], closed(0, 1), ("resolution", 3, True)),
    Case("a close without a word", HELD, closed(0, 1), ("resolution", 2, True)),
    Case(
        "a first reply after another agent gave it back",
        [*HELD, released(0, 1), assigned(0, "ben", 1, "a2")],
        replied(0, 3, "ben"),
        ("first_response", 4, False),
    ),
    Case("a first reply after a transfer", MOVED_ON, replied(0, 4, "ben", "s2"), ("first_response", 2, True)),
    Case(
        "a first reply after an overflow",
        [HUMAN, overflowed(0, pool="general"), assigned(0, "ben", 1, "a2")],
        replied(0, 2, "ben"),
        ("first_response", 3, False),
    ),
    Case("a bot's answer", [routed(0)], answered(0), None),
    Case(
        "a person's reply after the bot gave up: the clock began with the hand-over",
        [routed(0), answered(0), routed(1), routed(2), handed_over(1, 2, pool="general"), assigned(1)],
        replied(1, 5),
        ("first_response", 2, True),
    ),
    Case("a message", HELD, routed(1, "human"), None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_entry_stops_the_clock_that_the_table_says(case: Case) -> None:
    diary = Diary(*case.before)
    before = diary.conversation.work
    verdict = diary.write(case.entry)
    assert verdict.inert is None
    stopped = stopped_by(case.entry, before, POLICY, 1000 * len(case.before))
    assert (stopped and (stopped.clock, stopped.seconds, stopped.met)) == case.stopped


def test_what_is_observed_bears_pool_and_priority() -> None:
    diary = Diary(*HELD)
    assert stopped_by(replied(0, 1), diary.conversation.work, POLICY, 2000) == Observation(
        "first_response", "general", "high", 2.0, True
    )


def test_a_pool_that_the_policy_does_not_know_any_more_is_the_fallback_pool() -> None:
    diary = Diary(routed(0, "human", pool="yesterdays"), assigned(0))
    stopped = stopped_by(replied(0, 1), diary.conversation.work, POLICY, 2000)
    assert stopped is not None and stopped.pool == "fallback"


def test_the_clocks_stand_still_while_the_pool_is_closed() -> None:
    hours = Hours(zone="UTC", open=dict.fromkeys(DAYS, ("01:00-24:00",)))
    policy = POLICY.model_copy(update={"pools": {**POLICY.pools, "general": Pool(hours=hours)}})
    diary = Diary(*HELD)
    at = 3_600_000 + 90_000
    stopped = stopped_by(replied(0, 1), diary.conversation.work, policy, at)
    assert stopped is not None and (stopped.seconds, stopped.met) == (90.0, True)

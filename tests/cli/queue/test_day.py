"""A simulated day is one of the human queue: with its hours, rings, declines and lost tools."""

from typing import Any

import pytest

from services.cli.queue.arrivals import HOUR, customers, start_of
from services.cli.queue.figures import as_json, bound, promises, used, waits
from tests.cli.queue.scenes import STREAM, TEAM, passed, policy, scenario

MORNING = {"open": {"mon": ["02:00-24:00"]}}


async def test_the_same_seed_gives_the_same_day_and_another_seed_another() -> None:
    first, again, other = [as_json(await passed(scenario(), policy(), seed), policy()) for seed in (1, 1, 2)]
    assert first == again != other


def test_two_policies_meet_the_same_customers() -> None:
    one, other = (customers(scenario(), rules, 1) for rules in (policy(), policy(order={"severity": 0})))
    assert one == other


def test_customers_come_at_the_rates_of_the_hours() -> None:
    rates = {"00:00-01:00": 600, "02:00-03:00": 1200}
    made = scenario(arrivals={"orders": STREAM | {"per_hour": rates}})
    hours = [(one.at - start_of(made)) // HOUR for one in customers(made, policy(), 3)]
    assert set(hours) == {0, 2}
    assert hours.count(0) == pytest.approx(600, rel=0.15)
    assert hours.count(2) == pytest.approx(1200, rel=0.15)


async def test_everybody_who_waits_is_taken_while_there_is_room() -> None:
    seen = await passed(scenario(), policy())
    assert len(seen.stays) > 100
    assert waits(seen)["all"]["all"].waiting <= 3
    assert seen.offers["accepted"] <= seen.offers["made"]
    assert promises(seen)["general"]["first_response"].met > 0.95
    assert 0 < used(seen).mean < 1


TROUBLES: dict[str, tuple[dict[str, Any], str]] = {
    "who declines": ({"declines": 0.2}, "declined"),
    "who does not answer": ({"ignores": 0.3}, "timed out"),
    "who misses one after the other": ({"ignores": 0.6}, "away"),
    "whose tool is lost": ({"lost_per_hour": 6, "lost_for": 400}, "work lost"),
}


@pytest.mark.parametrize(("agent", "seen_as"), TROUBLES.values(), ids=TROUBLES)
async def test_agents_make_trouble_and_customers_are_still_served(
    agent: dict[str, Any], seen_as: str
) -> None:
    seen = await passed(scenario(agents={"team": TEAM | agent}), policy())
    assert seen.offers[seen_as] > 0
    taken = sum(stay.taken_at is not None for stay in seen.stays.values())
    assert taken > 0.9 * len(seen.stays)


async def test_what_comes_before_the_pool_opens_is_deferred_and_waits_until_then() -> None:
    rules = policy(pools={"general": {"hours": MORNING}, "billing": {}, "fallback": {}})
    made = scenario()
    seen = await passed(made, rules)
    opening = start_of(made) + 2 * HOUR
    early = [stay for stay in seen.stays.values() if stay.opened_at < opening]
    assert early and all(stay.deferred for stay in early)
    assert all(stay.taken_at is None or stay.taken_at >= opening for stay in early)


async def test_work_overflows_to_the_pool_behind_a_closed_one() -> None:
    pools = {"general": {"hours": MORNING, "overflow": "billing"}, "billing": {}, "fallback": {}}
    seen = await passed(scenario(agents={"team": TEAM | {"pools": ["billing"]}}), policy(pools=pools))
    assert sum(stay.overflowed for stay in seen.stays.values()) > 30


async def test_waits_are_told_by_the_skill_that_is_asked_for() -> None:
    agents = {"plain": TEAM, "skilled": TEAM | {"count": 1, "pools": ["billing"], "skills": {"refunds": 3}}}
    arrivals = {"orders": STREAM, "refunds": STREAM | {"intent": "refund", "per_hour": 20}}
    seen = await passed(scenario(arrivals=arrivals, agents=agents), policy())
    assert set(waits(seen)["skill"]) == {"none", "refunds"}


async def test_customers_come_back_about_the_same_matter() -> None:
    stream = STREAM | {"returns": 1, "returns_after": 600, "per_hour": 20}
    seen = await passed(scenario(arrivals={"orders": stream}), policy())
    assert len(seen.stays) > 1.5 * len({stay.customer for stay in seen.stays.values()})


async def test_nobody_is_overtaken_by_more_than_the_head_starts_when_there_are_too_few_agents() -> None:
    stream = STREAM | {"tiers": {"gold": 0.3}, "frustrated": 0.5, "per_hour": 120}
    seen = await passed(scenario(arrivals={"orders": stream}, agents={"team": TEAM | {"count": 2}}), policy())
    assert 0 < seen.overtaken <= bound(policy())

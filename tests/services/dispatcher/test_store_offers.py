"""Whom a work is offered: room, pool, language, turn; and that everybody's turn comes."""

from typing import Any

import pytest

from services.dispatcher.matcher import WIDE
from shared.queue.lanes import LOOK
from shared.queue.match import match
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import SHORT, Queue, eventually, policy, ref, work


async def test_a_work_is_offered_once_to_an_agent_with_room(queue: Queue) -> None:
    await queue.put(work(1))
    assert await queue.offers() == {}
    await queue.present()
    assert await queue.offers() == {ref(1): "ana"}
    assert await queue.offers() == {}
    assert (queue.waiting(), queue.held()) == ([], {ref(1)})


async def test_an_offer_says_how_long_it_stands(queue: Queue) -> None:
    await queue.put(work(1, life=30))
    await queue.present()
    await queue.matcher.run(1)
    now = await queue.store.now()
    [event] = await queue.told()
    assert (event.type, event.work, event.agent) == ("offer", ref(1), "ana")
    assert now + 29_000 < event.deadline <= now + 30_000


@pytest.mark.parametrize("meanwhile", ["offline", "busy", "assigned"])
async def test_who_has_changed_since_the_decision_gets_nothing_of_it(queue: Queue, meanwhile: str) -> None:
    """Not the second offer either, which counts on the first."""
    await queue.put(work(1, cost=50), work(2, cost=50))
    await queue.present()
    view = await queue.store.view(1, WIDE)
    decided = match(view, queue.policy)
    assert [offer.work for offer in decided] == [ref(1), ref(2)]
    if meanwhile == "assigned":
        await queue.put(work(9, cost=100, agent="ana", token=1))
    else:
        await queue.present(status=meanwhile)
    assert await queue.store.reserve(decided) == [False, False]
    assert queue.waiting() == [ref(1), ref(2)]


async def test_a_heartbeat_since_the_decision_changes_nothing(queue: Queue) -> None:
    await queue.put(work(1), work(2))
    await queue.present()
    decided = match(await queue.store.view(1, WIDE), queue.policy)
    await queue.present()
    assert await queue.store.reserve(decided) == [True, True]


async def test_a_work_is_not_offered_twice_in_one_decision(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.present()
    [decided] = match(await queue.store.view(1, WIDE), queue.policy)
    assert await queue.store.reserve([decided, decided]) == [True, False]
    assert await queue.store.reserve([decided]) == [False]


async def test_an_agent_gets_as_much_as_the_capacity_allows(queue: Queue) -> None:
    await queue.put(*(work(number) for number in range(9)))
    await queue.present(capacity=70)
    assert set(await queue.offers()) == {ref(0), ref(1), ref(2)}
    assert await queue.offers() == {}


async def test_costs_differ_and_a_work_too_large_does_not_keep_smaller_ones_away(queue: Queue) -> None:
    await queue.put(work(1, cost=100), work(2, cost=10), work(3, cost=20), work(4, cost=5), work(5, cost=10))
    await queue.present(capacity=35)
    assert set(await queue.offers()) == {ref(2), ref(3), ref(4)}
    assert queue.waiting() == [ref(1), ref(5)]


async def test_held_work_of_every_pool_counts(queue: Queue) -> None:
    await queue.put(
        work(1, agent="ana", token=3, pool="billing"),
        work(2, agent="ana", token=4, pool="outside", external=True),
        work(3),
        work(4),
    )
    await queue.present(capacity=60, pools=("general", "billing"))
    assert await queue.offers() == {ref(3): "ana"}


async def test_one_round_over_several_pools_stays_within_capacity(queue: Queue) -> None:
    await queue.put(work(1), work(2, pool="billing"), work(3, pool="fallback"))
    await queue.present(capacity=40, pools=("general", "billing", "fallback"))
    assert len(await queue.offers()) == 2


async def test_works_are_spread_over_agents(queue: Queue) -> None:
    await queue.put(*(work(number) for number in range(4)))
    for agent in ("ana", "ben", "eva"):
        await queue.present(agent)
    offers = await queue.offers()
    assert sorted(offers.values()) in (
        ["ana", "ana", "ben", "eva"],
        ["ana", "ben", "ben", "eva"],
        ["ana", "ben", "eva", "eva"],
    )


async def test_whoever_got_work_longest_ago_comes_first(queue: Queue) -> None:
    for agent in ("ana", "ben"):
        await queue.present(agent)
    order: list[str] = []
    for number in range(4):
        await queue.next_instant()
        await queue.put(work(number))
        order += (await queue.offers()).values()
    assert order[:2] == order[2:]
    assert set(order) == {"ana", "ben"}


async def test_turns_are_kept_when_an_agent_announces_itself_again(queue: Queue) -> None:
    await queue.present("ana")
    await queue.put(work(1))
    await queue.offers()
    await queue.present("ben")
    await queue.present("ana")
    await queue.put(work(2))
    assert await queue.offers() == {ref(2): "ben"}


@pytest.mark.parametrize(
    ("name", "language", "spoken", "offered"),
    [
        ("the same", "fr", ("fr", "en"), True),
        ("another", "fr", ("en",), False),
        ("a work whose language is unknown", "und", ("en",), True),
        ("an agent who names none speaks all", "de", (), True),
        ("nobody's", "de", ("fr", "en"), False),
        ("with its region", "fr", ("fr-FR",), True),
        ("in capitals", "fr", ("FR",), True),
    ],
)
async def test_a_work_goes_to_who_speaks_its_language(
    queue: Queue, name: str, language: str, spoken: tuple[str, ...], offered: bool
) -> None:
    await queue.put(work(1, language=language))
    await queue.present(languages=spoken)
    assert bool(await queue.offers()) is offered


@pytest.mark.parametrize("pools", [(), ("billing",), ("outside",)])
async def test_a_work_goes_to_its_pool_only(queue: Queue, pools: tuple[str, ...]) -> None:
    await queue.put(work(1))
    await queue.present(pools=pools)
    assert await queue.offers() == {}


async def test_a_pool_that_assigns_by_itself_gets_no_offers(queue: Queue) -> None:
    await queue.put(work(1, pool="outside", external=True))
    await queue.present(pools=("outside", "general"))
    assert await queue.offers() == {}
    assert queue.waiting("outside") == []


@pytest.mark.parametrize("hurdle", [{"language": "de"}, {"cost": 100}], ids=["language", "cost"])
async def test_any_number_of_works_that_nobody_can_take_does_not_keep_others_waiting(
    queue: Queue, hurdle: dict[str, Any]
) -> None:
    await queue.put(*(work(number, **hurdle) for number in range(3 * WIDE)), work(9_999))
    await queue.present(capacity=40)
    for _ in range(5):
        if await queue.offers(wide=True):
            return
    raise AssertionError("nobody got the last work")


async def test_a_backlog_goes_out_in_one_go_when_a_crowd_comes_to_work(queue: Queue) -> None:
    await queue.put(*(work(number, cost=50) for number in range(20 * LOOK)))
    for number in range(10 * LOOK):
        await queue.present(f"agent-{number}")
    assert len(await queue.offers()) == 20 * LOOK


async def test_a_long_lane_of_old_works_is_served_before_a_short_one_of_young_ones(queue: Queue) -> None:
    old, young = range(10 * LOOK), range(100, 100 + LOOK)
    await queue.put(*(work(number, cost=50, priority="high") for number in old))
    await queue.put(*(work(number, cost=50) for number in young))
    for number in range(5 * LOOK):
        await queue.present(f"agent-{number}")
    assert set(await queue.offers()) == {ref(number) for number in old}


async def test_the_oldest_works_are_looked_at_every_time(queue: Queue) -> None:
    await queue.put(*(work(number, language="de") for number in range(10, 10 + 3 * WIDE)))
    await queue.present()
    for number in range(5):
        await queue.offers()
        await queue.put(work(number))
        assert await queue.offers() == {ref(number): "ana"}


async def test_an_offer_past_its_deadline_goes_to_somebody_else(opened: Open) -> None:
    queue = await opened(policy(life=SHORT))
    await queue.put(work(1, life=SHORT))
    await queue.present("ana")
    assert await queue.offers() == {ref(1): "ana"}
    assert await queue.store.sweep() == [] and await queue.rescinded() == {}

    assert await eventually(queue.rescinded_after_sweep) == {ref(1): ("ana", "offer_over")}
    assert await queue.offers() == {}, "ana is left alone for a while"
    await queue.present("ben")
    assert await queue.offers() == {ref(1): "ben"}


async def test_a_sole_agent_is_offered_the_work_again_after_the_cool_down(opened: Open) -> None:
    queue = await opened(policy(cooldown=SHORT))
    await queue.put(work(1), work(2))
    await queue.present(capacity=20)
    await queue.offers()
    await queue.store.decline(ref(1), "ana")
    assert await queue.offers() == {ref(2): "ana"}, "a cool-down is of one work"
    await queue.store.decline(ref(2), "ana")
    assert await eventually(queue.offers) == {ref(1): "ana"}


async def test_works_keep_their_place_in_the_queue_when_an_offer_comes_back(queue: Queue) -> None:
    await queue.put(work(1))
    await queue.present()
    await queue.offers()
    await queue.put(work(2), work(0))
    await queue.store.decline(ref(1), "ana")
    assert queue.waiting() == [ref(0), ref(1), ref(2)]

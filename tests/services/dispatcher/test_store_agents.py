"""Agents: accepting, declining, going away, and coming back."""

import asyncio
from typing import Any

import pytest

from services.dispatcher.store import ACCEPTING_MS, Lost
from tests.kit.process import wait_until
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import LONG, SHORT, Queue, eventually, policy, ref, work


async def offered(queue: Queue, number: int = 1, agent: str = "ana", **fields: Any) -> None:
    await queue.put(work(number, **fields))
    await queue.present(agent)
    assert await queue.offers() == {ref(number): agent}


async def test_an_offer_is_accepted_any_number_of_times_by_its_agent(queue: Queue) -> None:
    await offered(queue, attempt=2)
    first = await queue.store.accept(ref(1), "ana")
    assert (first.code, first.conversation, first.attempt, first.pool) == ("ok", "c1", 2, "general")
    assert await queue.store.accept(ref(1), "ana") == first


async def test_an_accepted_offer_stays_reserved_until_the_book_has_decided(opened: Open) -> None:
    queue = await opened(policy(life=SHORT))
    await offered(queue, life=SHORT)
    assert (await queue.store.accept(ref(1), "ana")).code == "ok"
    left = float(queue.fields(1)["deadline"]) - queue.clock()
    assert left > ACCEPTING_MS / 2


async def test_accepting_does_not_shorten_a_long_offer(queue: Queue) -> None:
    await offered(queue, life=LONG)
    before = queue.fields(1)["deadline"]
    await queue.store.accept(ref(1), "ana")
    assert queue.fields(1)["deadline"] == before


@pytest.mark.parametrize(
    ("name", "number", "agent", "code"),
    [
        ("somebody else's offer", 1, "ben", "not_offered"),
        ("a work that waits", 2, "ana", "offer_over"),
        ("a work somebody holds", 3, "ana", "already_held"),
        ("a work that one holds", 3, "eva", "ok"),
        ("a work nobody knows", 99, "ana", "unknown_work"),
        ("a work of a pool that assigns by itself", 4, "zoe", "ok"),
    ],
)
async def test_accepting_is_refused_with_a_reason(
    queue: Queue, name: str, number: int, agent: str, code: str
) -> None:
    await offered(queue)
    await queue.put(work(2), work(3, agent="eva", token="7"), work(4, pool="outside", external="1"), work(5))
    assert (await queue.store.accept(ref(number), agent)).code == code


async def test_of_two_agents_who_accept_at_the_same_instant_one_gets_the_work(queue: Queue) -> None:
    for number in range(20):
        await queue.put(work(number, cost=1))
        await queue.present("ana")
        await queue.present("ben")
        await queue.offers()
        answers = await asyncio.gather(*(queue.store.accept(ref(number), agent) for agent in ("ana", "ben")))
        assert sorted(answer.code for answer in answers) == ["not_offered", "ok"]


# -- declining -----------------------------------------------------------------------------------


async def test_a_declined_offer_goes_to_somebody_else(queue: Queue) -> None:
    await offered(queue)
    await queue.present("ben")
    assert (await queue.store.decline(ref(1), "ana")).code == "declined"
    assert await queue.rescinded() == {ref(1): ("ana", "declined")}
    assert await queue.offers() == {ref(1): "ben"}
    assert (queue.held("ana"), queue.held("ben")) == (set(), {ref(1)})


@pytest.mark.parametrize(
    ("name", "number", "agent", "code"),
    [
        ("a work that one holds", 3, "eva", "held"),
        ("somebody else's offer", 1, "ben", "not_offered"),
        ("a work that waits", 2, "ana", "not_offered"),
        ("a work somebody else holds", 3, "ana", "not_offered"),
        ("a work nobody knows", 99, "ana", "unknown_work"),
    ],
)
async def test_declining_what_is_not_offered_changes_nothing(
    queue: Queue, name: str, number: int, agent: str, code: str
) -> None:
    await offered(queue)
    await queue.put(work(2), work(3, agent="eva", token="7"))
    found = await queue.store.decline(ref(number), agent)
    assert found.code == code
    assert (queue.held("ana"), queue.held("eva"), queue.waiting()) == ({ref(1)}, {ref(3)}, [ref(2)])
    assert found.token == ("7" if number == 3 else "")


async def test_whoever_gives_back_a_held_work_is_left_alone_with_it_for_a_while(queue: Queue) -> None:
    await offered(queue)
    await queue.put(work(1, agent="ana", token="4"))
    assert (await queue.store.decline(ref(1), "ana")).code == "held"
    await queue.put(work(1, attempt=1))
    assert await queue.offers() == {}
    await queue.present("ben")
    assert await queue.offers() == {ref(1): "ben"}


# -- presence ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["busy", "drain", "offline"])
async def test_only_who_is_available_gets_offers(queue: Queue, status: str) -> None:
    await queue.put(work(1))
    await queue.present(status=status)
    assert await queue.offers() == {}
    await queue.present()
    assert await queue.offers() == {ref(1): "ana"}


@pytest.mark.parametrize("status", ["busy", "drain"])
async def test_who_is_busy_keeps_what_was_offered_and_held(queue: Queue, status: str) -> None:
    await offered(queue)
    await queue.put(work(2, agent="ana", token="7"))
    await queue.present(status=status)
    assert queue.held() == {ref(1), ref(2)}
    assert await queue.store.sweep() == []
    assert (await queue.store.accept(ref(1), "ana")).code == "ok"


async def test_who_goes_offline_loses_offers_at_once_and_held_work_after_the_grace(opened: Open) -> None:
    queue = await opened(policy(grace=SHORT))
    await offered(queue)
    await queue.put(work(2, agent="ana", token="7"))
    await queue.present(status="offline")
    assert await queue.rescinded() == {ref(1): ("ana", "tool_lost")}
    assert (queue.held(), queue.waiting()) == ({ref(2)}, [ref(1)])
    assert await queue.store.sweep() == []
    assert await eventually(queue.store.sweep) == [Lost(ref(2), "c2", "ana", 7)]


async def test_a_silent_tool_loses_offers_when_stale_and_held_work_after_the_grace(opened: Open) -> None:
    queue = await opened(policy(stale=2 * SHORT, grace=2 * SHORT))
    await offered(queue)
    await queue.put(work(2, agent="ana", token="7"), work(3))
    assert await queue.store.sweep() == []

    async def lost_offers() -> object:
        assert await queue.store.sweep() == [], "held work is given its grace"
        return await queue.rescinded()

    assert await eventually(lost_offers) == {ref(1): ("ana", "tool_lost")}
    assert await queue.offers() == {}, "a silent tool gets nothing"
    assert queue.held() == {ref(2)}
    assert await eventually(queue.store.sweep) == [Lost(ref(2), "c2", "ana", 7)]
    assert await queue.store.sweep() == [Lost(ref(2), "c2", "ana", 7)], "until the book has taken it back"
    await queue.put(work(2, attempt=1))
    assert await queue.store.sweep() == []


async def test_time_in_which_nobody_listened_is_not_held_against_anybody(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heartbeats wait in Kafka while the dispatcher is down: it must hear them before it judges."""
    monkeypatch.setattr("services.dispatcher.store.AWAY_MS", 3 * SHORT * 1000)
    queue = await opened(policy(stale=SHORT, grace=2 * SHORT))
    await offered(queue)
    await queue.put(work(2, agent="ana", token="7"))
    assert await queue.store.sweep() == []
    down_since = queue.clock()
    wait_until(lambda: queue.clock() - down_since > 5 * SHORT * 1000, 5, "a long absence")
    assert await queue.store.sweep() == []
    assert queue.held() == {ref(1), ref(2)}
    assert await eventually(queue.store.sweep) == [Lost(ref(2), "c2", "ana", 7)], "if nothing is heard"


async def test_a_heartbeat_keeps_everything(opened: Open) -> None:
    queue = await opened(policy(stale=3 * SHORT, grace=SHORT / 10))
    await offered(queue)
    await queue.put(work(2, agent="ana", token="7"))
    for _ in range(8):
        await asyncio.sleep(SHORT / 2)
        await queue.present()
        assert await queue.store.sweep() == []
    assert queue.held() == {ref(1), ref(2)}


async def test_a_tool_that_is_back_gets_work_again(opened: Open) -> None:
    queue = await opened(policy(stale=SHORT, grace=SHORT, cooldown=SHORT))
    await offered(queue)
    await eventually(queue.rescinded_after_sweep)
    assert not queue.inside.exists(f"{queue.prefix}pool:general"), "who is gone is not looked at any more"

    async def again() -> object:
        await queue.present()
        return await queue.offers()

    assert await eventually(again) == {ref(1): "ana"}


async def test_held_work_of_an_agent_who_never_comes_back_to_a_wiped_queue_is_given_up(opened: Open) -> None:
    queue = await opened(policy(stale=SHORT, grace=SHORT))
    await offered(queue)
    queue.inside.flushall()
    held = [work(1, agent="ana", token="7"), work(2, pool="outside", agent="zoe", token="8", external="1")]
    await queue.store.rebuild(2, 5, held)
    assert await queue.store.sweep() == [], "ana has time to come back"
    assert await eventually(queue.store.sweep) == [Lost(ref(1), "c1", "ana", 7)]


async def test_after_a_wipe_work_is_offered_again_when_agents_announce_themselves(queue: Queue) -> None:
    await offered(queue)
    queue.inside.flushall()
    await queue.store.rebuild(2, 5, [work(1)])
    assert await queue.offers() == {}
    await queue.present()
    assert await queue.offers() == {ref(1): "ana"}


@pytest.mark.parametrize("kind", ["work", "waiting", "agent", "held"])
async def test_a_queue_that_lost_a_key_does_not_end_the_service(opened: Open, kind: str) -> None:
    """A Redis that may evict keys is set up wrongly; it must not do more harm than to need a rebuild."""
    queue = await opened(policy(life=SHORT, stale=SHORT, grace=SHORT))
    await offered(queue, life=SHORT)
    await queue.put(work(2, agent="ana", token="7"), work(3), work(4, agent="ana", token="8"))
    names = {"work": f"work:{ref(1)}", "waiting": f"work:{ref(3)}", "agent": "agent:ana", "held": "held:ana"}
    queue.inside.delete(f"{queue.prefix}{names[kind]}")
    await queue.put(work(1), work(4))
    for _ in range(9):
        for lost in await queue.store.sweep():
            assert lost.agent == "ana"
        await queue.present("ben")
        await queue.offers()
        await asyncio.sleep(SHORT / 4)
    assert not queue.held("ana") - {ref(2)}


async def test_agents_of_a_pool_are_known_by_their_pools(queue: Queue) -> None:
    assert await queue.store.agent_pools("ana") is None
    await queue.present(pools=("billing", "general"))
    assert await queue.store.agent_pools("ana") == ["billing", "general"]
    await queue.put(work(1), work(2, pool="billing"))
    await queue.present(pools=("billing",))
    assert await queue.offers() == {ref(2): "ana"}

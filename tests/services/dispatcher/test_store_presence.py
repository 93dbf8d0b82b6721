"""Agents going away, and coming back."""

import asyncio
from typing import Any

import pytest

from shared.queue.values import Lost
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import SHORT, Queue, eventually, policy, ref, work


async def offered(queue: Queue, number: int = 1, agent: str = "ana", **fields: Any) -> None:
    await queue.put(work(number, **fields))
    await queue.present(agent)
    assert await queue.offers() == {ref(number): agent}


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
    await queue.put(work(2, agent="ana", token=7))
    await queue.present(status=status)
    assert queue.held() == {ref(1), ref(2)}
    assert await queue.store.sweep() == []
    assert (await queue.store.accept(ref(1), "ana")).code == "ok"


async def test_who_went_home_stays_away_when_another_tool_gives_them_a_work(opened: Open) -> None:
    queue = await opened(policy(grace=SHORT))
    await queue.present(status="offline")
    await queue.store.sweep()
    await queue.put(work(1, pool="outside", external=True))
    await queue.put(work(1, pool="outside", external=True, agent="ana", token=7))

    async def lost() -> list[Lost]:
        return await queue.store.sweep()

    assert await eventually(lost) == [Lost(ref(1), "c1", "ana", 7)]


async def test_who_goes_offline_loses_offers_at_once_and_held_work_after_the_grace(opened: Open) -> None:
    queue = await opened(policy(grace=SHORT))
    await offered(queue)
    await queue.put(work(2, agent="ana", token=7))
    await queue.present(status="offline")
    assert await queue.rescinded() == {ref(1): ("ana", "tool_lost")}
    assert (queue.held(), queue.waiting()) == ({ref(2)}, [ref(1)])
    assert await queue.store.sweep() == []
    assert await eventually(queue.store.sweep) == [Lost(ref(2), "c2", "ana", 7)]


async def test_a_silent_tool_loses_offers_when_stale_and_held_work_after_the_grace(opened: Open) -> None:
    queue = await opened(policy(stale=2 * SHORT, grace=2 * SHORT))
    await offered(queue)
    await queue.put(work(2, agent="ana", token=7), work(3))
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
    monkeypatch.setattr("shared.queue.floor.AWAY", 3 * SHORT * 1000)
    queue = await opened(policy(stale=SHORT, grace=2 * SHORT))
    await offered(queue)
    await queue.put(work(2, agent="ana", token=7))
    assert await queue.store.sweep() == []
    down_since = await queue.store.now()
    while await queue.store.now() - down_since <= 5 * SHORT * 1000:
        await asyncio.sleep(SHORT)
    assert await queue.store.sweep() == []
    assert queue.held() == {ref(1), ref(2)}
    assert await eventually(queue.store.sweep) == [Lost(ref(2), "c2", "ana", 7)], "if nothing is heard"


async def test_a_heartbeat_keeps_everything(opened: Open) -> None:
    queue = await opened(policy(stale=3 * SHORT, grace=SHORT / 10))
    await offered(queue)
    await queue.put(work(2, agent="ana", token=7))
    for _ in range(8):
        await asyncio.sleep(SHORT / 2)
        await queue.present()
        assert await queue.store.sweep() == []
    assert queue.held() == {ref(1), ref(2)}


async def test_a_tool_that_is_back_gets_work_again(opened: Open) -> None:
    queue = await opened(policy(stale=SHORT, grace=SHORT, cooldown=SHORT))
    await offered(queue)
    await eventually(queue.rescinded_after_sweep)

    async def again() -> object:
        await queue.present()
        return await queue.offers()

    assert await eventually(again) == {ref(1): "ana"}


async def test_held_work_of_an_agent_who_never_comes_back_to_a_wiped_queue_is_given_up(
    redis_opened: Open,
) -> None:
    queue = await redis_opened(policy(stale=SHORT, grace=SHORT))
    await offered(queue)
    queue.inside.wipe()
    held = [work(1, agent="ana", token=7), work(2, pool="outside", agent="zoe", token=8, external=True)]
    await queue.store.rebuild(2, 5, held)
    assert await queue.store.sweep() == [], "ana has time to come back"
    assert await eventually(queue.store.sweep) == [Lost(ref(1), "c1", "ana", 7)]


async def test_after_a_wipe_work_is_offered_again_when_agents_announce_themselves(redis_queue: Queue) -> None:
    queue = redis_queue
    await offered(queue)
    queue.inside.wipe()
    await queue.store.rebuild(2, 5, [work(1)])
    assert await queue.offers() == {}
    await queue.present()
    assert await queue.offers() == {ref(1): "ana"}


async def test_agents_of_a_pool_are_known_by_their_pools(queue: Queue) -> None:
    assert await queue.store.agent_pools("ana") is None
    await queue.present(pools=("billing", "general"))
    assert await queue.store.agent_pools("ana") == ["billing", "general"]
    await queue.put(work(1), work(2, pool="billing"))
    await queue.present(pools=("billing",))
    assert await queue.offers() == {ref(2): "ana"}

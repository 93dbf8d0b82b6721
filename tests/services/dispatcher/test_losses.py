"""What one partition of the dispatcher does when Redis, a tool or the dispatcher itself is lost."""

import asyncio

import orjson
import pytest

from services.dispatcher.store import Store
from shared.contracts.errors import TransientFailure
from shared.contracts.topics import AGENTS, LEDGER
from shared.ledger.archive import Archive, Lately
from shared.runtime.sender import Out
from tests.kit.process import free_port
from tests.ledger.entries import HERE, routed
from tests.services.dispatcher.house import House, Records, types
from tests.services.dispatcher.queue import SHORT, policy
from tests.services.given import Lying, entries

HUMAN = routed(0, "human")


async def test_while_redis_is_away_the_book_is_told_and_commands_wait(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await House(redis_url, monkeypatch).opened()
    working = house.stores[0]
    gone = Store(f"redis://127.0.0.1:{free_port()}/0", house.namespace, house.policy, timeout=1)
    house.use(gone)
    house.write(HUMAN)
    house.present()
    assert types(await house.until_quiet()) == ["queued"]
    assert house.worker.positions() == {LEDGER: 1, AGENTS: 1}, "the presence is not carried out"
    house.use(working)
    assert types(await house.until_quiet()) == ["offer ana"]
    assert house.worker.positions() == {LEDGER: 1, AGENTS: 2}
    await gone.close()
    await house.close()


async def test_a_wiped_queue_is_noticed_though_nothing_happens_in_the_book(house: House) -> None:
    house.write(HUMAN, routed(1, "human", "d"))
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    house.queue.inside.wipe()
    house.command("reply", work_id="3:0", token=holds["token"], text="Toujours là")
    assert types(await house.until_quiet()) == ["replied ana"], "it is not refused"
    house.present()
    assert types(await house.until_quiet()) == ["offer ana"], "of the other work"


async def test_events_are_dropped_only_when_they_are_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.write(HUMAN)
    await house.until_quiet()
    house.present()

    async def fails(*_: object) -> list[Out]:
        raise TransientFailure("the ledger cannot be read")

    with monkeypatch.context() as broken:
        broken.setattr(house.worker._announcer, "offered", fails)
        assert await house.until_quiet() == []
    assert types(await house.until_quiet()) == ["offer ana"]


async def test_a_new_worker_goes_on_where_the_old_one_was_killed(house: House, redis_url: str) -> None:
    house.write(HUMAN, routed(1, "human", "d"))
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    [holds] = await house.until_quiet()
    house.worker = house.new(redis_url)
    await house.opened(committed=2)
    again = await house.until_quiet()
    assert "assigned ana" in types(again), "told once more, since nobody knows whether it was"
    house.command("reply", work_id="3:0", token=holds["token"], text="Re")
    assert "replied ana" in types(await house.until_quiet())


async def test_two_workers_at_once_assign_a_work_to_one_agent(house: House, redis_url: str) -> None:
    """A worker that was thought dead wakes up: both tell, and the book keeps one holder."""
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    zombie, house.worker = house.worker, house.new(redis_url)
    await house.opened()
    await house.until_quiet()
    out: list[Out] = []
    for worker in (zombie, house.worker):
        value = orjson.dumps({"type": "accept", "id": "twice", "agent_id": "ana", "work_id": "3:0"})
        worker.receive(AGENTS, [Lying(50, value)], 0)
        await worker.obey(out)
    proposals = entries(out)
    assert len(proposals) == 2
    house.write(*proposals)
    zombie.receive(LEDGER, house.log, 0)
    records = await house.until_quiet()
    assert {record["type"] for record in records if record["command_id"]} == {"assigned"}
    assert len({record["token"] for record in records if record["type"] == "assigned"}) == 1


async def test_work_of_a_tool_that_went_silent_is_released_and_offered_to_somebody_else(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await House(redis_url, monkeypatch, policy(stale=2 * SHORT, grace=SHORT)).opened()
    house.write(HUMAN)
    house.present()
    await house.until_quiet()
    house.command("accept", work_id="3:0")
    await house.until_quiet()
    seen: Records = []
    for _ in range(100):
        house.present("ben")
        seen += await house.tick()
        if "offer ben" in types(seen):
            break
        await asyncio.sleep(SHORT / 5)
    assert types(seen) == ["released ana", "offer ben"]
    assert seen[0]["reason"]["code"] == "tool_lost"
    await house.close()


async def test_many_old_works_are_told_with_one_look_into_the_book(house: House) -> None:
    """When the queue was lost everything is offered anew, and what was said is no longer at hand."""
    for n in range(20):
        house.write(routed(n, "human", f"c{n}"))
    await house.until_quiet()
    house.worker._archive = house.worker._announcer._archive = Archive(HERE, "", "", Lately())
    looked = house.shelf.opened
    house.present("ana", capacity=10_000)
    records = await house.until_quiet()
    assert types(records) == ["offer ana"] * 20
    assert all(record["messages"] for record in records)
    assert house.shelf.opened == looked + 1
    await house.close()

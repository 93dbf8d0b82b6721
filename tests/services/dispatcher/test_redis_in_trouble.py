"""A real Redis that refuses, forgets or goes back in time: nothing is done by halves, nothing is offered
twice, and when it is well again everything goes on."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from redis import Redis, ResponseError

from services.dispatcher.clerk import ONE_TASK
from services.dispatcher.commands import Done
from services.dispatcher.worker import DispatcherWorker
from shared.contracts.agents import AgentCommand
from shared.contracts.errors import TransientFailure
from shared.contracts.topics import AGENTS, LEDGER
from shared.queue.match import match
from tests.kit.process import free_port
from tests.ledger.entries import routed
from tests.services.dispatcher.house import House, Records, types
from tests.services.dispatcher.queue import Queue, policy, ref, work


@contextmanager
def full(redis: Redis) -> Iterator[None]:
    """Out of memory, with `noeviction`."""
    redis.config_set("maxmemory", 1)
    try:
        yield
    finally:
        redis.config_set("maxmemory", 0)


@contextmanager
def read_only(redis: Redis) -> Iterator[None]:
    """A replica, as after a failover that the client has not noticed."""
    redis.execute_command("REPLICAOF", "127.0.0.1", free_port())
    try:
        yield
    finally:
        redis.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def without_scripts(redis: Redis) -> Iterator[None]:
    """Its scripts are forgotten."""
    redis.script_flush()
    yield


@pytest.fixture
def redis(real_redis: str) -> Iterator[Redis]:
    with Redis.from_url(real_redis) as client:
        try:
            client.config_get("maxmemory")
        except ResponseError:
            pytest.skip("the fake Redis gets into no such trouble")
        yield client


@pytest.fixture
async def house(real_redis: str, monkeypatch: pytest.MonkeyPatch) -> House:
    return await House(real_redis, monkeypatch).opened()


def offers(records: Records) -> list[str]:
    return [record["agent_id"] for record in records if record["type"] == "offer"]


REFUSING = {"full": full, "read_only": read_only}


@pytest.mark.parametrize("trouble", REFUSING)
async def test_a_redis_that_refuses_delays_and_nothing_else(house: House, redis: Redis, trouble: str) -> None:
    house.write(routed(0, "human"))
    house.present("ana")
    assert offers(await house.until_quiet()) == ["ana"]
    assert house.clerk.reachable is True
    with REFUSING[trouble](redis):
        house.write(routed(1, "human", "d"))
        house.command("accept", "ana", work_id="3:0")
        house.present("ben")
        assert types(await house.until_quiet()) == ["queued"], "the book is told all the same"
        assert house.worker.positions()[AGENTS] == 2, "commands wait"
        assert house.clerk.reachable is False, "and whoever asks is told so"
    records = await house.until_quiet()
    assert house.clerk.reachable is True
    assert [record["work_id"] for record in records if record["type"] == "assigned"] == ["3:0"]
    assert len(offers(records)) == 1, "the second work is offered to one of them, once"
    assert house.worker.positions() == {LEDGER: len(house.log), AGENTS: 4}
    await house.close()


@pytest.mark.parametrize("trouble", REFUSING)
async def test_a_refusing_redis_makes_an_offer_wholly_or_not_at_all(
    real_redis: str, redis: Redis, trouble: str
) -> None:
    """A script that has deleted something is let finish by a full Redis."""
    queue = Queue(real_redis, policy())
    await queue.put(work(1))
    await queue.present("ana")
    view = await queue.store.view(1)
    assert view is not None
    with REFUSING[trouble](redis), suppress(TransientFailure):
        await queue.store.reserve(match(view, queue.policy))
    assert await queue.offers() == {ref(1): "ana"}
    assert (queue.waiting(), queue.held()) == ([], {ref(1)})
    await queue.close()


async def test_forgotten_scripts_are_loaded_again_by_the_next_call(house: House, redis: Redis) -> None:
    house.write(routed(0, "human"))
    with without_scripts(redis):
        house.present("ana")
        assert types(await house.until_quiet()) == ["queued", "offer ana"]
    redis.script_flush()
    house.command("accept", "ana", work_id="3:0")
    assert types(await house.until_quiet()) == ["assigned ana"]
    await house.close()


async def test_a_queue_set_back_in_time_is_made_again_from_the_book(house: House, redis: Redis) -> None:
    """As after a failover with lost writes, or when an old dump is loaded."""
    house.write(routed(0, "human"))
    house.present("ana")
    assert offers(await house.until_quiet()) == ["ana"]
    keys = redis.keys(f"{{{house.namespace}}}:*")
    dump = {key: redis.dump(key) for key in keys}
    house.command("accept", "ana", work_id="3:0")
    assert types(await house.until_quiet()) == ["assigned ana"]

    redis.delete(*redis.keys(f"{{{house.namespace}}}:*"))
    for key, value in dump.items():
        redis.restore(key, 0, value)
    house.present("ben")
    records = await house.until_quiet()
    assert [one["agent_id"] for one in records if one["type"] in ("offer", "assigned")] == []
    held = house.worker.book.conversation("c").work
    assert held is not None and held.agent == "ana"
    house.command("accept", "ben", work_id="3:0")
    [refused] = await house.until_quiet()
    assert refused["reason"]["code"] == "already_held"
    await house.close()


async def test_a_backlog_of_commands_over_a_slow_redis_does_not_keep_a_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop would not tick meanwhile, its process would be ended, and the next would find as many."""
    monkeypatch.setattr("services.dispatcher.worker.AT_ONCE", 1)
    clock = Slow(house.worker, 0.3 * ONE_TASK)
    monkeypatch.setattr("services.dispatcher.clerk.time", clock)
    for _ in range(9):
        house.present("ana")
    house.write(routed(0, "human"))
    assert types(await house.tick()) == ["queued", "offer ana"], "what is known is offered in the same turn"
    assert house.worker.positions()[AGENTS] == 1 + 4, "what did not come to its turn is not committed"
    assert house.worker.holds() > 0
    await house.tick()
    assert house.worker.positions()[AGENTS] == 1 + 8
    await house.tick()
    assert house.worker.positions()[AGENTS] == 1 + 9
    assert house.worker.holds() == 0


class Slow:
    """A clock that only commands move on."""

    def __init__(self, worker: DispatcherWorker, seconds: float) -> None:
        self._now = 0.0
        carry_out = worker._commands.carry_out

        async def slowly(command: AgentCommand) -> Done | None:
            self._now += seconds
            return await carry_out(command)

        worker._commands.carry_out = slowly  # type: ignore[method-assign]

    def monotonic(self) -> float:
        return self._now

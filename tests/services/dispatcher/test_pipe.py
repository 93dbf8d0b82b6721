"""What is asked in one moment goes to Redis in one round trip, in order, and each gets its own answer."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import ResponseError

from services.dispatcher.commands import Done
from services.dispatcher.pipe import Pipe
from shared.contracts.agents import AgentCommand
from tests.kit.process import free_port
from tests.services.dispatcher.house import House


class Counted(Pipe):
    """Notes how many commands each round trip carried."""

    def __init__(self, url: str) -> None:
        super().__init__(Redis.from_url(url, decode_responses=True))
        self.trips: list[int] = []
        self.key = f"pipe:{uuid4().hex}"

    async def _round_trip(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        self.trips.append(len(commands))
        return await super()._round_trip(commands)


@pytest.fixture
def pipe(redis_url: str) -> Counted:
    return Counted(redis_url)


async def test_fifty_askers_share_a_round_trip_and_keep_their_order(pipe: Counted) -> None:
    asked = [pipe.ask("INCR", pipe.key) for _ in range(50)]
    assert await asyncio.gather(*asked) == list(range(1, 51))
    assert pipe.trips == [50]


async def test_what_is_asked_meanwhile_goes_with_the_next(pipe: Counted) -> None:
    async def twice() -> int:
        await pipe.ask("INCR", pipe.key)
        return int(await pipe.ask("INCR", pipe.key))

    assert await asyncio.gather(twice(), twice()) == [3, 4]
    assert pipe.trips == [2, 2]


async def test_a_mistake_is_told_to_whoever_made_it(pipe: Counted) -> None:
    asked = [pipe.ask("SET", pipe.key, "a"), pipe.ask("LPUSH", pipe.key, "b"), pipe.ask("GET", pipe.key)]
    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, third) == (True, "a")
    assert isinstance(second, ResponseError)


async def test_nobody_waits_for_a_redis_that_is_gone_and_the_pipe_goes_on(pipe: Counted) -> None:
    gone = Counted(f"redis://127.0.0.1:{free_port()}/0")
    for _ in range(2):
        found = await asyncio.gather(gone.ask("PING"), gone.ask("PING"), return_exceptions=True)
        assert [type(one) for one in found] == [RedisGone, RedisGone]
    gone._redis = pipe._redis
    assert await gone.ask("PING")


async def test_who_no_longer_waits_takes_nothing_from_the_others(pipe: Counted) -> None:
    gone, there = asyncio.create_task(pipe.ask("INCR", pipe.key)), asyncio.create_task(pipe.ask("PING"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await there
    assert await pipe.ask("GET", pipe.key) == "1"


class Recorded:
    """A worker's commands as they are carried out; the ids in `later` have to wait the first time."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch, later: set[str]) -> None:
        self.seen: list[str] = []

        async def carry_out(command: AgentCommand) -> Done | None:
            self.seen.append(command.id)
            if command.id in later:
                later.remove(command.id)
                return None
            return Done()

        monkeypatch.setattr(house.worker._commands, "carry_out", carry_out)


async def test_behind_a_command_that_has_to_wait_all_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = Recorded(house, monkeypatch, {"k2"})
    for _ in range(3):
        house.present()
    assert not await house.worker.obey([])
    assert recorded.seen == ["k1", "k2", "k3"]
    assert await house.worker.obey([])
    assert recorded.seen[3:] == ["k2", "k3"]
    assert not await house.worker.obey([])


async def test_what_cannot_be_done_twice_goes_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = Recorded(house, monkeypatch, set())
    house.present()
    house.present()
    house.command("decline", work_id="3:0")
    house.command("wrap_up", work_id="3:0")
    house.present()
    steps = []
    while await house.worker.obey([]):
        steps.append(recorded.seen[sum(map(len, steps)) :])
    assert steps == [["k1", "k2"], ["k3"], ["k4"], ["k5"]]

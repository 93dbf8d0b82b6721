"""What is asked in one moment goes to Redis in one round trip, in order, and each gets its own answer."""

import asyncio
from typing import Any, Literal
from uuid import uuid4

import hiredis
import pytest
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
        super().__init__(url, timeout=5)
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
    assert (first, third) == ("OK", "a")
    assert isinstance(second, ResponseError)


async def test_nobody_waits_for_a_redis_that_is_gone_and_the_pipe_goes_on(pipe: Counted) -> None:
    gone = Counted(f"redis://127.0.0.1:{free_port()}/0")
    for _ in range(2):
        found = await asyncio.gather(gone.ask("PING"), gone.ask("PING"), return_exceptions=True)
        assert [type(one) for one in found] == [RedisGone, RedisGone]
    gone._connection = pipe._connection
    assert await gone.ask("PING")


async def test_who_no_longer_waits_takes_nothing_from_the_others(pipe: Counted) -> None:
    gone, there = asyncio.create_task(pipe.ask("INCR", pipe.key)), asyncio.create_task(pipe.ask("PING"))
    await asyncio.sleep(0)
    gone.cancel()
    assert await there
    assert await pipe.ask("GET", pipe.key) == "1"


SLOW = """
redis.call('INCR', KEYS[1])
local began = redis.call('TIME')
local function now() local t = redis.call('TIME') return (t[1] - began[1]) * 1000 + t[2] / 1000 end
while now() < began[2] / 1000 + 300 do end
return 'done'
"""


async def test_closing_carries_nothing_out_again_and_leaves_no_connection(pipe: Counted) -> None:
    await pipe.ask("PING")
    waiting = asyncio.create_task(pipe.ask("EVAL", SLOW, 1, pipe.key))
    await asyncio.sleep(0.1)
    await pipe.close()
    with pytest.raises(RedisGone):
        await waiting
    assert not pipe._connection.is_connected
    assert await pipe.ask("GET", pipe.key) == "1", "what is asked later begins another connection"


async def test_closing_in_the_moment_in_which_somebody_asks(pipe: Counted) -> None:
    waiting = asyncio.ensure_future(pipe.ask("PING"))
    await asyncio.sleep(0)
    await pipe.close()
    with pytest.raises(RedisGone):
        await waiting
    assert await pipe.ask("PING")


@pytest.mark.parametrize("begun", [0, 0.1], ids=["before it begins", "in a round trip"])
async def test_when_the_sender_is_cancelled_who_waits_is_told_and_the_pipe_goes_on(
    pipe: Counted, begun: float
) -> None:
    waiting = asyncio.create_task(pipe.ask("BLPOP", pipe.key, 3))
    await asyncio.sleep(begun)
    assert pipe._sending is not None
    pipe._sending.cancel()
    with pytest.raises(RedisGone):
        await waiting
    assert await pipe.ask("PING")


class Mute:
    """A server that answers what a connection begins with, and takes the commands that follow."""

    def __init__(self, ending: Literal["silent", "closed"]) -> None:
        self.taken: list[Any] = []
        self._ending = ending

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        commands = hiredis.Reader()
        while (read := await reader.read(65536)) and not writer.is_closing():
            commands.feed(read)
            while (command := commands.gets()) is not False:
                if command[0].upper() in (b"HELLO", b"CLIENT", b"SELECT"):
                    writer.write(b"*0\r\n" if command[0].upper() == b"HELLO" else b"+OK\r\n")
                    continue
                self.taken.append(command)
                if self._ending == "closed":
                    writer.close()


@pytest.mark.parametrize(("ending", "raised"), [("silent", TimeoutError), ("closed", RedisGone)])
async def test_what_may_have_been_carried_out_is_not_sent_again(ending: Any, raised: type[Exception]) -> None:
    mute = Mute(ending)
    server = await asyncio.start_server(mute.serve, "127.0.0.1", 0)
    pipe = Pipe(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", timeout=0.3)
    with pytest.raises(raised):
        await pipe.ask("EVALSHA", "decline")
    assert len(mute.taken) == 1
    assert not pipe._connection.is_connected, "the answer that may still come is nobody's"
    await pipe.close()
    server.close()


def test_no_other_limit_than_the_one_of_a_round_trip() -> None:
    connection = Pipe("redis://127.0.0.1:6379/0", timeout=20)._connection
    assert (connection.socket_timeout, connection.socket_connect_timeout) == (None, None)


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

"""The same suite on a real Redis, where there is one, and on the fake."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from shared.policy.model import Policy
from tests.kit import redis as kit
from tests.kit.redis import RealRedis
from tests.kit.report import note
from tests.kit.server import Server
from tests.services.dispatcher.house import House
from tests.services.dispatcher.queue import Queue, policy

Open = Callable[..., Awaitable[Queue]]


class FakeRedis(RealRedis):
    """The fake, also where a real one could be had."""

    name = "Redis"

    def ways(self) -> Iterator[Callable[[], Server]]:
        yield kit._fake


@pytest.fixture(scope="session", params=["real", "fake"])
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A Redis of this folder's tests alone, which they may wipe."""
    with (FakeRedis if request.param == "fake" else RealRedis)(own=True) as server:
        said = server.version if request.param == "fake" else f"Redis {server.version}"
        note(request.config, "Redis", f"{'fake' if server.kind == 'fake' else 'real'}: {said}, for the queue")
        yield server.url


@pytest.fixture
async def opened(redis_url: str) -> AsyncIterator[Open]:
    """Opens queues with the times a test needs."""
    made: list[Queue] = []

    async def make(times: Policy | None = None) -> Queue:
        made.append(Queue(redis_url, times or policy()))
        return made[-1]

    yield make
    for queue in made:
        await queue.close()


@pytest.fixture
async def queue(opened: Open) -> Queue:
    return await opened()


@pytest.fixture
async def house(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A worker at work."""
    made = await House(redis_url, monkeypatch).opened()
    yield made
    await made.close()

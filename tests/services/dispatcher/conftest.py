"""The same suite on the queue in memory, on a real Redis where there is one, and on the fake."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

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


@pytest.fixture(scope="session")
def real_redis(request: pytest.FixtureRequest) -> Iterator[str]:
    """A Redis of this folder's tests alone, which they may wipe."""
    yield from _started(RealRedis(own=True), request)


@pytest.fixture(scope="session")
def fake_redis(request: pytest.FixtureRequest) -> Iterator[str]:
    """The fake one."""
    yield from _started(FakeRedis(own=True), request)


def _started(redis: RealRedis, request: pytest.FixtureRequest) -> Iterator[str]:
    with redis as server:
        fake = server.kind == "fake"
        said = f"fake: {server.version}" if fake else f"real: Redis {server.version}"
        note(request.config, "Redis", f"{said}, for the queue")
        yield server.url


@pytest.fixture(scope="session", params=["real", "fake"])
def redis_url(request: pytest.FixtureRequest) -> str:
    """One Redis after the other."""
    url: str = request.getfixturevalue(f"{request.param}_redis")
    return url


@pytest.fixture(scope="session", params=["memory", "real", "fake"])
def anywhere(request: pytest.FixtureRequest) -> str | None:
    """Where the queue lies: in memory (`None`), or the URL of a Redis."""
    return None if request.param == "memory" else request.getfixturevalue(f"{request.param}_redis")


@pytest.fixture
async def opened(anywhere: str | None) -> AsyncIterator[Open]:
    """Opens queues with the times a test needs."""
    async with _opening(anywhere) as make:
        yield make


@pytest.fixture
async def redis_opened(redis_url: str) -> AsyncIterator[Open]:
    """The same, for what only Redis can suffer."""
    async with _opening(redis_url) as make:
        yield make


@asynccontextmanager
async def _opening(url: str | None) -> AsyncIterator[Open]:
    made: list[Queue] = []

    async def make(times: Policy | None = None) -> Queue:
        made.append(Queue(url, times or policy()))
        return made[-1]

    yield make
    for queue in made:
        await queue.close()


@pytest.fixture
async def queue(opened: Open) -> Queue:
    return await opened()


@pytest.fixture
async def redis_queue(redis_opened: Open) -> Queue:
    return await redis_opened()


@pytest.fixture
async def house(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A worker at work."""
    made = await House(redis_url, monkeypatch).opened()
    yield made
    await made.close()

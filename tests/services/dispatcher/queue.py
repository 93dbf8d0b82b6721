"""A queue under test: a store on some Redis, the book's part played by the test, and a view inside."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from redis import Redis

from services.dispatcher.decide import Projected
from services.dispatcher.store import Store
from shared.contracts.agents import Presence
from shared.policy.model import Policy
from tests.kit.process import wait_until

PARTITION = 2
LONG = 3600
SHORT = 0.15
"""Seconds, for times that a test waits out."""


def policy(life: float = LONG, cooldown: float = LONG, stale: float = LONG, grace: float = LONG) -> Policy:
    """Times nobody lives to see, but for the one that matters."""
    return Policy.model_validate(
        {
            "version": 1,
            "intents": {},
            "pools": {"general": {}, "billing": {}, "fallback": {}, "outside": {"assignment": "external"}},
            "offers": {"life": {}, "default_life": life, "cooldown": cooldown},
            "presence": {"stale_after": stale, "grace": grace},
        }
    )


def work(number: int, *, life: float = LONG, **fields: Any) -> Projected:
    """A work that waits; smaller numbers have waited longer."""
    given: dict[str, Any] = {
        "id": f"{PARTITION}:{number}",
        "pool": "general",
        "conversation": f"c{number}",
        "cost": 20,
        "life": int(life * 1000),
        "language": "fr",
        "score": 1_700_000_000_000 + number,
        "attempt": 0,
        "agent": "",
        "token": "",
        "partition": PARTITION,
        "external": "0",
    }
    return Projected(**given | fields)


class Queue:
    """Plays the worker of one partition: what it puts it puts as the book would, offset by offset."""

    def __init__(self, url: str, times: Policy) -> None:
        namespace = f"q{uuid4().hex[:8]}"
        self.store = Store(url, namespace, times, timeout=5)
        self.prefix = f"{{{namespace}}}:"
        self.inside: Redis = Redis.from_url(url, decode_responses=True)
        self.offset = 0

    async def put(self, *works: Projected, remove: tuple[str, ...] = ()) -> None:
        """The book says this of these works now."""
        if self.offset == 0:
            await self.store.rebuild(PARTITION, 0, [])
        assert await self.store.apply(PARTITION, self.offset, self.offset + 1, works, remove)
        self.offset += 1

    async def present(self, agent: str = "ana", status: Any = "available", **fields: Any) -> None:
        given: dict[str, Any] = {"pools": ("general",), "languages": ("fr",), "capacity": 100} | fields
        await self.store.presence(Presence(uuid4().hex, agent, status, **given))

    async def told(self) -> list[dict[str, Any]]:
        """The events to publish, which are published then."""
        events = await self.store.outbox(PARTITION)
        await self.store.published(PARTITION, events)
        return [json.loads(event) for event in events]

    async def offers(self, most: int = 200) -> dict[str, str]:
        """Work to agent, of the offers that matching makes now."""
        await self.store.match(most)
        return {e["work"]: e["agent"] for e in await self.told() if e["type"] == "offer"}

    async def rescinded(self) -> dict[str, tuple[str, str]]:
        """Work to agent and reason, of the offers that are over."""
        return {e["work"]: (e["agent"], e["why"]) for e in await self.told() if e["type"] == "rescinded"}

    async def rescinded_after_sweep(self) -> dict[str, tuple[str, str]]:
        await self.store.sweep()
        return await self.rescinded()

    def fields(self, number: int) -> Mapping[str, str]:
        found: Mapping[str, str] = self.inside.hgetall(f"{self.prefix}work:{PARTITION}:{number}")  # type: ignore[assignment]
        return found

    def waiting(self, pool: str = "general") -> list[str]:
        """The works that wait, in their order."""
        found: list[str] = self.inside.zrange(f"{self.prefix}queue:{pool}", 0, -1)  # type: ignore[assignment]
        return found

    def held(self, agent: str = "ana") -> set[str]:
        """What counts against an agent's capacity."""
        found: set[str] = self.inside.smembers(f"{self.prefix}held:{agent}")  # type: ignore[assignment]
        return found

    def stored(self) -> list[str]:
        """Every key of this queue."""
        found: list[str] = self.inside.keys(f"{self.prefix}*")  # type: ignore[assignment]
        return found

    def clock(self) -> int:
        """Redis' own time in milliseconds."""
        seconds, micros = self.inside.time()
        return int(seconds) * 1000 + int(micros) // 1000

    def next_instant(self) -> None:
        """Return when the clock has moved: what comes now comes later than what came before."""
        before = self.clock()
        wait_until(lambda: self.clock() > before, 5, "the clock moves", every=0.001)

    async def close(self) -> None:
        await self.store.close()
        self.inside.close()


def ref(number: int) -> str:
    return f"{PARTITION}:{number}"


async def eventually(check: Callable[[], Any], within: float = 5.0) -> Any:
    """The first true value of an async `check`."""
    deadline = time.monotonic() + within
    while not (found := await check()):
        assert time.monotonic() < deadline, "not within its time"
        await asyncio.sleep(0.02)
    return found

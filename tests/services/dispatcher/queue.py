"""A queue under test: a store on some Redis or the queue in memory, the book's part played by the test, and a
view inside."""

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec

from services.dispatcher.matcher import Matcher
from services.dispatcher.store import LAYOUT, Store
from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.order import lane
from shared.queue.values import Change, Gone, Item, Placed, Told
from tests.services.dispatcher.backends import PARTITION, InMemory, InsideMemory, InsideRedis, ref

LONG = 3600
SHORT = 0.15
"""Seconds, for times that a test waits out."""
BASE = 1_700_000_000_000
COSTS = (0, 1, 5, 10, 20, 50, 100)


def policy(
    life: float = LONG, cooldown: float = LONG, stale: float = LONG, grace: float = LONG, **more: Any
) -> Policy:
    """Times nobody lives to see, but for the one that matters; limits that only capacity sets. The channel
    `c20` costs 20."""
    capacity = {
        "costs": {f"c{cost}": cost for cost in COSTS},
        "by_channel": {},
        "by_priority": {},
        "per_hour": 10_000,
        "ramp": {"start": 100, "every": 1, "over": 1},
    }
    return Policy.model_validate(
        {
            "version": 1,
            "intents": {},
            "pools": {"general": {}, "billing": {}, "fallback": {}, "outside": {"assignment": "external"}},
            "offers": {
                "life": {},
                "default_life": life,
                "cooldown": cooldown,
                "rings": [{"after": 0, "match": "best"}],
                "missed_in_a_row": 2,
            },
            "presence": {"stale_after": stale, "grace": grace},
            "capacity": capacity,
        }
        | more
    )


PLAIN = policy()


def work(
    number: int, *, cost: int = 20, life: float = LONG, rank: int | None = None, **fields: Any
) -> Placed:
    """A work that waits; smaller numbers have waited longer."""
    given: dict[str, Any] = {
        "id": ref(number),
        "pool": "general",
        "conversation": f"c{number}",
        "channel": f"c{cost}",
        "partition": PARTITION,
        "life": int(life * 1000),
        "language": "fr",
        "opened_at": BASE + number,
    }
    item = Item(**given | fields)
    return Placed(item, lane(item, BASE, PLAIN), item.opened_at if rank is None else rank)


class Queue:
    """Plays the worker of one partition: what it puts it puts as the book would, offset by offset."""

    def __init__(self, url: str | None, times: Policy) -> None:
        self.policy = times
        self.store: Any
        if url is None:
            self.store = InMemory(times)
            self.inside: Any = InsideMemory(self.store)
        else:
            namespace = f"q{uuid4().hex[:8]}"
            self.store = Store(url, namespace, times, timeout=5)
            self.inside = InsideRedis(url, f"{{{namespace}}}:{LAYOUT}:")
        self.matcher = Matcher(self.store, times)
        self.offset = 0

    async def put(self, *works: Placed, remove: tuple[str, ...] = (), wrap: int = 0) -> None:
        """The book says this of these works now."""
        if self.offset == 0:
            await self.store.rebuild(PARTITION, 0, [])
        gone = [Gone(one, wrap) for one in remove]
        assert all(await self.store.apply([Change(PARTITION, self.offset, self.offset + 1, works, gone)]))
        self.offset += 1

    async def present(self, agent: str = "ana", status: Any = "available", **fields: Any) -> None:
        given: dict[str, Any] = {"pools": ("general",), "languages": ("fr",), "capacity": 100} | fields
        await self.store.presence(Presence(uuid4().hex, agent, status, **given))

    async def told(self) -> list[Told]:
        """What is to be told, which then is."""
        found = (await self.store.outboxes([PARTITION], {})).get(PARTITION, [])
        await self.store.outboxes([], {PARTITION: found})
        return [msgspec.json.decode(one, type=Told) for one in found]

    async def offers(self, wide: bool = False) -> dict[str, str]:
        """Work to agent, of the offers that matching makes now."""
        await self.matcher.run(1, wide)
        return {told.work: told.agent for told in await self.told() if told.type == "offer"}

    async def rescinded(self) -> dict[str, tuple[str, str]]:
        """Work to agent and reason, of the offers that are over."""
        return {t.work: (t.agent, t.why) for t in await self.told() if t.type == "rescinded"}

    async def rescinded_after_sweep(self) -> dict[str, tuple[str, str]]:
        await self.store.sweep()
        return await self.rescinded()

    def waiting(self, pool: str = "general") -> list[str]:
        found: list[str] = self.inside.waiting(pool)
        return found

    def held(self, agent: str = "ana") -> set[str]:
        found: set[str] = self.inside.held(agent)
        return found

    async def next_instant(self) -> None:
        """Return when the clock has moved: what comes now comes later than what came before."""
        before = await self.store.now()
        while await self.store.now() == before:
            await asyncio.sleep(0.001)

    async def close(self) -> None:
        await self.store.close()


async def eventually(check: Callable[[], Any], within: float = 5.0) -> Any:
    """The first true value of an async `check`."""
    deadline = time.monotonic() + within
    while not (found := await check()):
        assert time.monotonic() < deadline, "not within its time"
        await asyncio.sleep(0.02)
    return found

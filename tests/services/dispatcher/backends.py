"""Where a queue under test lies: in memory or in Redis, and the view inside that nobody else has."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec
from redis import Redis

from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.board import Board
from shared.queue.floor import Floor
from shared.queue.lanes import LOOK
from shared.queue.values import Answer, Change, Item, Lost, Offer, Placed, View, Waiting, Wrap

PARTITION = 2


class Inside(Protocol):
    """What a test may see of a queue that nobody else does."""

    def waiting(self, pool: str = "general") -> list[str]:
        """The works that wait, in their order."""
        ...

    def held(self, agent: str = "ana") -> set[str]:
        """What counts against an agent's capacity."""
        ...

    def deadline(self, number: int) -> int:
        """When the offers of a work end; 0: there are none."""
        ...

    def wipe(self) -> None:
        """The queue is lost, whole."""
        ...


class InMemory:
    """The store's methods on a `Floor`, by this machine's clock."""

    def __init__(self, times: Policy) -> None:
        self.policy = times
        self.floor = Floor(times)

    async def now(self) -> int:
        return _now()

    async def apply(self, changes: Sequence[Change]) -> list[bool]:
        return [self.floor.apply(change, _now()) for change in changes]

    async def rebuild(self, partition: int, offset: int, works: Sequence[Placed]) -> None:
        self.floor.rebuild(partition, offset, works, _now())

    async def remember(self, spoke: Mapping[str, Spoke]) -> None:
        self.floor.remember(spoke)

    async def who_spoke(self, customers: Iterable[str]) -> dict[str, Spoke]:
        return self.floor.who_spoke(customers, _now())

    async def presence(self, command: Presence) -> None:
        self.floor.presence(command, _now())

    async def view(self, partitions: int, far: int = LOOK, wide: bool = False) -> View | None:
        return self.floor.view(_now(), far, wide) if len(self.floor._applied) >= partitions else None

    async def reserve(self, offers: Sequence[Offer]) -> list[bool]:
        return self.floor.reserve(offers, _now())

    async def round_over(self, works: Sequence[tuple[str, int]]) -> None:
        for one, revision in works:
            self.floor.round_over(one, revision, _now())

    async def accept(self, one: str, agent: str) -> Answer:
        return self.floor.accept(one, agent, _now())

    async def decline(self, one: str, agent: str) -> Answer:
        return self.floor.decline(one, agent, _now())

    async def wrap_up(self, one: str, agent: str, extend: bool) -> Wrap | None:
        return self.floor.wrap_up(one, agent, extend, _now())

    async def sweep(self) -> list[Lost]:
        return self.floor.sweep(_now())

    async def waiting(self, one: str) -> tuple[Waiting, View] | None:
        found = self.floor.waiting(one)
        return None if found is None else (found, self.floor.view(_now()))

    async def item(self, one: str) -> Item | None:
        found = self.floor.waiting(one)
        return None if found is None else found.item

    async def follows(self, partition: int) -> bool:
        return partition in self.floor._applied

    async def agent_pools(self, agent: str) -> list[str] | None:
        found = self.floor.view(_now()).agents.get(agent)
        return None if found is None else list(found.pools)

    async def outboxes(
        self, partitions: Sequence[int], told: Mapping[int, Sequence[str]]
    ) -> dict[int, list[str]]:
        """What was read is gone already."""
        return {
            one: [msgspec.json.encode(event).decode() for event in self.floor.outbox(one)]
            for one in partitions
        }

    async def close(self) -> None:
        pass


class InsideMemory:
    """See `Inside`."""

    def __init__(self, store: InMemory) -> None:
        self._store = store

    @property
    def _board(self) -> Board:
        return self._store.floor._board

    def wipe(self) -> None:
        self._store.floor = Floor(self._store.policy)

    def waiting(self, pool: str = "general") -> list[str]:
        lanes = self._board.lanes._lanes
        found = sorted(one for name, waits in lanes.items() if name.split("|")[0] == pool for one in waits)
        return [one for _, one in found]

    def held(self, agent: str = "ana") -> set[str]:
        return {held.work for held in self._board.crew.held(agent)}

    def deadline(self, number: int) -> int:
        return self._board.works[ref(number)].deadline


class InsideRedis:
    """See `Inside`."""

    def __init__(self, url: str, prefix: str) -> None:
        self.redis: Redis = Redis.from_url(url, decode_responses=True)
        self.prefix = prefix

    def waiting(self, pool: str = "general") -> list[str]:
        found: list[tuple[float, str]] = []
        for name in self.redis.keys(f"{self.prefix}lane:{pool}|*"):  # type: ignore[union-attr]
            found += [(rank, one) for one, rank in self.redis.zrange(name, 0, -1, withscores=True)]  # type: ignore[union-attr]
        return [one for _, one in sorted(found)]

    def held(self, agent: str = "ana") -> set[str]:
        fields = self.redis.hkeys(f"{self.prefix}agent:{agent}")
        return {name.removeprefix("work:") for name in fields if name.startswith("work:")}  # type: ignore[union-attr]

    def deadline(self, number: int) -> int:
        return int(self.redis.zscore(f"{self.prefix}offers", ref(number)) or 0)  # type: ignore[arg-type]

    def wipe(self) -> None:
        self.redis.flushall()

    def stored(self) -> list[str]:
        """Every key of this queue."""
        found: list[str] = self.redis.keys(f"{self.prefix}*")  # type: ignore[assignment]
        return found


def ref(number: int) -> str:
    return f"{PARTITION}:{number}"


def _now() -> int:
    return int(time.time() * 1000)

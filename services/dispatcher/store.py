"""The queue in Redis: a projection of the book that can be lost at any time.

Every method is one atomic script; a script that Redis has forgotten is loaded again. When Redis
does not answer, methods raise `TransientFailure`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from redis.asyncio import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from services.dispatcher.decide import Projected
from shared.contracts.agents import Presence
from shared.contracts.errors import TransientFailure
from shared.policy.model import Policy

PART = 500
LOOK = 50
ACCEPTING_MS = 10_000
AWAY_MS = 5_000
"""No sweep for longer than this: no dispatcher was there."""
_LUA = Path(__file__).parent / "lua"


class Answer(NamedTuple):
    """What a script says about a work: `code` is `ok`, another word of that script, or a refusal."""

    code: str
    conversation: str
    attempt: int
    pool: str
    token: str
    external: bool = False


class Lost(NamedTuple):
    """A work held by an agent whose tool went silent."""

    work: str
    conversation: str
    agent: str
    token: int


class Store:
    """The scripts, bound to one Redis and one namespace."""

    def __init__(self, url: str, namespace: str, policy: Policy, timeout: float) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 1),
            decode_responses=True,
        )
        self._prefix = f"{{{namespace}}}:"
        common = (_LUA / "common.lua").read_text()
        self._scripts = {
            path.stem: self._redis.register_script(common + path.read_text())
            for path in _LUA.glob("*.lua")
            if path.stem != "common"
        }
        self._pools = orjson.dumps([n for n, pool in policy.pools.items() if pool.assignment == "offers"])
        self._stale = int(policy.presence.stale_after * 1000)
        self._grace = int(policy.presence.grace * 1000)
        self._cooldown = int(policy.offers.cooldown * 1000)

    async def apply(
        self, partition: int, before: int, after: int, put: Sequence[Projected], remove: Sequence[str]
    ) -> bool:
        """Bring a partition's projection from one ledger offset to another, state and offset in one
        step. False: it is not at `before` (lost, or rolled back) and must be rebuilt."""
        change = orjson.dumps({"put": [_plain(work) for work in put], "remove": list(remove)})
        return bool(await self._run("apply", partition, before, after, change))

    async def rebuild(self, partition: int, offset: int, works: Sequence[Projected]) -> None:
        """Make a partition's projection what the book says at `offset`."""
        parts = [works[at : at + PART] for at in range(0, len(works), PART)] or [[]]
        for index, part in enumerate(parts):
            listed = orjson.dumps([_plain(work) for work in part])
            await self._run("rebuild", partition, offset, listed, int(index == 0), int(part is parts[-1]))

    async def presence(self, command: Presence) -> None:
        """Note an agent's presence."""
        pools = orjson.dumps(command.pools)
        languages = orjson.dumps([language[:2].lower() for language in command.languages])
        await self._run(
            "presence",
            command.agent_id,
            command.status,
            command.capacity,
            pools,
            languages,
            self._stale,
            self._cooldown,
        )

    async def match(self, most: int = 200) -> int:
        """Offer waiting work to agents with room; returns how many offers were made."""
        return int(await self._run("match", self._pools, most, LOOK, self._stale))

    async def accept(self, work: str, agent: str) -> Answer:
        """Whether an agent may take a work."""
        code, conversation, attempt, pool, token, external = await self._run(
            "accept", work, agent, ACCEPTING_MS
        )
        return Answer(code, conversation, int(attempt), pool, token, external == "1")

    async def decline(self, work: str, agent: str) -> Answer:
        """Give an offer back."""
        code, conversation, attempt, pool, token = await self._run("decline", work, agent, self._cooldown)
        return Answer(code, conversation, int(attempt), pool, token)

    async def sweep(self) -> list[Lost]:
        """End offers past their deadline; returns held work of lost tools."""
        flat = await self._run("sweep", self._stale, self._grace, self._cooldown, AWAY_MS)
        rows = zip(flat[0::4], flat[1::4], flat[2::4], flat[3::4], strict=True)
        return [Lost(work, conversation, agent, int(token)) for work, conversation, agent, token in rows]

    async def work(self, work: str) -> dict[str, str]:
        """A work as it stands in the projection; empty when there is none."""
        return await self._guard(self._redis.hgetall(f"{self._prefix}work:{work}"))  # type: ignore[no-any-return]

    async def follows(self, partition: int) -> bool:
        """Whether the queue has this partition's work; not after it was lost until it is rebuilt."""
        return bool(await self._guard(self._redis.hexists(f"{self._prefix}applied", str(partition))))

    async def agent_pools(self, agent: str) -> list[str] | None:
        """The pools of an agent; `None` when the agent has not announced a presence."""
        found = await self._guard(self._redis.hget(f"{self._prefix}agent:{agent}", "pools"))
        return None if found is None else orjson.loads(found)

    async def outbox(self, partition: int) -> list[str]:
        """Events to publish for a partition, as JSON, oldest first."""
        found = await self._guard(self._redis.lrange(f"{self._prefix}outbox:{partition}", 0, 199))
        return list(found)

    async def published(self, partition: int, events: Sequence[str]) -> None:
        """Drop these events of a partition's outbox, and no others that may have come in their place."""
        pipe = self._redis.pipeline(transaction=False)
        for event in events:
            pipe.lrem(f"{self._prefix}outbox:{partition}", 1, event)
        await self._guard(pipe.execute())

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _run(self, script: str, *arguments: Any) -> Any:
        return await self._guard(self._scripts[script](keys=[self._prefix], args=arguments))

    async def _guard(self, call: Any) -> Any:
        try:
            return await call
        except (RedisError, OSError, TimeoutError) as error:
            raise TransientFailure("Redis did not answer") from error


def _plain(work: Projected) -> dict[str, Any]:
    return {field: getattr(work, field) for field in work.__struct_fields__}

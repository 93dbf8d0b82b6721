"""The queue in Redis: a projection of the book that can be lost at any time. `shared/queue/floor.py` is the
same in memory and says what each method means.

Each decision is one atomic script; a script that Redis has forgotten is loaded again. What is asked at once
is carried out in that order and in one round trip. When Redis does not answer, methods raise
`TransientFailure`.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha1
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
import orjson
from redis.exceptions import NoScriptError, RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from services.dispatcher import rows
from services.dispatcher.pipe import Pipe
from shared.contracts.agents import Presence
from shared.contracts.errors import TransientFailure
from shared.policy.model import Policy
from shared.queue import floor
from shared.queue.acquaintance import Spoke
from shared.queue.lanes import LOOK
from shared.queue.values import Agent, Answer, Change, Item, Lost, News, Offer, Placed, View, Waiting, Wrap

LAYOUT = 3
"""Part of every key: what an older version left in Redis is not read."""
PART = 500
READ_CLOCK = 1.0
"""For how many seconds Redis' clock is told on by ours."""
DECIDES_MS = 1500
"""For how long a dispatcher that looks is the one that decides."""
REST = 1.0
"""For how many seconds a Redis that let us wait in vain is left alone: each partition would wait as long."""
_T = TypeVar("_T")
_LUA = Path(__file__).parent / "lua"
_PARTS = ("keys", "agents", "works")


class Store:
    """The scripts, bound to one Redis and one namespace."""

    def __init__(self, url: str, namespace: str, policy: Policy, timeout: float) -> None:
        self._prefix = f"{{{namespace}}}:{LAYOUT}:"
        common = "\n".join((_LUA / "parts" / f"{part}.lua").read_text() for part in _PARTS)
        self._pipe = Pipe(url, timeout)
        self._scripts = {
            path.stem: f"{common}\nlocal function run()\n{path.read_text()}\nend\nreturn finish(run())"
            for path in _LUA.glob("*.lua")
        }
        self._names = {name: sha1(text.encode()).hexdigest() for name, text in self._scripts.items()}
        self._me = uuid4().hex
        self._policy = policy
        self._stale = int(policy.presence.stale_after * 1000)
        self._grace = int(policy.presence.grace * 1000)
        self._agents: dict[str, Agent] = {}
        self._lanes: dict[str, tuple[Waiting, ...]] = {}
        self._step = self._looks = 0
        self._rests_until = 0.0
        self._clock: tuple[float, int] | None = None

    @property
    def resting(self) -> bool:
        """Whether Redis has just let somebody wait in vain, and is left alone for a moment."""
        return time.monotonic() < self._rests_until

    async def apply(self, changes: Sequence[Change]) -> list[bool]:
        """Bring partitions from one ledger offset to another, state and offset of each in one step. False:
        that one is not at `before` (lost, or rolled back) and must be rebuilt."""
        asked = [self._run("apply", *rows.change(one, self._policy)) for one in changes]
        return [bool(one) for one in await asyncio.gather(*asked)]

    async def rebuild(self, partition: int, offset: int, works: Sequence[Placed]) -> None:
        """Make a partition's projection what the book says at `offset`."""
        parts, who = _parts(works) or [[]], uuid4().hex
        for number, part in enumerate(parts):
            last, made = int(number == len(parts) - 1), rows.works(part, self._policy)
            if not await self._run("rebuild", partition, offset, who, number, last, made):
                raise TransientFailure("the queue was lost while it was made again")
        self.forget()

    async def remember(self, spoke: Mapping[str, Spoke]) -> None:
        """Note who spoke with which customers, where nobody has spoken with them since."""
        told = [(who, last.at, last.agent, last.counts_until(self._policy)) for who, last in spoke.items()]
        for part in _parts(told):
            await self._run("remember", orjson.dumps(part))

    async def who_spoke(self, customers: Iterable[str]) -> dict[str, Spoke]:
        """Who last spoke with these customers, as far as it still counts."""
        found: dict[str, Spoke] = {}
        for part in _parts(list(customers)):
            told = await self._ask("MGET", *(self._key("spoke", who) for who in part))
            found.update((who, rows.spoke(last)) for who, last in zip(part, told, strict=True) if last)
        return found

    async def presence(self, command: Presence) -> None:
        """Note an agent's presence."""
        facts = rows.facts(command)
        await self._run("presence", command.agent_id, command.status, int(command.back), facts, self._stale)

    async def view(self, partitions: int, far: int = LOOK, wide: bool = False) -> View | None:
        """What to decide on: `far` works from the front of each lane, in a wide look as many behind them.
        `None` while another dispatcher decides, or while the book of one of these `partitions` is missing
        in the queue. Only what has changed since the last look comes from Redis."""
        found = await self._run("view", self._me, DECIDES_MS, far, int(wide), self._step, partitions)
        if not found:
            self.forget()
            return None
        now, self._step, all_agents, all_lanes, agents, lanes, works = found
        if all_agents:
            self._agents.clear()
        if all_lanes:
            self._lanes.clear()
        changed = {row[0]: rows.agent(row) for row in agents}
        self._agents.update(changed)
        for name, waiting in rows.lanes(lanes, works):
            self._lanes[name] = waiting
            if not waiting:
                del self._lanes[name]
        self._looks += 1
        news = None if all_agents else News(self._looks - 1, self._looks, frozenset(changed))
        return View(now, tuple(self._lanes.values()), self._agents, news)

    def forget(self) -> None:
        """Look at everything afresh the next time."""
        self._step = 0

    async def reserve(self, offers: Sequence[Offer]) -> list[bool]:
        """Make these offers; one that does not fit to the state any more is not made."""
        if not offers:
            return []
        made = await self._run("reserve", rows.offers(offers, self._agents, self._stale))
        if not all(made):
            self.forget()
        return [bool(one) for one in made]

    async def round_over(self, works: Iterable[tuple[str, int]]) -> None:
        """Everybody eligible has passed these works (with their revisions) up."""
        most = self._policy.offers.rounds_to_alarm
        await asyncio.gather(*(self._run("round_over", work, revision, most) for work, revision in works))

    async def accept(self, work: str, agent: str) -> Answer:
        """Whether an agent may take a work."""
        return rows.answer(await self._run("accept", work, agent, floor.ACCEPTING))

    async def decline(self, work: str, agent: str) -> Answer:
        """Give an offer back."""
        return rows.answer(await self._run("decline", work, agent))

    async def wrap_up(self, work: str, agent: str, extend: bool) -> Wrap | None:
        """End a wrap-up, or give it its time once more."""
        found = await self._run("wrap_up", work, agent, int(extend))
        return msgspec.json.decode(found, type=Wrap) if found else None

    async def sweep(self) -> list[Lost]:
        """End what is over; returns held works of lost tools."""
        missed = self._policy.offers.missed_in_a_row
        found = await self._run("sweep", self._stale, self._grace, floor.AWAY, missed)
        return [Lost(i.id, i.conversation, i.agent, i.token) for i in map(rows.item, found)]

    async def item(self, work: str) -> Item | None:
        """A work as it stands in the projection."""
        found = await self._ask("HGET", self._key("work", "item"), work)
        return rows.item(found) if found else None

    async def waiting(self, work: str) -> tuple[Waiting, View] | None:
        """One open work, wherever it is, and all agents known: what it takes to say why nobody has it."""
        found = await self._run("why", work)
        if not found:
            return None
        now, ((item,), (past,), (revision,)), offered, agents = found
        asked = rows.waiting(item, past, revision, offered)
        return asked, View(now, (), {row[0]: rows.agent(row) for row in agents})

    async def now(self) -> int:
        """Milliseconds since the epoch by the one clock that all dispatchers share: Redis', read now and
        then, and told on."""
        here = time.monotonic()
        if self._clock is None or here - self._clock[0] > READ_CLOCK:
            seconds, microseconds = await self._ask("TIME")
            self._clock = (here, int(seconds) * 1000 + int(microseconds) // 1000)
        read, was = self._clock
        return was + int((here - read) * 1000)

    async def follows(self, partition: int) -> bool:
        """Whether the queue has this partition's work; not after it was lost until it is rebuilt."""
        return bool(await self._ask("HEXISTS", self._key("applied"), partition))

    async def agent_pools(self, agent: str) -> list[str] | None:
        """The pools of an agent; `None` when the agent has not announced a presence."""
        found = await self._ask("HGET", self._key("facts"), agent)
        return None if found is None else rows.pools(found)

    async def outboxes(
        self, partitions: Sequence[int], told: Mapping[int, Sequence[str]]
    ) -> dict[int, list[str]]:
        """Drop what has been told by partition, and no others that may have come in its place; returns what
        is to be told for each of these partitions (`Told`s as JSON), oldest first."""
        found = await self._run("outboxes", orjson.dumps([*told.items()]), *partitions)
        return {int(partition): events for partition, events in found}

    async def close(self) -> None:
        """Close the connection."""
        await self._pipe.close()

    def _key(self, *parts: str) -> str:
        return self._prefix + ":".join(parts)

    async def _run(self, script: str, *arguments: Any) -> Any:
        call = ("EVALSHA", self._names[script], 1, self._prefix, *arguments)
        try:
            return await self._ask(*call)
        except _Forgotten:
            await self._ask("SCRIPT LOAD", self._scripts[script])
            return await self._ask(*call)

    async def _ask(self, *command: Any) -> Any:
        try:
            return await self._pipe.ask(*command)
        except NoScriptError as error:
            raise _Forgotten("Redis has forgotten its scripts") from error
        except (RedisError, OSError, TimeoutError) as error:
            if isinstance(error, RedisTimeout | TimeoutError):
                self._rests_until = time.monotonic() + REST
            raise TransientFailure("Redis did not answer") from error


def _parts(things: Sequence[_T]) -> list[Sequence[_T]]:
    return [things[at : at + PART] for at in range(0, len(things), PART)]


class _Forgotten(TransientFailure):
    """The script must be loaded again."""

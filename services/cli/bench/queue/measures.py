"""The measures: memory, claims and assignments, and the cost of one decision as the backlog grows."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from msgspec.structs import replace
from redis import Redis

from services.cli.bench.bare_redis import PIPELINE, pipelines
from services.cli.bench.figures import Row, percentile, ratios, row
from services.cli.bench.queue.book import Queue
from services.cli.bench.queue.crowd import AGENTS, HOUR_MS, PARTITIONS, POLICY, SEED, held, name, works
from services.cli.bench.servers import OwnRedis
from shared.queue.match import match
from shared.queue.values import Offer, Placed

FEW, MANY = 1_000, 100_000
"""Works that wait."""
DICE = random.Random(SEED)
CLAIMS = 1_920
"""Not more than there are agents: each is asked once."""
Say = Callable[[str], None]
Bare = Callable[[], None]


class _Pair(NamedTuple):
    """µs by the clock for one call of ours and for a bare one, measured in turn."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Of the rates."""
        return self.bare / self.ours


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is done."""

    repetitions: int
    decisions: int


FULL = Sizes(repetitions=15, decisions=1_000)
QUICK = Sizes(repetitions=3, decisions=200)


async def measure(redis: OwnRedis, sizes: Sizes, say: Say) -> list[Row]:
    """Everything, on a Redis that is used for nothing else."""
    return [*await _claims(redis, sizes, say), *await _decisions(redis, sizes, say)]


async def _claims(redis: OwnRedis, sizes: Sizes, say: Say) -> list[Row]:
    """Offers made and works assigned, `PIPELINE` at a time, and after each as many bare calls: a disturbed
    machine disturbs both."""
    queue = Queue(redis.url)
    await queue.come()
    claims, assignments = list[_Pair](), list[_Pair]()
    with pipelines(redis.url, "r1") as bare:
        for repetition in range(sizes.repetitions):
            say(f"claim and assign, {repetition + 1} of {sizes.repetitions}")
            waiting = list(works(CLAIMS, await queue.store.now(), repetition * CLAIMS, partitions=1))
            await queue.fill(waiting)
            claims.append(await _claim(queue, waiting, bare))
            assignments.append(await _assign(queue, waiting, bare))
    await queue.store.close()
    return [
        row("claim: offers made, rate ÷ R1's", [one.ratio for one in claims], 0.5, sense="at least"),
        row(
            "assign: works given to agents, rate ÷ R1's",
            [one.ratio for one in assignments],
            0.5,
            sense="at least",
        ),
        row("R1, pipelined EVALSHA", [1e6 / one.bare for one in claims + assignments], unit="/s"),
        row("claims", [1e6 / one.ours for one in claims], unit="/s"),
        row("assignments", [1e6 / one.ours for one in assignments], unit="/s"),
    ]


async def _claim(queue: Queue, waiting: Sequence[Placed], bare: Bare) -> _Pair:
    """Offer these works, each to another agent."""
    view = await queue.store.view(PARTITIONS, far=len(waiting))
    assert view is not None
    revisions = {seen.item.id: seen.revision for lane in view.lanes for seen in lane}
    until = view.now + HOUR_MS
    offers = [
        Offer(one.item.id, revisions[one.item.id], ((name(n), view.agents[name(n)].revision),), until)
        for n, one in enumerate(waiting)
    ]
    return await _side_by_side(queue.store.reserve, offers, bare)


async def _assign(queue: Queue, waiting: Sequence[Placed], bare: Bare) -> _Pair:
    """Each of these works, as the book gives it to the agent to whom it was offered."""
    given = [
        replace(
            one,
            lane="",
            item=replace(one.item, agent=name(number), attempt=1, token=number + 1),
        )
        for number, one in enumerate(waiting)
    ]

    async def put(part: Sequence[Placed]) -> list[bool]:
        await queue.apply(0, part)
        return [True]

    return await _side_by_side(put, given, bare)


async def _side_by_side(call: Callable[[Any], Any], things: Sequence[Any], bare: Bare) -> _Pair:
    ours, theirs = 0.0, 0.0
    for at in range(0, len(things), PIPELINE):
        began = time.perf_counter()
        if not all(await call(things[at : at + PIPELINE])):
            raise RuntimeError("a call had no effect")
        between = time.perf_counter()
        bare()
        ours, theirs = ours + between - began, theirs + time.perf_counter() - between
    return _Pair(1e6 * ours / len(things), 1e6 * theirs / len(things))


async def _decisions(redis: OwnRedis, sizes: Sizes, say: Say) -> list[Row]:
    """Everybody has their hands full. Again and again one work ends, another comes, and who has room now is
    offered one: in a house in which few works wait, and in turn with it in one in which many do."""
    houses, memory = dict[int, tuple[Queue, list[str]]](), 0.0
    for count in (FEW, MANY):
        say(f"letting {count:,} works wait")
        queue = Queue(redis.url)
        busy = list(held(await queue.store.now()))
        await queue.fill(busy)
        await queue.come()
        before = _memory(redis)
        await queue.add(works(count, await queue.store.now()))
        memory = (_memory(redis) - before) / count
        houses[count] = queue, [one.item.id for one in busy]
    costs: dict[int, list[tuple[float, float]]] = {count: [] for count in houses}
    say(f"decisions while {FEW:,} and {MANY:,} works wait")
    for number in range(sizes.decisions):
        for count, (queue, taken) in houses.items():
            costs[count].append(await _decide(queue, redis, taken, count + number))
    for queue, _ in houses.values():
        await queue.store.close()
    (few, _), (many, rules) = _quartiles(costs[FEW]), _quartiles(costs[MANY])
    return [
        row(f"CPU of one decision, {MANY:,} works and {AGENTS:,} agents, median", many, 1, unit="ms"),
        row(f"CPU of one decision, {MANY:,} works ÷ {FEW:,}", ratios(many, few), 1.2),
        row("CPU of the rules alone in it", rules, unit="ms"),
        row("Redis memory for a waiting work", [memory / 1024], 2, unit="KB"),
    ]


def _quartiles(costs: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Of each of these costs."""
    return [[percentile(one, share) for share in (0.25, 0.5, 0.75)] for one in zip(*costs, strict=True)]


async def _decide(queue: Queue, redis: OwnRedis, taken: list[str], number: int) -> tuple[float, float]:
    """ms of CPU, of this process and Redis, from the look at the queue to the offers; and of the rules alone,
    without what it takes to read the queue and to write the offers."""
    place = DICE.randrange(len(taken))
    taken[place], taken[-1] = taken[-1], taken[place]
    await queue.remove([taken.pop()])
    await queue.add(works(1, await queue.store.now(), number))
    began = time.thread_time() + redis.server.cpu()
    view = await queue.store.view(PARTITIONS)
    assert view is not None
    read = time.thread_time()
    made = match(view, POLICY, desk=queue.desk)
    decided = time.thread_time()
    await queue.store.reserve(made)
    spent = time.thread_time() + redis.server.cpu() - began
    taken += [offer.work for offer in made]
    return 1e3 * spent, 1e3 * (decided - read)


def _memory(redis: OwnRedis) -> int:
    with Redis.from_url(redis.url) as server:
        return int(server.info("memory")["used_memory"])

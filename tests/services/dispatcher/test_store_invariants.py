"""Whatever agents do, in whatever order: nobody is offered more than fits, and every work is in one place."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.dispatcher.decide import Projected
from tests.services.dispatcher.queue import Queue, policy, ref, work

AGENTS = ("ana", "ben", "eva")
POOLS = ("general", "billing")
WORKS = range(12)

agents, works = st.sampled_from(AGENTS), st.sampled_from(WORKS)
commands = st.one_of(
    st.tuples(st.just("put"), works, st.sampled_from(POOLS), st.sampled_from([0, 5, 20, 50, 100])),
    st.tuples(
        st.just("present"),
        agents,
        st.sampled_from(["available", "available", "available", "busy", "drain", "offline"]),
        st.sets(st.sampled_from(POOLS)),
        st.sampled_from([0, 20, 45, 100]),
    ),
    st.tuples(st.just("accept"), works, agents),
    st.tuples(st.just("decline"), works, agents),
    st.tuples(st.just("give_back"), works),
    st.tuples(st.just("close"), works),
    st.tuples(st.just("lose")),
)


@dataclass
class Book:
    """Plays book and agents against a queue, and looks at it after every step."""

    queue: Queue
    open: dict[int, Projected] = field(default_factory=dict)
    present: dict[str, tuple[str, set[str], int]] = field(default_factory=dict)
    tokens: int = 0

    async def say(self, made: Projected) -> None:
        self.open[int(made.id.split(":")[1])] = made
        await self.queue.put(made)

    async def do(self, kind: str, *arguments: Any) -> None:
        await getattr(self, kind)(*arguments)
        self.check_places()
        await self.match()
        self.check_places()

    async def put(self, number: int, pool: str, cost: int) -> None:
        if number not in self.open:
            await self.say(work(number, pool=pool, cost=cost))

    async def match(self) -> None:
        offers = await self.queue.offers()
        for number, agent in ((int(w.split(":")[1]), a) for w, a in offers.items()):
            status, pools, capacity = self.present[agent]
            assert status == "available" and self.open[number].pool in pools
            assert self.load(agent) <= capacity, "offered more than fits"

    async def accept(self, number: int, agent: str) -> None:
        offered = self.queue.fields(number).get("offered")
        answer = await self.queue.store.accept(ref(number), agent)
        if answer.code == "ok" and not self.open[number].agent:
            assert offered == agent
            self.tokens += 1
            await self.say(replace(self.open[number], agent=agent, token=str(self.tokens)))

    async def decline(self, number: int, agent: str) -> None:
        await self.queue.store.decline(ref(number), agent)

    async def give_back(self, number: int) -> None:
        if number in self.open and self.open[number].agent:
            given = self.open[number]
            await self.say(replace(given, agent="", token="", attempt=given.attempt + 1))

    async def close(self, number: int) -> None:
        if self.open.pop(number, None):
            await self.queue.put(remove=(ref(number),))

    async def lose(self) -> None:
        """Redis is wiped and the queue rebuilt from the book."""
        self.queue.inside.flushall()
        self.present.clear()
        await self.queue.store.rebuild(2, self.queue.offset, list(self.open.values()))

    async def presence(self, agent: str, status: str, pools: set[str], capacity: int) -> None:
        self.present[agent] = (status, pools, capacity)
        await self.queue.present(agent, status, pools=tuple(pools), capacity=capacity)

    def load(self, agent: str) -> int:
        return sum(self.open[int(held.split(":")[1])].cost for held in self.queue.held(agent))

    def check_places(self) -> None:
        """Every open work waits, or is offered to one agent, or is held by the one the book names."""
        waiting = [w for pool in POOLS for w in self.queue.waiting(pool)]
        held = {w: agent for agent in AGENTS for w in self.queue.held(agent)}
        assert Counter(waiting) + Counter(held.keys()) == Counter(ref(number) for number in self.open)
        for number, said in self.open.items():
            fields = self.queue.fields(number)
            assert fields["agent"] == said.agent
            assert held.get(ref(number), "") == (said.agent or fields.get("offered", ""))
        assert self.queue.inside.zcard(f"{self.queue.prefix}offers") == sum(
            "offered" in self.queue.fields(number) for number in self.open
        )


async def play(url: str, story: list[tuple[Any, ...]]) -> None:
    queue = Queue(url, policy(cooldown=0.001))
    try:
        book = Book(queue)
        for number in (100, 101, 102):
            await book.say(work(number, cost=20))
        for kind, *arguments in story:
            await book.do("presence" if kind == "present" else kind, *arguments)
    finally:
        await queue.close()


def test_nobody_is_offered_more_than_fits_and_every_work_is_in_one_place(redis_url: str) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(commands, min_size=8, max_size=30))
    def any_story(story: list[tuple[Any, ...]]) -> None:
        asyncio.run(play(redis_url, story))

    any_story()

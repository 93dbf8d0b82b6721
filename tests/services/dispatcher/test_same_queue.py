"""Whatever book and agents do, in whatever order: the queue in Redis and the queue in memory stay the same,
nobody is offered more than the policy allows, and every work is in one place."""

import asyncio
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from services.dispatcher.matcher import FAR
from shared.queue.acquaintance import Spoke
from shared.queue.match import match
from shared.queue.order import lane
from shared.queue.rounds import rounds_over
from shared.queue.values import Offer, Placed, View
from tests.services.dispatcher.likeness import about, check_room, plain, revisions, seen_in
from tests.services.dispatcher.queue import BASE, PARTITION, PLAIN, Queue, policy, ref, work

AGENTS = ("ana", "ben", "eva")
POOLS = ("general", "billing")
CUSTOMERS = ("x", "y")
RULES = policy(
    cooldown=0.001,
    grace=0.001,
    pools={
        "general": {"offers_at_once": 2},
        "billing": {"neighbours": ["general"]},
        "fallback": {},
        "outside": {"assignment": "external"},
    },
)
agents, numbers = st.sampled_from(AGENTS), st.integers(0, 11)
statuses = st.sampled_from(["available", "available", "available", "busy", "drain", "offline"])


class SameQueue(RuleBasedStateMachine):
    """Plays book, agents and matching against both at once."""

    url = ""

    @initialize()
    def open(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.both = (Queue(None, RULES), Queue(self.url, RULES))
        self.open_works: dict[int, Placed] = {}
        self.tokens = 0
        self.began = self.loop.run_until_complete(self.both[1].store.now())
        self.told: list[Counter[tuple[str, ...]]] = [Counter(), Counter()]
        for number in range(4):
            self.say(work(number, at_once=1 + number % 2))
        for agent in AGENTS:
            self.presence(agent, "available", {"general"}, 60, False)

    def teardown(self) -> None:
        for queue in getattr(self, "both", ()):
            self.loop.run_until_complete(queue.close())
        self.loop.close()

    def each(self, call: Any) -> list[Any]:
        """The same on both; gives what each said."""
        return [self.loop.run_until_complete(call(queue)) for queue in self.both]

    def same(self, call: Any) -> Any:
        memory, redis = self.each(call)
        assert memory == redis
        return memory

    def say(self, made: Placed) -> None:
        item = made.item
        placed = Placed(item, lane(item, BASE, PLAIN), made.rank)
        self.open_works[int(item.id.split(":")[1])] = placed
        self.each(lambda queue: queue.put(placed))

    @rule(
        number=numbers,
        pool=st.sampled_from((*POOLS, "outside")),
        cost=st.sampled_from([0, 5, 20, 50, 100]),
        at_once=st.integers(1, 3),
        severity=st.sampled_from([0.0, 0.9]),
    )
    def open_work(self, number: int, pool: str, cost: int, at_once: int, severity: float) -> None:
        if number not in self.open_works:
            outside = pool == "outside"
            more: dict[str, Any] = {"pool": pool, "at_once": at_once, "severity": severity}
            self.say(work(number, cost=cost, external=outside, **more))

    @rule(
        agent=agents,
        status=statuses,
        pools=st.sets(st.sampled_from(POOLS)),
        capacity=st.sampled_from([0, 20, 45, 100]),
        back=st.booleans(),
    )
    def presence(self, agent: str, status: str, pools: set[str], capacity: int, back: bool) -> None:
        facts: dict[str, Any] = {"pools": tuple(sorted(pools)), "capacity": capacity, "back": back}
        self.each(lambda queue: queue.present(agent, status, **facts))

    def decide(self) -> tuple[View, list[Offer], list[Offer]]:
        """What the queue in memory leads to, as it sees it and as the other does."""
        view, other = self.each(lambda queue: queue.store.view(1, FAR))
        offers = match(view, RULES)
        return view, offers, seen_in(offers, view, other)

    def reserve(self, *offers: list[Offer]) -> list[bool]:
        memory, redis = zip(self.both, offers, strict=True)
        made: list[bool] = self.loop.run_until_complete(memory[0].store.reserve(memory[1]))
        assert made == self.loop.run_until_complete(redis[0].store.reserve(redis[1]))
        return made

    @rule(late=st.sampled_from([False, False, True]))
    def offer(self, late: bool) -> None:
        view, *seen = self.decide()
        if late:
            seen = [[replace(offer, deadline=view.now) for offer in offers] for offers in seen]
        items = {ref(number): placed.item for number, placed in self.open_works.items()}
        check_room(view, seen[0], items, RULES)
        assert all(self.reserve(*seen))

    @rule()
    def outdated_offer(self) -> None:
        """Whoever decided on what is no longer so changes nothing."""
        _, *seen = self.decide()
        assert not any(self.reserve(*([replace(o, revision=o.revision - 1) for o in each] for each in seen)))

    @rule(agent=agents, status=statuses, number=numbers)
    def overtaken_offer(self, agent: str, status: str, number: int) -> None:
        """Something happens between a decision and what comes of it."""
        _, *seen = self.decide()
        self.each(lambda queue: queue.present(agent, status))
        if number in self.open_works and not self.open_works[number].item.agent:
            self.say(replace(self.open_works[number], rank=BASE - 1))
        self.reserve(*seen)

    @rule()
    def round_over(self) -> None:
        view, other = self.each(lambda queue: queue.store.view(1, FAR))
        over = rounds_over(view, RULES)
        seen = revisions(other)
        self.loop.run_until_complete(self.both[0].store.round_over(over))
        self.loop.run_until_complete(self.both[1].store.round_over([(w, seen[w]) for w, _ in over]))

    @rule(number=numbers, agent=agents, lands=st.booleans())
    def accept(self, number: int, agent: str, lands: bool) -> None:
        answer = self.same(lambda queue: queue.store.accept(ref(number), agent))
        if lands and answer.code == "ok" and not answer.item.agent:
            self.tokens += 1
            item = replace(answer.item, agent=agent, token=self.tokens)
            self.say(replace(self.open_works[number], item=item))

    @rule(number=numbers, agent=agents)
    def decline(self, number: int, agent: str) -> None:
        self.same(lambda queue: queue.store.decline(ref(number), agent))

    @rule(number=numbers, pool=st.sampled_from(POOLS))
    def give_back(self, number: int, pool: str) -> None:
        placed = self.open_works.get(number)
        if placed is not None and placed.item.agent:
            item = placed.item
            back = replace(item, agent="", token=0, attempt=item.attempt + 1, pool=pool, external=False)
            self.say(replace(placed, item=back))

    @rule(number=numbers, wrap=st.sampled_from([0, 1, 3_600_000]))
    def close(self, number: int, wrap: int) -> None:
        if self.open_works.pop(number, None):
            self.each(lambda queue: queue.put(remove=(ref(number),), wrap=wrap))

    @rule(number=numbers, agent=agents, extend=st.booleans())
    def wrap_up(self, number: int, agent: str, extend: bool) -> None:
        memory, redis = self.each(lambda queue: queue.store.wrap_up(ref(number), agent, extend))
        assert (memory is None) == (redis is None)
        if memory is not None:
            assert (memory.agent, memory.token, memory.extended) == (redis.agent, redis.token, redis.extended)

    @rule(customer=st.sampled_from(CUSTOMERS), agent=agents, ago=st.integers(0, 9))
    def speak(self, customer: str, agent: str, ago: int) -> None:
        spoke = {customer: Spoke(self.began - ago, agent)}
        self.each(lambda queue: queue.store.remember(spoke))

    @rule()
    def sweep(self) -> None:
        self.each(lambda queue: queue.next_instant())
        memory, redis = self.each(lambda queue: queue.store.sweep())
        assert sorted(memory, key=str) == sorted(redis, key=str)

    @rule()
    def lose(self) -> None:
        """Redis is wiped, and the memory with it; both are built again from the book."""
        memory, redis = self.both
        redis.inside.wipe()
        redis.store.forget()
        fresh = Queue(None, RULES)
        fresh.offset = memory.offset
        self.both = (fresh, redis)
        self.told = [Counter(), Counter()]
        works = list(self.open_works.values())
        self.each(lambda queue: queue.store.rebuild(PARTITION, queue.offset, works))

    @invariant()
    def they_tell_the_same(self) -> None:
        for told, found in zip(self.told, self.each(lambda queue: queue.told()), strict=True):
            told.update(about(one) for one in found)
        assert self.told[0] == self.told[1]

    @invariant()
    def they_know_the_same(self) -> None:
        self.same(lambda queue: queue.store.who_spoke(CUSTOMERS))

    @invariant()
    def they_hold_the_same(self) -> None:
        memory, redis = self.each(lambda queue: queue.store.view(1, FAR))
        assert plain(memory) == plain(redis)

    @invariant()
    def every_work_is_in_one_place(self) -> None:
        view = self.both[0].store.floor.view(0, FAR)
        waiting = {one for pool in POOLS for one in self.both[0].waiting(pool)}
        taken: dict[str, set[tuple[str, str]]] = {}
        for agent in view.agents.values():
            for held in agent.held:
                taken.setdefault(held.work, set()).add((held.as_, agent.id))
        for number, placed in self.open_works.items():
            found = {one for one in taken.get(ref(number), set()) if one[0] != "wrapping"}
            if placed.item.agent:
                assert found == {("assigned", placed.item.agent)} and ref(number) not in waiting
            elif ref(number) in waiting:
                assert not found
            else:
                assert placed.item.external or ("offered" in {as_ for as_, _ in found})


def test_the_queue_in_redis_is_the_queue_in_memory(redis_url: str) -> None:
    machine = type("Machine", (SameQueue,), {"url": redis_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

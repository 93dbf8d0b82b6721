"""A house under attack, from its first start to the verdict."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from math import inf
from typing import Self
from uuid import uuid4

from redis import Redis

from tests.chaos.agents import Agents
from tests.chaos.faults.bot import HttpBot
from tests.chaos.faults.inject import Injector
from tests.chaos.faults.schedule import Schedule
from tests.chaos.house import LABELS, PairHouse, allowed
from tests.chaos.load import CANARIES, Load, messages
from tests.chaos.oracle.evidence import Evidence
from tests.chaos.oracle.verdict import Verdict, judge
from tests.chaos.oracle.witness import Witness
from tests.chaos.servers import Servers
from tests.kit.process import wait_until
from tests.kit.traffic import Keeper

READY_WITHIN = 60.0
LOOK_EVERY = 3.0
RATE = 40.0
"""Messages a second."""


class Session:
    """`with Session(seed) as session: session.wait_ready(); session.play(run);
    verdict = session.verdict()`."""

    def __init__(self, seed: int, broken: str = "", rate: float = RATE, talks: int = 0, **armed: str) -> None:
        self._seed, self._broken, self._rate, self._talks = seed, broken, rate, talks
        self._armed = armed
        self._loaded = False
        self._stack = ExitStack()
        self.house: PairHouse
        self.began = time.monotonic()
        self.pids: dict[str, int] = {}
        """Those of the house's first start, by label."""
        self.injector: Injector

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            servers = stack.enter_context(Servers())
            bot = stack.enter_context(HttpBot())
            self.house = stack.enter_context(PairHouse(servers, bot, self._broken))
            self.witness = stack.enter_context(
                Witness(servers.kafka.address, self.house.namespace, self.house.partitions)
            )
            self.house.open(**self._armed)
            self.pids = {label: process.pid for label, process in self.house.processes.items()}
            self.keeper = stack.enter_context(Keeper(self.house))
            source = messages(self._seed, f"c{uuid4().hex[:6]}", self.house.partitions, self._talks)
            self.load = Load(self.house, source, self._rate)
            agents = stack.enter_context(Agents(self.house, self._seed))
            self.injector = stack.enter_context(
                Injector(self.house, self.keeper, self.witness, self.load, agents)
            )
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def wait_ready(self) -> None:
        try:
            wait_until(self.house.ready, READY_WITHIN, f"{len(LABELS)} services are ready", every=0.5)
        except TimeoutError as error:
            for label in LABELS:
                if not self.house.ready(label):
                    error.add_note(f"{label}: {self.house.status(label)}")
            raise

    def let_in(self) -> None:
        """Open the door: messages come in until a run is over."""
        if not self._loaded:
            self._loaded = True
            self._stack.enter_context(self.load)
        self.load.paused.clear()

    def play(self, run: Schedule) -> None:
        """One run under load."""
        self.let_in()
        self.injector.play(run)
        self.load.paused.set()

    def verdict(self) -> Verdict:
        """What the oracle says once everything is settled and seen, or has had the time for it."""
        self.wait_ready()
        try:
            wait_until(self.witness.caught_up, READY_WITHIN, "the witness has seen everything", every=0.2)
        except TimeoutError as error:
            error.add_note(f"behind: {self.witness.behind()}; trouble: {self.witness.trouble[-5:]}")
            raise
        self._heal()
        return judge(self.evidence(said=True))

    def _heal(self) -> None:
        """Wait as long as the house gets on, until every message is accounted for and people have taken all
        that is theirs."""
        fewest, since = inf, time.monotonic()
        while (left := self._left()) and time.monotonic() - since < 2 * allowed():
            if left < fewest:
                fewest, since = left, time.monotonic()
            time.sleep(LOOK_EVERY)

    def _left(self) -> float:
        """How many messages nobody can account for, and works that wait for somebody to take them."""
        if not self.witness.caught_up():
            return inf
        now = judge(self.evidence())
        return len(now.by_judgement.get("accounted", ())) + now.counts["waiting works"]

    def evidence(self, said: bool = False) -> Evidence:
        """What was seen so far; with `said` also what stands in logs, metrics and Redis."""
        return Evidence(
            doors=list(self.load.doors),
            records=self.witness.records(),
            samples=list(self.witness.samples),
            faults=self.injector.faults,
            said=list(self._said()) if said else [],
            canaries=CANARIES,
            deadline=allowed(),
            until=time.monotonic(),
        )

    def _said(self) -> Iterator[tuple[str, str]]:
        yield from self.house.everything_said()
        with Redis.from_url(self.house.redis) as client:
            for key in client.scan_iter(count=1000):
                yield "a key of Redis", repr(key)
                yield "a value of Redis", repr(_value(client, key))
        for role, records in self.witness.records().items():
            for record in records:
                if record.headers:
                    yield f"a header on {role}", repr(record.headers)


def _value(client: Redis, key: bytes) -> object:
    match client.type(key):
        case b"string":
            return client.get(key)
        case b"hash":
            return client.hgetall(key)
        case b"list":
            return client.lrange(key, 0, -1)
        case b"set":
            return client.smembers(key)
        case b"zset":
            return client.zrange(key, 0, -1)
    return None

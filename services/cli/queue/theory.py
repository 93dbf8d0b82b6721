"""The simulation held against queueing theory: where theory knows the answer, it must come out.

With alike agents who take one conversation each and accept at once, one pool and no head starts, the queue is
M/M/c, first come first served. All of that is said by scenario and policy; the simulation runs as always.

The mean of correlated waits converges slowly. So beside each run Kiefer and Wolfowitz' recursion gives the
waits that the very same customers have in an ideal queue, whose expectation Erlang C knows: an external
control variate (Lavenberg and Welch, Management Science 27, 1981). What is left of chance is only what
differs between the two: nothing when every agent is given work as soon as possible, in order."""

from collections.abc import Iterable, Sequence
from heapq import heapreplace
from statistics import mean
from typing import Any, NamedTuple

from services.cli.queue import erlang
from services.cli.queue.arrivals import customers, takes
from services.cli.queue.day import Day
from services.cli.queue.figures import quantile, wait_of
from services.cli.queue.scenario import Scenario
from shared.policy.model import Policy

SERVICE = 20.0
"""Mean handling time, in seconds."""
CASES = ((1, 0.5), (2, 0.7), (3, 0.9), (5, 0.8), (10, 0.7), (10, 0.9), (25, 0.85))
"""Agents, and the share of their time that customers need."""
WITHIN = 0.03
POLICY: dict[str, Any] = {
    "version": 1,
    "intents": {"any": {"routing": "person", "pool": "general"}},
    "pools": {"general": {}, "fallback": {}},
    "offers": {"rings": [{"after": 0, "match": "best"}]},
    "presence": {"stale_after": 604_800},
    "capacity": {
        "costs": {"voice": 100},
        "by_channel": {},
        "by_priority": {},
        "emotional": 0,
        "severe": 1,
        "per_hour": 10_000,
        "ramp": {"start": 100, "every": 1, "over": 1},
    },
    "order": {"tiers": {}, "severity": 0, "sla_push": 0, "re_contact": 0, "transfer": 0},
    "wrap_up": {"default_time": 0},
}
"""Nothing that Erlang's queue does not have: no rings, ramp, head starts, limits or wrap-up."""


class Compared(NamedTuple):
    """Simulated and known: mean wait (s), probability to wait, 95th percentile of the wait (s)."""

    agents: int
    load: float
    customers: int
    wait: float
    wait_known: float
    waits: float
    waits_known: float
    p95: float
    p95_known: float
    raw_wait: float
    """The mean wait without the control, for which `customers` may be far too few."""

    @property
    def off(self) -> float:
        """The greatest relative difference."""
        pairs = (
            (self.wait, self.wait_known),
            (self.waits, self.waits_known),
            (self.p95, self.p95_known),
        )
        return max(abs(found / known - 1) for found, known in pairs if known)


def policy(**changed: Any) -> Policy:
    """The neutral policy, with some parts changed."""
    return Policy.model_validate(POLICY | changed)


def scenario(agents: int, load: float, count: int, **agent: Any) -> Scenario:
    """`agents` alike, and customers for this share of their time, about `count` of them."""
    per_hour = agents * load / SERVICE * 3600
    handling = {"mean": SERVICE, "shape": "exponential"}
    alike = {"count": agents, "pools": ["general"], "accepts": 0, "default_handling": handling} | agent
    stream = {"intent": "any", "channel": "voice", "per_hour": per_hour, "frustrated": 0}
    plain = {"version": 1, "policy": "", "date": "2026-03-02", "hours": count / per_hour}
    return Scenario.model_validate(plain | {"arrivals": {"any": stream}, "agents": {"alike": alike}})


async def compare(agents: int, load: float, count: int, seed: int, **agent: Any) -> Compared:
    """Simulate about `count` customers, and say what theory knows of them."""
    made = scenario(agents, load, count, **agent)
    rules = policy()
    coming = customers(made, rules, seed)
    handling = scenario(agents, load, count).agents["alike"].default_handling
    spans = [takes(handling, one.need.answers[0]) for one in coming]
    seen = await Day(made, rules, coming, seed).run()
    stays = {stay.customer: stay for stay in seen.stays.values()}
    found = [wait_of(stays[one.name], seen.ended_at) for one in coming if one.name in stays]
    return _compared(agents, load, found, ideal([one.at for one in coming], spans, agents))


def ideal(times: Iterable[int], spans: Iterable[int], agents: int) -> list[float]:
    """The waits (s) of customers who come at these times (ms, in order) when `agents` serve them first come,
    first served: each begins when the agent who is free first is free (Kiefer and Wolfowitz 1955)."""
    free = [0] * agents
    waits = []
    for at, span in zip(times, spans, strict=True):
        begins = max(at, free[0])
        heapreplace(free, begins + span)
        waits.append((begins - at) / 1000)
    return waits


def _compared(agents: int, load: float, found: list[float], control: list[float]) -> Compared:
    offered = agents * load
    wait, waits = erlang.mean_wait(agents, offered, SERVICE), erlang.erlang_c(agents, offered)
    p95 = erlang.wait_quantile(agents, offered, SERVICE, 0.95)
    return Compared(
        agents,
        load,
        len(found),
        mean(found) - mean(control) + wait,
        wait,
        _share(found) - _share(control) + waits,
        waits,
        quantile(sorted(found), 0.95) - quantile(sorted(control), 0.95) + p95,
        p95,
        mean(found),
    )


def _share(waits: Sequence[float]) -> float:
    return sum(wait > 0 for wait in waits) / len(waits)

"""The simulation gives the waits that queueing theory knows, and would be caught if it did not."""

from itertools import accumulate
from random import Random
from statistics import mean

import pytest

from services.cli.queue import erlang
from services.cli.queue.theory import CASES, SERVICE, WITHIN, compare, ideal

COUNT = 2_000


@pytest.mark.parametrize(("agents", "load"), CASES)
async def test_waits_are_within_three_percent_of_erlang_c(agents: int, load: float) -> None:
    found = await compare(agents, load, COUNT, seed=1)
    assert found.customers > COUNT * 0.9
    assert found.off < WITHIN, found


@pytest.mark.parametrize(("agents", "load"), [(1, 0.5), (5, 0.8), (10, 0.7)])
def test_the_control_itself_comes_to_erlang_c_in_the_long_run(agents: int, load: float) -> None:
    chance, count = Random(4), 600_000
    gaps = (chance.expovariate(agents * load / SERVICE) * 1000 for _ in range(count))
    spans = [round(chance.expovariate(1 / SERVICE) * 1000) for _ in range(count)]
    waits = ideal([round(at) for at in accumulate(gaps)], spans, agents)
    assert mean(waits) == pytest.approx(erlang.mean_wait(agents, agents * load, SERVICE), rel=WITHIN)
    share = sum(wait > 0 for wait in waits) / count
    assert share == pytest.approx(erlang.erlang_c(agents, agents * load), rel=WITHIN)


BROKEN = {
    "agents who are 5 % slower": {"default_handling": {"mean": SERVICE / 0.95, "shape": "exponential"}},
    "a wait for each accept": {"accepts": 1},
    "tools that are lost": {"lost_per_hour": 2, "lost_for": 90},
}


@pytest.mark.parametrize("agent", BROKEN.values(), ids=BROKEN)
async def test_it_fails_for_a_queue_that_loses_capacity(agent: dict[str, object]) -> None:
    found = await compare(5, 0.8, COUNT, seed=1, **agent)
    assert found.off > WITHIN, found


async def test_it_fails_when_the_last_who_came_is_served_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.queue.order.rank", lambda item, now, policy: -item.opened_at)
    monkeypatch.setattr("shared.queue.line.rank", lambda item, now, policy: -item.opened_at)
    found = await compare(5, 0.8, COUNT, seed=1)
    assert found.off > WITHIN, found

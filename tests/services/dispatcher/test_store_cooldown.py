"""How long an agent who passed up a work is left alone with it."""

import pytest

from tests.kit.process import wait_until
from tests.services.dispatcher.conftest import Open
from tests.services.dispatcher.queue import PARTITION, SHORT, Queue, eventually, policy, ref, work

COOLDOWN_MS = 3_600_000


def _left(queue: Queue, agent: str) -> int:
    left: int = queue.inside.pttl(f"{queue.prefix}cool:{ref(1)}:{agent}")  # type: ignore[assignment]
    return left


@pytest.mark.parametrize(("passed", "times"), [(0, 1), (1, 2), (2, 4), (3, 8), (4, 8), (50, 8)])
async def test_the_cool_down_doubles_up_to_eight_times(queue: Queue, passed: int, times: int) -> None:
    await queue.put(work(1))
    queue.inside.hset(f"{queue.prefix}work:{PARTITION}:1", "passed:ana", passed)
    await queue.present()
    await queue.offers()
    await queue.store.decline(ref(1), "ana")
    assert (times - 1) * COOLDOWN_MS < _left(queue, "ana") <= times * COOLDOWN_MS


async def test_a_tool_that_is_lost_passes_nothing_up(queue: Queue) -> None:
    await queue.put(work(1))
    for _ in range(2):
        queue.inside.delete(f"{queue.prefix}cool:{ref(1)}:ana")
        await queue.present()
        assert await queue.offers() == {ref(1): "ana"}
        await queue.present(status="offline")
        assert _left(queue, "ana") <= COOLDOWN_MS


async def test_a_sole_agent_who_declined_often_is_offered_the_customer_after_the_plain_cool_down(
    opened: Open,
) -> None:
    queue = await opened(policy(cooldown=SHORT))
    await queue.put(work(1))
    queue.inside.hset(f"{queue.prefix}work:{PARTITION}:1", "passed:ana", 3)
    await queue.present()
    await queue.offers()
    await queue.store.decline(ref(1), "ana")
    assert await eventually(queue.offers) == {ref(1): "ana"}
    assert _left(queue, "ana") > 0, "the longer cool-down was not waited out"


async def test_somebody_else_comes_before_who_passed_it_up(opened: Open) -> None:
    queue = await opened(policy(cooldown=SHORT))
    await queue.put(work(1))
    queue.inside.hset(f"{queue.prefix}work:{PARTITION}:1", "passed:ana", 3)
    await queue.present("ana")
    await queue.offers()
    await queue.store.decline(ref(1), "ana")
    await queue.present("ben")
    plain = int(queue.inside.get(f"{queue.prefix}cool:{ref(1)}:ana") or 0)  # type: ignore[arg-type]
    wait_until(lambda: queue.clock() > plain, 5, "the plain cool-down is over", every=0.01)
    assert await queue.offers() == {ref(1): "ben"}

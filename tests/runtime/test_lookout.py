"""What a service sees of the broker and of its own progress."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from types import SimpleNamespace

import pytest
from aiokafka.errors import IllegalStateError, KafkaConnectionError

from shared.runtime import lookout as lookout_module
from tests.runtime.stand import Stand, stand_for

Looked = Callable[..., Awaitable[list[str]]]


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    return stand_for(monkeypatch)


@pytest.fixture
def looked(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Looked:
    """Look at these times; the last words so far."""
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(lookout_module, "time", clock)

    async def looked(*times: float) -> list[str]:
        for clock.now in times:
            await stand.driver.lookout.look()
        return stand.last_words

    return looked


async def test_the_broker_is_seen_and_the_lag_is_what_waits(stand: Stand) -> None:
    await stand.assign(0, 1)
    await stand.driver.lookout.look()
    assert stand.vitals.broker_seen > 0
    assert stand.vitals.lag == 400


async def test_the_broker_is_asked_even_when_there_is_no_partition_to_look_after(stand: Stand) -> None:
    stand.client.error = KafkaConnectionError()
    await stand.driver.lookout.look()
    assert stand.vitals.broker_seen == 0


@pytest.mark.parametrize("error", [KafkaConnectionError(), IllegalStateError("not assigned"), TimeoutError()])
async def test_a_broker_that_does_not_answer_is_not_seen(stand: Stand, error: Exception) -> None:
    await stand.assign(0)
    stand.client.error = error
    await stand.driver.lookout.look()
    assert stand.vitals.broker_seen == 0
    assert stand.last_words == []


async def test_a_consumer_that_stands_still_ends_the_process(stand: Stand, looked: Looked) -> None:
    await stand.assign(0)
    assert await looked(1000.0) == []
    assert "consumer_stopped" in await looked(1031.0)


async def test_a_partition_that_was_away_for_long_is_not_taken_for_stuck(
    stand: Stand, looked: Looked
) -> None:
    await stand.assign(0)
    await looked(1000.0)
    await stand.driver.on_partitions_revoked(set())
    await stand.assign(0)
    assert await looked(1031.0) == []


async def test_an_instance_that_its_group_leaves_without_an_answer_ends(stand: Stand, looked: Looked) -> None:
    """The client's own task that keeps the membership can die, and would not be missed."""
    await stand.driver.on_partitions_assigned(set())
    assert await looked(0.0, 100.0) == []
    await stand.driver.on_partitions_revoked(set())
    assert await looked(101.0, 131.0) == []
    assert await looked(132.0) == ["never_assigned"]


@pytest.mark.parametrize(("others_are_answered", "last_words"), [(True, ["client_stuck"]), (False, [])])
async def test_a_client_that_alone_gets_no_answer_ends_the_process(
    stand: Stand,
    looked: Looked,
    monkeypatch: pytest.MonkeyPatch,
    others_are_answered: bool,
    last_words: list[str],
) -> None:
    async def answers(_: str) -> bool:
        return others_are_answered

    monkeypatch.setattr(lookout_module, "answers", answers)
    stand.client.error = TimeoutError()
    assert await looked(0.0, 30.0) == []
    assert await looked(31.0) == last_words


async def test_short_silences_of_the_broker_do_not_add_up(
    stand: Stand, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answers(_: str) -> bool:
        return True

    monkeypatch.setattr(lookout_module, "answers", answers)
    await stand.driver.on_partitions_assigned(set())
    for began in (0.0, 40.0, 80.0):
        stand.client.error = KafkaConnectionError()
        await looked(began, began + 15)
        stand.client.error = None
        assert await looked(began + 30) == []


async def test_nobody_answers_where_there_is_no_broker() -> None:
    assert not await lookout_module.answers("127.0.0.1:1")

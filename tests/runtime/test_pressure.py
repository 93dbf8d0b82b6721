"""A backlog waits in Kafka, not in memory."""

from __future__ import annotations

import time

import pytest

from shared.contracts.topics import AGENTS, INBOUND
from shared.runtime.pressure import Pressure
from shared.runtime.settings import ServiceSettings
from tests.runtime.stand import Stand, place, records_of, stand_for

MOST = ServiceSettings().held_bytes


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    return stand_for(monkeypatch)


def test_it_closes_when_too_much_is_held_and_opens_when_half_of_it_is_gone() -> None:
    pressure = Pressure(100)
    assert [pressure.judge(held) for held in (0, 100, 101, 100, 51, 50, 100, 101)] == [
        False,
        False,
        True,
        True,
        True,
        False,
        False,
        True,
    ]


async def test_only_the_first_topic_waits_and_that_of_all_partitions(stand: Stand) -> None:
    await stand.assign(0, 1)
    stand.worker(0).held = stand.worker(1).held = MOST // 2 + 1
    await stand.driver.on_batch(records_of(AGENTS, 0, 1))
    assert stand.client.paused == {place(INBOUND, 0), place(INBOUND, 1)}
    stand.worker(0).held = 0
    await stand.driver.on_batch(records_of(AGENTS, 0, 2))
    assert stand.client.paused == {place(INBOUND, 0), place(INBOUND, 1)}, "half of it is not gone yet"
    stand.worker(1).held = 0
    await stand.driver.on_batch(records_of(AGENTS, 0, 3))
    assert stand.client.paused == set()


async def test_a_partition_that_comes_meanwhile_waits_too(stand: Stand) -> None:
    await stand.assign(0)
    stand.worker(0).held = MOST + 1
    await stand.driver.on_batch(records_of(AGENTS, 0, 1))
    await stand.assign(0, 1)
    stand.worker(0).held = MOST + 1
    await stand.driver.on_batch(records_of(AGENTS, 0, 2))
    assert stand.client.paused == {place(INBOUND, 0), place(INBOUND, 1)}


async def test_what_is_held_back_is_not_taken_for_stuck(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.assign(0)
    stand.client.end = 99
    for topic in (INBOUND, AGENTS):
        stand.client.sought[place(topic, 0)] = 99 if topic == AGENTS else 5
    stand.worker(0).held = MOST + 1
    await stand.driver.on_batch(records_of(AGENTS, 0, 98))
    now = time.monotonic()
    for later in (0, 40, 80):
        monkeypatch.setattr(time, "monotonic", lambda later=later: now + later)
        await stand.driver.lookout.look()
    assert stand.last_words == []
    stand.worker(0).held = 0
    await stand.driver.on_batch(records_of(AGENTS, 0, 98))
    for later in (90, 130):
        monkeypatch.setattr(time, "monotonic", lambda later=later: now + later)
        await stand.driver.lookout.look()
    assert stand.last_words == ["consumer_stopped"]

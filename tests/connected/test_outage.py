"""Kafka goes away and comes back: nothing is lost, and nobody hangs.

The broker is the module's own; the tests come in the order in which they leave it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from shared.runtime.watchdog import EXIT_BUG, EXIT_SLOW_STOP
from tests.kit.house import SERVICES, House
from tests.kit.kafka import RealKafka
from tests.kit.process import ProcessServer, wait_until
from tests.kit.redis import RealRedis
from tests.kit.server import Unavailable
from tests.kit.traffic import Keeper, Traffic, judge
from tests.runtime.running import TinyHouse

AWAY = 10.0
MISTAKE = 64


@pytest.fixture(scope="module")
def broker() -> Iterator[RealKafka]:
    """A broker that may be stopped and frozen."""
    server = RealKafka(own=True)
    try:
        server.__enter__()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield server
    server.__exit__(None, None, None)


def test_nobody_waits_for_ever_for_a_broker_that_does_not_answer(broker: RealKafka) -> None:
    with TinyHouse(broker.address, partitions=1) as house, TinyHouse(broker.address) as idle:
        go_on = house.home / "go-on"
        house.launch(RELAIS_SEND_TIMEOUT="2")
        idle.launch(as_="running")
        house.order("hold", until=str(go_on))
        house.eventually(lambda: house.said("holding"), "the order is being carried out")
        idle.wait_ready("running", within=60)
        broker.freeze()
        try:
            idle.launch(as_="starting")
            idle.eventually(lambda: idle.said("starting", "starting"), "one more is starting")
            told = time.monotonic()
            for process in idle.processes.values():
                process.terminate()
            go_on.touch()
            assert house.ended() == EXIT_BUG
            word = house.last_word()
            assert (word["event"], word["cause"]) == ("batch_failed", "TimeoutError")
            assert {idle.ended("running"), idle.ended("starting")} <= {0, EXIT_SLOW_STOP}
            assert time.monotonic() - told < 12
            assert not idle.said("not JSON", "starting"), idle.log("starting")
        finally:
            broker.thaw()
        house.eventually(lambda: house.committed() <= 0, "the broker answers; nothing is committed")
        house.start(TINY_DEAF="1")
        house.eventually(house.repeated, "the order is repeated")


@pytest.mark.timeout(300)
def test_kafka_away_under_traffic_costs_no_message_and_no_order(
    broker: RealKafka, redis_server: RealRedis
) -> None:
    with House(broker.address, redis_server.url) as house:
        for name in SERVICES:
            house.launch(name)
        house.wait_ready(*SERVICES, within=120)
        with Keeper(house), Traffic(house, rate=40) as traffic:
            traffic.more(40)
            broker.stop()
            until = time.monotonic() + AWAY
            wait_until(
                lambda: (
                    not any(house.status(name).get("ready") for name in SERVICES) and time.monotonic() > until
                ),
                within=60,
                what="the end of the outage, with nobody ready",
                every=0.5,
            )
            _allow_auto_creation(broker)
            broker.start()
            house.wait_ready(*SERVICES, within=90)
            traffic.more(40)
        judge(house, traffic.sent, within=120)
        assert house.accounts()["unsettled"] == 0


def _allow_auto_creation(broker: RealKafka) -> None:
    """Kafka's own default, which the kit switches off."""
    if isinstance(broker.server, ProcessServer):
        settings = broker.server.home / "server.properties"
        text = settings.read_text()
        settings.write_text(text.replace("auto.create.topics.enable=false", "auto.create.topics.enable=true"))


def test_no_topic_appears_by_itself_even_where_the_broker_would_make_one(broker: RealKafka) -> None:
    with TinyHouse(broker.address, counts={"agents": 0, "replies": 0}) as house:
        house.launch()
        assert house.ended() == MISTAKE
        admin = house.admin
        there = admin.list_topics(timeout=10).topics
        assert house.topic("inbound") in there
        assert not {house.topic("agents"), house.topic("replies")} & set(there)

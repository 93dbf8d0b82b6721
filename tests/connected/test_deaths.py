"""Whatever single thing dies, every accepted message keeps its one outcome, and order holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from redis import Redis

from services.dispatcher.store import LAYOUT
from tests.kit.house import SERVICES, House
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis
from tests.kit.traffic import Keeper, Traffic, judge

QUICK = {"RELAIS_SESSION_TIMEOUT": "2", "RELAIS_BOT_DEADLINE": "4", "RELAIS_START_GRACE": "8"}


@pytest.fixture(scope="module")
def stricken(kafka: RealKafka, redis_server: RealRedis) -> Iterator[House]:
    """A house of its own, in which things die."""
    with House(kafka.address, redis_server.url, **QUICK) as house:
        house.start()
        yield house


VICTIMS = [(name,) for name in SERVICES] + [("intent_classifier", "sentiment_scorer")]


@pytest.mark.timeout(400)
def test_services_killed_in_turn_under_load_change_nothing_but_a_delay(stricken: House) -> None:
    with Keeper(stricken) as keeper, Traffic(stricken) as traffic:
        for victims in VICTIMS:
            stricken.kill(*victims)
            traffic.more(60)
            stricken.wait_ready(*victims)
            traffic.more(30)
    judge(stricken, traffic.sent)
    assert keeper.restarts == sum(map(len, VICTIMS))
    assert stricken.accounts()["unsettled"] == 0


@pytest.mark.timeout(300)
def test_with_the_bot_down_people_get_everything_and_then_traffic_returns(stricken: House) -> None:
    with Keeper(stricken) as keeper:
        keeper.down.add("bot")
        stricken.kill("bot")
        with Traffic(stricken, rate=20) as traffic:
            traffic.more(60)
        assert judge(stricken, traffic.sent)["answered"] == 0
        keeper.down.clear()
        stricken.wait_ready("bot")

        def answered() -> bool:
            with Traffic(stricken, rate=20) as back:
                back.more(10)
            return judge(stricken, back.sent)["answered"] > 0

        stricken.eventually(answered, "the bot answers again", within=40)


def test_redis_wiped_under_load_loses_no_work(stricken: House, redis_server: RealRedis) -> None:
    with Keeper(stricken), Traffic(stricken) as traffic:
        traffic.more(60)
        with Redis.from_url(redis_server.url) as redis:
            redis.flushall()
        traffic.more(60)
    judge(stricken, traffic.sent)
    with Redis.from_url(redis_server.url) as redis:
        prefix = f"{{{stricken.namespace}}}:{LAYOUT}:"
        stricken.eventually(
            lambda: redis.hlen(f"{prefix}applied") == stricken.partitions, "the queue is rebuilt"
        )
        lanes = redis.zrange(f"{prefix}lanes", 0, -1)
        assert sum(redis.zcard(f"{prefix}lane:{lane.decode()}") for lane in lanes) > 0

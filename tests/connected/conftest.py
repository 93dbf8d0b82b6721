"""A house on the real servers for the tests of a file that break nothing. It ends with them: seven services
take their share of the machine even when nothing happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis
from tests.services.dispatcher import desk as at
from tests.services.dispatcher.desk import Desk, fresh


@pytest.fixture(scope="module")
def house(kafka: RealKafka, redis_server: RealRedis) -> Iterator[House]:
    """All seven services at work. Tests use conversations of their own."""
    with House(kafka.address, redis_server.url) as house:
        house.start()
        yield house


@pytest.fixture(scope="module")
def open_desk(
    kafka: RealKafka, redis_server: RealRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    with at.human_queue(kafka.address, redis_server.url, tmp_path_factory.mktemp("queue")) as house:
        desk = Desk(house)
        yield desk
        desk.close()


@pytest.fixture
def desk(open_desk: Desk) -> Iterator[Desk]:
    yield open_desk
    open_desk.leave()


@pytest.fixture
def ana() -> str:
    return fresh("ana")


@pytest.fixture
def ben() -> str:
    return fresh("ben")

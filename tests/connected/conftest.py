"""A house on the real servers for the tests of a file that break nothing. It ends with them: seven services
take their share of the machine even when nothing happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.house import House
from tests.kit.kafka import RealKafka
from tests.kit.redis import RealRedis


@pytest.fixture(scope="module")
def house(kafka: RealKafka, redis_server: RealRedis) -> Iterator[House]:
    """All seven services at work. Tests use conversations of their own."""
    with House(kafka.address, redis_server.url) as house:
        house.start()
        yield house

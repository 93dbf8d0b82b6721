"""How far consumer groups have come."""

import asyncio
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError


class Positions:
    """Asks one Kafka, with aiokafka: librdkafka's admin client ends its process with a segmentation fault
    when a broker that has just started does not coordinate a group yet (confluentinc/librdkafka, 5040)."""

    def __init__(self, kafka: str) -> None:
        self._kafka = kafka
        self._runner = asyncio.Runner()
        self._client: AIOKafkaAdminClient | None = None

    def of(self, group: str) -> Mapping[tuple[str, int], int]:
        """The next offset of every partition a group has a position in; none while Kafka cannot say."""
        return self._runner.run(self._of(group))

    async def _of(self, group: str) -> Mapping[tuple[str, int], int]:
        try:
            if self._client is None:
                client = AIOKafkaAdminClient(bootstrap_servers=self._kafka)
                await client.start()
                self._client = client
            found = await self._client.list_consumer_group_offsets(group)
        except KafkaError:
            return {}
        return {(place.topic, place.partition): told.offset for place, told in found.items()}

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._runner.run(self._client.close())
        self._runner.close()

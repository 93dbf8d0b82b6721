"""The real Kafka as the bench uses it: topics of its own, filled fast, watched from outside."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]
from confluent_kafka.cimpl import NewTopic

from services.cli.bench.positions import Positions
from services.cli.topics.the_map import the_map
from shared.contracts.topics import Topic
from shared.runtime.admin import Admin

PREFIX = "relais-bench"
READY_WITHIN = 20.0
NOT_YET = (
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
)
"""What a broker says of topics that are new."""
_silent = logging.getLogger("relais.bench.client")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Letter(NamedTuple):
    """A record to publish."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None


class Broker:
    """One Kafka. Every topic and group made through it begins with `PREFIX` and goes away with `clean`."""

    def __init__(self, address: str, run: str) -> None:
        self.address = address
        self._run = f"{PREFIX}-{run}"
        self._admin = AdminClient({"bootstrap.servers": address}, logger=_silent)
        self._positions = Positions(address)
        self._producer = Producer(
            {"bootstrap.servers": address, "linger.ms": 5, "queue.buffering.max.messages": 2_000_000},
            logger=_silent,
        )

    def name(self, what: str) -> str:
        """A namespace or topic of this run."""
        return f"{self._run}-{what}"

    def make(self, houses: Mapping[str, int], topics: Iterable[str], partitions: int) -> None:
        """Make all the topics of these houses (name to number of partitions) and some that are not on the
        map. To be done before anything runs: every new topic has every client ask for all of them anew."""
        for house, wide in houses.items():
            Admin(self.address, self.name(house), the_map()).create(wide)
        new = [NewTopic(self.name(topic), partitions, 1) for topic in topics]
        for made in self._admin.create_topics(new).values():
            made.result()

    def fill(self, letters: Iterable[Letter]) -> None:
        """Publish and wait for the acknowledgements."""
        for letter in letters:
            while True:
                try:
                    self._producer.produce(letter.topic, letter.value, letter.key, partition=letter.partition)
                    break
                except BufferError:
                    self._producer.poll(0.05)
        self._producer.flush()

    def ends(self, topics: Mapping[str, int]) -> dict[tuple[str, int], int]:
        """The next offset of every partition of these topics (name to number of partitions)."""
        places = [TopicPartition(name, p) for name, count in topics.items() for p in range(count)]
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                return self._ends(places)
            except KafkaException as error:
                if error.args[0].code() not in NOT_YET or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def _ends(self, places: Sequence[TopicPartition]) -> dict[tuple[str, int], int]:
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        asked = self._admin.list_offsets(dict.fromkeys(places, latest))
        return {(place.topic, place.partition): told.result().offset for place, told in asked.items()}

    def total(self, topic: str, partitions: int) -> int:
        """Records ever written to a topic."""
        return sum(self.ends({topic: partitions}).values())

    def caught_up(self, namespace: str, partitions: int, reads: Mapping[str, Sequence[Topic]]) -> bool:
        """Whether every one of these services has finished all there is in the topics it reads."""
        names = {topic.name(namespace): partitions for topics in reads.values() for topic in topics}
        ends = self.ends(names)
        for service, topics in reads.items():
            done = self._positions.of(f"{namespace}.{service}")
            mine = {topic.name(namespace) for topic in topics}
            if any(done.get(place, 0) < end for place, end in ends.items() if place[0] in mine):
                return False
        return True

    def stand_at_the_end(self, group: str, topics: Mapping[str, int]) -> None:
        """Let a group that has no members have finished all there is in these topics."""
        ends = [TopicPartition(*place, end) for place, end in self.ends(topics).items()]
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": group}, logger=_silent)
        try:
            consumer.commit(offsets=ends, asynchronous=False)
        finally:
            consumer.close()

    def clean(self) -> None:
        """Remove the topics and groups of this run."""
        self._positions.close()
        topics = [name for name in self._admin.list_topics(timeout=10).topics if name.startswith(self._run)]
        listed = self._admin.list_consumer_groups().result().valid
        groups = [group.group_id for group in listed if group.group_id.startswith(self._run)]
        asked = [*(self._admin.delete_topics(topics) if topics else {}).values()]
        asked += (self._admin.delete_consumer_groups(groups) if groups else {}).values()
        for each in asked:
            try:
                each.result()
            except KafkaException:  # a group that has not ended yet goes by itself
                continue

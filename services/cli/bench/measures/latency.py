"""How long a message takes at a steady rate, from the moment it was due to be published."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

from services.cli.bench.bench import Bench
from services.cli.bench.broker import Letter
from services.cli.bench.process import until
from services.cli.bench.workers import Bare, Served
from services.cli.topics.the_map import the_map
from shared.contracts.topics import REPLIES

SETTLE = 20.0
Seen = Callable[[Any], Iterable[str]]
"""The ids of the messages whose outcome a record shows."""


class Listener:
    """Notes when each message's outcome could first be read."""

    def __init__(self, kafka: str, topics: Mapping[str, int], seen: Seen) -> None:
        self.at: dict[str, float] = {}
        self._seen = seen
        self._over = threading.Event()
        self._consumer = Consumer(
            {"bootstrap.servers": kafka, "group.id": "relais-bench-listener", "fetch.wait.max.ms": 100}
        )
        places = [TopicPartition(name, p, OFFSET_END) for name, count in topics.items() for p in range(count)]
        self._consumer.assign(places)
        self._consumer.poll(0.5)  # it has its positions before anything is published
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._over.is_set():
            record = self._consumer.poll(0.05)
            if record is None or record.error():
                continue
            now = time.monotonic()
            for message in self._seen(orjson.loads(record.value() or b"{}")):
                self.at.setdefault(message, now)

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        self._thread.join()
        self._consumer.close()


def of_hop(record: Any) -> Iterable[str]:
    """A bare hop hands the message itself on."""
    return [record.get("id", "")]


def of_house(record: Any) -> Iterable[str]:
    """The bot's reply to a message, or the work that it became."""
    if "author" in record:
        return [record["in_reply_to"]] if record["author"]["kind"] == "bot" else []
    return list(record.get("message_ids", ()))


def through_hop(bench: Bench, hop: Bare, rate: float) -> list[float]:
    """Seconds of each message through a bare hop."""
    listener = Listener(bench.broker.address, {hop.target: 4}, of_hop)
    hop.subject.resume()
    try:
        return _play(bench, hop.letter, listener, rate)
    finally:
        hop.subject.pause()


def through_house(bench: Bench, house: Served, rate: float) -> list[float]:
    """Seconds of each message from the channel's publication to its outcome outside."""
    roles = [REPLIES, *[topic for topic in the_map() if topic.role.startswith("work")]]
    topics = {topic.name(house.namespace): house.partitions for topic in roles}
    listener = Listener(bench.broker.address, topics, of_house)
    for subject in house.subjects:
        subject.resume()
    try:
        return _play(bench, house.load.message, listener, rate)
    finally:
        until(house.done, SETTLE, "the house comes to rest")
        for subject in house.subjects:
            subject.pause()


def _play(
    bench: Bench, letter: Callable[[], tuple[str, Letter]], listener: Listener, rate: float
) -> list[float]:
    producer = Producer({"bootstrap.servers": bench.broker.address, "linger.ms": 0})
    due: dict[str, float] = {}
    began = time.monotonic() + 0.2
    for number in range(int(rate * bench.sizes.listen)):
        moment = began + number / rate
        while (ahead := moment - time.monotonic()) > 0:
            producer.poll(min(ahead, 0.01))
        message, record = letter()
        due[message] = moment
        producer.produce(record.topic, record.value, record.key, partition=record.partition)
    producer.flush()
    try:
        until(lambda: due.keys() <= listener.at.keys(), SETTLE, "every message has its outcome outside")
    finally:
        listener.close()
    return [listener.at[message] - moment for message, moment in due.items()]

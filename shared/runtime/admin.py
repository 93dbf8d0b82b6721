"""Making the topics of the map on a broker, and finding where a broker differs from the map."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]
from confluent_kafka.cimpl import NewTopic

from shared.contracts.errors import UserMistake
from shared.contracts.topics import DAY, INBOUND, LEDGER, Topic

PARTITIONS = 4
ANSWER_WITHIN = 10.0

_silent = logging.getLogger("relais.admin.client")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


@dataclass(frozen=True, slots=True)
class Made:
    """What `create` did: names of topics."""

    created: tuple[str, ...]
    existed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Where a broker differs from the map. `unequal` has the partition counts of all co-partitioned
    topics when they are not the same; `settings` is `None` when the broker does not tell them."""

    missing: tuple[str, ...]
    unequal: Mapping[str, int]
    settings: tuple[str, ...] | None

    def lines(self) -> list[str]:
        """One sentence per difference."""
        found = [f"{name} is missing" for name in self.missing]
        if self.unequal:
            found.append(_must_be_equal(self.unequal))
        return found + list(self.settings or ())


def settings(topic: Topic) -> dict[str, str]:
    """The broker's settings for a topic of the map."""
    wanted = {
        "retention.ms": "-1" if topic.retention is None else str(topic.retention * 1000),
        "cleanup.policy": topic.cleanup,
        "max.message.bytes": str(topic.max_bytes),
    }
    if topic.cleanup == "delete":
        # Kafka deletes whole segments: without this, data may outlive its retention by another week.
        wanted["segment.ms"] = str(DAY * 1000)
    if topic in (INBOUND, LEDGER):
        # Times are the broker's, whatever the clocks of those who write: a channel whose clock is wrong would
        # have its messages deleted before anybody has read them.
        wanted["message.timestamp.type"] = "LogAppendTime"
    return wanted


class Admin:
    """The topics of one house on one Kafka. Raises `UserMistake` when it does not answer."""

    def __init__(self, servers: str, namespace: str, topics: Sequence[Topic]) -> None:
        self._servers = servers
        self._topics = {topic.name(namespace): topic for topic in topics}
        self._client = AdminClient({"bootstrap.servers": servers}, logger=_silent)

    def partitions(self) -> dict[str, int]:
        """Number of partitions of those topics of the map that are there."""
        try:
            # Of all topics: to ask for one by name would create it on a broker that allows that.
            found = self._client.list_topics(timeout=ANSWER_WITHIN).topics
        except KafkaException as error:
            raise self._unreachable() from error
        return {name: len(found[name].partitions) for name in self._topics if name in found}

    def create(self, partitions: int | None = None, replication: int = 1) -> Made:
        """Make the topics that are missing. `partitions` of `None` stands for as many as those that are
        there have, else 4. Raises `UserMistake` when the co-partitioned ones would be unequal."""
        there = self.partitions()
        wanted = self._partitions_for_all(there, partitions)
        missing = [name for name in self._topics if name not in there]
        new = [NewTopic(name, wanted, replication, config=settings(self._topics[name])) for name in missing]
        for name, made in self._client.create_topics(new).items() if new else ():
            try:
                made.result()
            except KafkaException as error:
                self._create_otherwise(name, error.args[0])
        self._wait_for(missing, wanted)
        return Made(tuple(missing), tuple(there))

    def differences(self, ask_settings: bool = True) -> Differences:
        """Compare the broker with the map."""
        there = self.partitions()
        home = {name: count for name, count in there.items() if self._topics[name].partitioned == "home"}
        return Differences(
            missing=tuple(name for name in self._topics if name not in there),
            unequal=home if len(set(home.values())) > 1 else {},
            settings=self._settings_that_differ(there) if ask_settings else None,
        )

    def _partitions_for_all(self, there: Mapping[str, int], wanted: int | None) -> int:
        home = {name: count for name, count in there.items() if self._topics[name].partitioned == "home"}
        if len(set(home.values())) > 1:
            raise UserMistake(_must_be_equal(home))
        found = next(iter(home.values()), None)
        if found and wanted and found != wanted:
            raise UserMistake(
                f"{', '.join(home)} have {found} partitions already, not {wanted}: all co-partitioned topics "
                "must have the same number, and it cannot be changed once there are messages"
            )
        return wanted or found or PARTITIONS

    def _create_otherwise(self, name: str, why: KafkaError) -> None:
        """The embedded Kafka cannot be asked to create a topic; it makes one when it is named."""
        match why.code():
            case KafkaError._UNSUPPORTED_FEATURE:
                self._client.list_topics(name, timeout=ANSWER_WITHIN)
            case KafkaError.TOPIC_ALREADY_EXISTS:  # somebody else makes them too
                pass
            case KafkaError._TIMED_OUT | KafkaError._TRANSPORT:
                raise self._unreachable()
            case _:
                raise UserMistake(f"Kafka refuses to create {name}: {why.str()}")

    def _wait_for(self, names: Sequence[str], partitions: int) -> None:
        """A broker may answer before it shows what it made."""
        deadline = time.monotonic() + ANSWER_WITHIN
        while not set(names) <= (there := self.partitions()).keys():
            if time.monotonic() > deadline:
                raise UserMistake(f"Kafka at {self._servers} has not made the topics in {ANSWER_WITHIN:g} s")
            time.sleep(0.05)
        others = sorted({there[name] for name in names} - {partitions})
        if others:
            raise UserMistake(f"this Kafka makes topics with {others[0]} partitions, not {partitions}")

    def _settings_that_differ(self, names: Iterable[str]) -> tuple[str, ...] | None:
        asked = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in names]
        try:
            told = (
                {r.name: f.result() for r, f in self._client.describe_configs(asked).items()} if asked else {}
            )
        except KafkaException as error:
            if error.args[0].code() == KafkaError._UNSUPPORTED_FEATURE:
                return None
            raise self._unreachable() from error
        return tuple(
            f"{name}: {setting} is {told[name][setting].value}, not {value}"
            for name in names
            for setting, value in settings(self._topics[name]).items()
            if told[name][setting].value != value
        )

    def _unreachable(self) -> UserMistake:
        return UserMistake(f"Kafka does not answer at {self._servers}: is it running there?")


def _must_be_equal(counts: Mapping[str, int]) -> str:
    listed = ", ".join(f"{name}: {count}" for name, count in sorted(counts.items()))
    return f"these topics must have the same number of partitions: {listed}"

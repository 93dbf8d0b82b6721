"""Where a message lies, and where its conversation is at home."""

from typing import NamedTuple

from aiokafka.partitioner import murmur2


class Ref(NamedTuple):
    """A message's identity: its place in `relais.inbound`. Written `"<partition>:<offset>"`."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}:{self.offset}"


def parse_ref(text: str) -> Ref:
    """Read `"<partition>:<offset>"`; raises `ValueError` for anything else."""
    partition, _, offset = text.partition(":")
    if not (partition.isascii() and partition.isdigit() and offset.isascii() and offset.isdigit()):
        raise ValueError("a ref looks like 3:128 (partition, colon, offset)")
    return Ref(int(partition), int(offset))


def home(conversation_id: str, partitions: int) -> int:
    """The partition that owns a conversation, whatever partitioner the channel's client uses.

    The formula is the one of Kafka's own default partitioner for keyed records, so that messages
    of Java, aiokafka and kafkajs clients arrive at home: murmur2 of the key, made positive,
    modulo the number of partitions (Apache Kafka, `BuiltInPartitioner.partitionForKey`).
    """
    hashed: int = murmur2(conversation_id.encode("utf-8", "replace")) & 0x7FFFFFFF
    return hashed % partitions

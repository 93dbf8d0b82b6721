"""Questions to a broker: does it serve clients, and of which Kafka is it."""

from __future__ import annotations

import logging
import socket
import struct

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

# metadata.version level → the first release that has it (`kafka-storage version-mapping`).
RELEASES = {30: "4.3", 29: "4.2", 27: "4.1", 25: "4.0", 21: "3.9", 20: "3.8", 19: "3.7"}

_silent = logging.getLogger("relais.tests.kafka_probe")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


def serves(address: str) -> bool:
    """Whether the broker is up and unfenced: it shows itself among the brokers a client may use."""
    client = AdminClient({"bootstrap.servers": address, "socket.timeout.ms": 1000}, logger=_silent)
    try:
        return bool(client.list_topics(timeout=1).brokers)
    except KafkaException:
        return False


def release(address: str) -> str:
    """The release whose features the cluster has finalized, as "4.3"; `OSError` when nobody answers.

    Brokers do not tell their version; their answer to ApiVersions (version 3) comes closest.
    """
    host, port = address.split(",", maxsplit=1)[0].rsplit(":", 1)
    question = struct.pack(">hhih", 18, 3, 1, -1) + b"\0" + b"\x07relais" + b"\x021" + b"\0"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(struct.pack(">i", len(question)) + question)
        stream = connection.makefile("rb")
        size = stream.read(4)
        if len(size) < 4:
            raise ConnectionError("it closed the connection")
        try:
            level = _metadata_level(stream.read(struct.unpack(">i", size)[0]))
        except (IndexError, struct.error) as error:
            raise ConnectionError("it does not speak Kafka's protocol") from error
    known = next((name for at, name in RELEASES.items() if level >= at), None)
    return f"{known} (metadata.version {level})" if known else "unknown"


def _metadata_level(answer: bytes) -> int:
    """The finalized level of `metadata.version` in an ApiVersionsResponse, 0 when it is not told."""
    at = 4 + 2  # correlation id, error code
    count, at = _varint(answer, at)
    at += (count - 1) * 7 + 4  # per API: key, lowest, highest, no tags; then the throttle time
    tags, at = _varint(answer, at)
    for _ in range(tags):
        tag, at = _varint(answer, at)
        size, at = _varint(answer, at)
        if tag == 2:
            return _finalized(answer[at : at + size]).get("metadata.version", 0)
        at += size
    return 0


def _finalized(features: bytes) -> dict[str, int]:
    levels = {}
    count, at = _varint(features, 0)
    for _ in range(count - 1):
        length, at = _varint(features, at)
        name, at = features[at : at + length - 1].decode(), at + length - 1
        levels[name] = struct.unpack_from(">h", features, at)[0]
        at += 5  # highest, lowest, no tags
    return levels


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at

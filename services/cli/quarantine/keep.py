"""Quarantined records, their bytes in the inbound log, and publishing those again."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.cli.follow import House, opened
from shared.contracts.errors import TransientFailure
from shared.contracts.outward import QuarantineRecord
from shared.contracts.placement import Ref, parse_ref
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, QUARANTINE
from shared.ledger.moving import MOVED_FROM

_DECODER = msgspec.json.Decoder(QuarantineRecord)


@dataclass(frozen=True, slots=True)
class Held:
    """A quarantined record; `at` is when that was written, in milliseconds. `source` is the inbound
    record, once it was looked for and found."""

    record: QuarantineRecord
    at: int
    source: Record | None = None

    @property
    def ref(self) -> Ref:
        """Where its bytes lie."""
        return parse_ref(self.record.ref)

    @property
    def value(self) -> bytes | None:
        """The bytes it came with."""
        return self.source.value if self.source else None

    @property
    def key(self) -> bytes | None:
        """The key it came with."""
        return self.source.key if self.source else None

    @property
    def intact(self) -> bool:
        """Whether the bytes are there and the ones that were quarantined."""
        return self.source is not None and sha256(self.value or b"").hexdigest() == self.record.sha256

    @property
    def state(self) -> str:
        """How it stands with the bytes, for a person."""
        if self.source is None:
            return "deleted: the inbound topic's retention is over for them"
        if not self.intact:
            return "other bytes than those that were quarantined: the sha-256 differs"
        return "no value" if self.source.value is None else "as they came: the sha-256 is the same"

    def as_json(self, with_bytes: bool = False) -> dict[str, Any]:
        """For a program; the bytes as `base64`, `null` where there are none."""
        told = {**asdict(self.record), "at": self.at}
        if with_bytes:
            told |= {"intact": self.intact, "deleted": self.source is None}
            told |= {"value": _coded(self.value), "key": _coded(self.key)}
        return told


def _coded(content: bytes | None) -> str | None:
    return None if content is None else b64encode(content).decode()


async def held(house: House) -> list[Held]:
    """Everything in quarantine. One ref may have been written twice; the first counts."""
    found: dict[str, Held] = {}
    for _, partition in house.places([QUARANTINE]):
        async with opened(house) as reader:
            first, end = await reader.bounds(QUARANTINE, partition)
            async for records in reader.read(QUARANTINE, partition, first, end):
                for record in records:
                    row = _row(record)
                    if row is not None:
                        found.setdefault(row.ref, Held(row, record.timestamp))
    return list(found.values())


def _row(record: Record) -> QuarantineRecord | None:
    """What a record says; `None` when somebody wrote something else there."""
    try:
        row = _DECODER.decode(record.value or b"")
        parse_ref(row.ref)
    except (msgspec.DecodeError, ValueError):
        return None
    return row


async def with_bytes(house: House, found: Held) -> Held:
    """The same with its inbound record, if that is still there."""
    partition, offset = found.ref
    async with opened(house) as reader:
        first, end = await reader.bounds(INBOUND, partition)
        if first <= offset < end:
            async for records in reader.read(INBOUND, partition, offset, offset + 1):
                return replace(found, source=records[0])
    return found


async def publish_again(house: House, found: Sequence[Held]) -> list[Ref]:
    """Write the records again as they were; returns where they lie now. Raises `TransientFailure`."""
    producer = AIOKafkaProducer(
        bootstrap_servers=house.kafka,
        acks="all",
        enable_idempotence=True,
        max_request_size=INBOUND.max_bytes,
    )
    try:
        await producer.start()
        return [await _publish(producer, house, one) for one in found]
    except KafkaError as error:
        raise TransientFailure(
            f"Kafka did not take everything: {type(error).__name__}; look before trying again"
        ) from error
    finally:
        await producer.stop()


async def _publish(producer: AIOKafkaProducer, house: House, one: Held) -> Ref:
    assert one.source is not None, "only what is there can be published"
    headers = [(n, value) for n, value in one.source.headers if value is not None and n != MOVED_FROM]
    sent = await producer.send_and_wait(
        INBOUND.name(house.namespace), one.source.value, key=one.source.key, headers=headers
    )
    return Ref(sent.partition, sent.offset)


def dump(content: bytes) -> str:
    """Bytes for a terminal: what is printable ASCII as it is, everything else escaped."""
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else _escaped(byte) for byte in content)


def _escaped(byte: int) -> str:
    return {9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\"}.get(byte, f"\\x{byte:02x}")

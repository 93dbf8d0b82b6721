"""What becomes of an inbound record before anybody thinks about its text."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import orjson

from shared.contracts.errors import InvalidMessage
from shared.contracts.inbound import Message, read_inbound
from shared.contracts.ledger import Quarantined, encode
from shared.contracts.outward import QuarantineRecord
from shared.contracts.placement import home
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER, QUARANTINE
from shared.ledger.moving import moved_from
from shared.runtime.sender import Out


class Arrival(NamedTuple):
    """A message that somebody can read, and the partition it belongs to."""

    message: Message
    home: int


def arrival(record: Record, partitions: int) -> Arrival:
    """Read an inbound record; raises `InvalidMessage` when it can be shown to nobody."""
    origin = moved_from(record.headers)
    ref = origin or f"{record.partition}:{record.offset}"
    message = read_inbound(record.value, record.key, record.headers, ref)
    nameless = message.conversation_id == f"ref:{ref}"
    at_home = record.partition if nameless else home(message.conversation_id, partitions)
    return Arrival(message, at_home)


def quarantine(record: Record, error: InvalidMessage) -> Sequence[Out]:
    """The entry in the book and the record for operations; neither holds any of the text."""
    ref = f"{record.partition}:{record.offset}"
    value = record.value or b""
    digest = sha256(value).hexdigest()
    entry = Quarantined(ref, error.reason, digest, len(value), error.detail)  # type: ignore[arg-type]
    public = QuarantineRecord(ref, entry.reason, digest, len(value), error.detail)
    return (
        Out(LEDGER, record.partition, None, encode(entry)),
        Out(QUARANTINE, record.partition, ref.encode(), orjson.dumps(public)),
    )

"""Finding a message in the inbound log: by its place, or by the channel's own id."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec

from services.cli.follow import House, opened
from shared.contracts.errors import InvalidMessage, UserMistake
from shared.contracts.inbound import MAX_ID, Message
from shared.contracts.placement import Ref
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND
from shared.ledger.intake import arrival
from shared.ledger.moving import moved_from

Tick = Callable[[str, int, int], None]
"""What is being read, how far it got, and how far there is to go."""


class Found(NamedTuple):
    """A record of the inbound log. `message` is `None` when nobody can read it, `invalid` says why."""

    record: Record
    message: Message | None
    invalid: str | None = None
    at_home: bool = True

    @property
    def ref(self) -> Ref:
        """Where it lies."""
        return Ref(self.record.partition, self.record.offset)

    @property
    def came_from(self) -> str | None:
        """The ref of the record this one was copied from, to bring it home."""
        return moved_from(self.record.headers)


class _Identified(msgspec.Struct):
    id: Any = None


_ID = msgspec.json.Decoder(_Identified)


async def at(house: House, ref: Ref) -> Found | None:
    """The record at a ref; `None` when it is deleted. Raises `UserMistake` when there never was one."""
    if ref.partition >= house.partitions:
        raise UserMistake(
            f"there is no partition {ref.partition}: they are numbered 0 to {house.partitions - 1}"
        )
    async with opened(house) as reader:
        first, end = await reader.bounds(INBOUND, ref.partition)
        if ref.offset >= end:
            raise UserMistake(f"nothing lies at {ref}: partition {ref.partition} ends before {end}")
        if ref.offset >= first:
            async for records in reader.read(INBOUND, ref.partition, ref.offset, ref.offset + 1):
                return read(records[0], house.partitions)
    return None


def read(record: Record, partitions: int) -> Found:
    """What a record says."""
    try:
        message, home = arrival(record, partitions)
    except InvalidMessage as error:
        return Found(record, None, error.reason)
    return Found(record, message, at_home=home == record.partition)


async def search(
    house: House, partitions: Iterable[int], wanted: Callable[[Record], bool], tick: Tick
) -> list[Record]:
    """Every wanted record of these partitions of the inbound log."""
    found: list[Record] = []
    for partition in partitions:
        async with opened(house) as reader:
            first, end = await reader.bounds(INBOUND, partition)
            async for records in reader.read(INBOUND, partition, first, end):
                found += [record for record in records if wanted(record)]
                tick(f"inbound {partition}", records[-1].offset + 1 - first, end - first)
    return found


async def by_id(house: House, message_id: str, tick: Tick) -> list[Found]:
    """The messages with the channel's id `message_id`, oldest first, copies included."""
    records = await search(house, range(house.partitions), lambda r: _may_be(r, message_id), tick)
    found = [read(record, house.partitions) for record in records]
    hits = [f for f in found if f.message is not None and f.message.id == message_id]
    return sorted(hits, key=lambda f: (f.record.timestamp, f.ref))


def _may_be(record: Record, message_id: str) -> bool:
    """Whether a closer look is worth it: ids that had to be repaired are not what the record says."""
    try:
        told = _ID.decode(record.value or b"").id
    except (msgspec.DecodeError, RecursionError):
        return record.value is not None
    return not isinstance(told, str) or told == message_id or len(told) > MAX_ID


async def copies(house: House, ref: Ref, to: int, tick: Tick) -> list[Ref]:
    """Where the message that was moved away from `ref` lies now, on partition `to`."""
    found = await search(house, [to], lambda record: moved_from(record.headers) == str(ref), tick)
    return [Ref(record.partition, record.offset) for record in found]

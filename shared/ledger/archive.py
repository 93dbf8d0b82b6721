"""What was said in a conversation: recent entries from memory, older ones from the ledger itself.

The book keeps only the places of what was said, so that its state and its snapshots hold no text.
"""

from collections import OrderedDict
from collections.abc import Iterable

from shared.contracts.ledger import Answered, Entry, HandedOver, Replied, Routed, Transferred, decode
from shared.contracts.outward import Turn
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER
from shared.runtime.log_reader import LogReader

KEPT_BYTES = 16 * 1_048_576
SAID = Routed | Answered | HandedOver | Replied | Transferred
"""Entries that hold text: what was said to the customer and by them, and notes for the next person."""
MAX_TURN = 2_000
NEAR = 5_000


class Lately:
    """What was said last in the partitions a service looks after, as it lies in the book: `most` bytes of
    it, however many partitions there are."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._values: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self.size = 0
        """In bytes."""

    def get(self, partition: int, offset: int) -> bytes | None:
        """What lies there, as long as it is kept."""
        return self._values.get((partition, offset))

    def forget(self, partition: int) -> None:
        """What lies there may be something else from now on."""
        for place in [place for place in self._values if place[0] == partition]:
            self.size -= len(self._values.pop(place))

    def keep(self, partition: int, offset: int, value: bytes) -> None:
        """Keep one more, instead of the oldest."""
        if (partition, offset) in self._values:
            return
        self._values[partition, offset] = value
        self.size += len(value)
        while self.size > self._most and len(self._values) > 1:
            self.size -= len(self._values.popitem(last=False)[1])


class Archive:
    """Entries of one ledger partition by their offset; what was said `lately` is at hand."""

    def __init__(self, partition: int, servers: str, namespace: str, lately: Lately) -> None:
        self._partition = partition
        self._servers = servers
        self._namespace = namespace
        self._lately = lately
        lately.forget(partition)
        self._first = 0
        """What lies before this has been deleted."""

    def remember(self, record: Record, entry: Entry) -> None:
        """Keep an entry that has just gone by, if something was said in it."""
        if isinstance(entry, SAID):
            self._lately.keep(self._partition, record.offset, record.value or b"")

    async def entries(self, offsets: Iterable[int]) -> dict[int, Entry]:
        """The entries at these ledger offsets; those that retention has deleted are left out."""
        return {offset: decode(value) for offset, value in (await self.bring(offsets)).items()}

    async def bring(self, offsets: Iterable[int]) -> dict[int, bytes]:
        """As `entries`, not decoded. What was not at hand is, unless it is more than can be kept."""
        wanted = list(offsets)
        at_hand = ((offset, self._lately.get(self._partition, offset)) for offset in wanted)
        found = {offset: value for offset, value in at_hand if value is not None}
        missing = {offset for offset in wanted if offset not in found and offset >= self._first}
        if missing:
            found |= await self._fetch(missing)
        return {offset: found[offset] for offset in wanted if offset in found}

    async def _fetch(self, wanted: set[int]) -> dict[int, bytes]:
        """Read what is missing in as few stretches as possible: to turn to a place costs more than to read
        past what nobody asked for."""
        found: dict[int, bytes] = {}
        async with LogReader(self._servers, self._namespace) as reader:
            self._first, _ = await reader.bounds(LEDGER, self._partition)
            for start, end in stretches(wanted):
                async for records in reader.read(LEDGER, self._partition, start, end):
                    for record in records:
                        if record.offset in wanted and record.value is not None:
                            self.remember(record, decode(record.value))
                            found[record.offset] = record.value
        return found


def stretches(offsets: Iterable[int]) -> list[tuple[int, int]]:
    """`[start, end)` ranges that cover the offsets; those closer than `NEAR` share one."""
    found: list[tuple[int, int]] = []
    for offset in sorted(offsets):
        if found and offset - found[-1][1] < NEAR:
            found[-1] = (found[-1][0], offset + 1)
        else:
            found.append((offset, offset + 1))
    return found


def turns(entry: Entry, skip: frozenset[str] = frozenset()) -> list[Turn]:
    """What an entry adds to the conversation, without the messages whose refs are in `skip`."""
    match entry:
        case Routed() if entry.ref not in skip:
            return [Turn("customer", entry.message.text[:MAX_TURN], entry.message.id)]
        case HandedOver():
            return [
                Turn("customer", message.text[:MAX_TURN], message.id)
                for ref, message in entry.messages
                if ref not in skip
            ]
        case Answered():
            return [Turn("bot", entry.text[:MAX_TURN], entry.ref, entry.language)]
        case Replied():
            return [Turn("agent", entry.text[:MAX_TURN], entry.command)]
        case _:
            return []

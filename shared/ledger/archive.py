"""What was said in a conversation: recent entries from memory, older ones from the ledger itself.

The book keeps only the places of what was said, so that its state and its snapshots hold no text.
"""

from collections import OrderedDict
from collections.abc import Iterable

from shared.contracts.ledger import Answered, Entry, HandedOver, Replied, Routed, decode
from shared.contracts.outward import Turn
from shared.contracts.topics import LEDGER
from shared.runtime.log_reader import LogReader

REMEMBERED = 20_000
MAX_TURN = 2_000
NEAR = 5_000


class Archive:
    """Entries of one ledger partition by their offset."""

    def __init__(self, partition: int, servers: str, namespace: str) -> None:
        self._partition = partition
        self._servers = servers
        self._namespace = namespace
        self._recent: OrderedDict[int, Entry] = OrderedDict()

    def remember(self, offset: int, entry: Entry) -> None:
        """Keep an entry that has just gone by, if something was said in it."""
        if not isinstance(entry, Routed | Answered | HandedOver | Replied):
            return
        self._recent[offset] = entry
        if len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def entries(self, offsets: Iterable[int]) -> dict[int, Entry]:
        """The entries at these ledger offsets; those that retention has deleted are left out."""
        wanted = list(offsets)
        missing = [offset for offset in wanted if offset not in self._recent]
        if missing:
            await self._fetch(missing)
        return {offset: self._recent[offset] for offset in wanted if offset in self._recent}

    async def _fetch(self, offsets: Iterable[int]) -> None:
        """Read what is missing in as few stretches as possible: to turn to a place costs more than to read
        past what nobody asked for."""
        wanted = set(offsets)
        async with LogReader(self._servers, self._namespace) as reader:
            for start, end in stretches(wanted):
                async for records in reader.read(LEDGER, self._partition, start, end):
                    for record in records:
                        if record.offset in wanted and record.value is not None:
                            self.remember(record.offset, decode(record.value))


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

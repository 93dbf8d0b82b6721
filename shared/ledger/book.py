"""The state of one partition of the ledger, kept up to date by `fold`."""

from collections import Counter

from msgspec.structs import replace

from shared.contracts.ledger import CanaryPassed, Entry, Gap, Moved, MoveDone, Quarantined, Routed, kind
from shared.ledger.fold import fold
from shared.ledger.frontier import Frontier
from shared.ledger.state import Conversation, Place, Verdict

FORGET_AFTER = 200_000
"""An idle conversation is forgotten when this many entries of its partition have passed it by."""
FORGET_PEOPLE_MS = 30 * 86_400_000
"""So is one that people had, when its work was closed this long ago by the records' own times."""
SWEEP_EVERY = 50_000
KEPT_WAITS = 100
NEW = Conversation()


class Book:
    """The folded state of one ledger partition. `offset` is the next ledger offset to apply."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self._prefix = f"{partition}:"
        self.offset = 0
        self.at = 0
        """The record time of the last entry, in milliseconds."""
        self.frontier = Frontier()
        self.conversations: dict[str, Conversation] = {}
        self.open: dict[int, str] = {}
        """Inbound offsets routed to the bot and unsettled, with their conversation."""
        self.moving: dict[int, int] = {}
        """Inbound offsets whose move is not done yet, with the partition they move to."""
        self.counts: Counter[str] = Counter()
        """Outcomes by kind, `gap` offsets, and `inert:<kind>` entries, since the book began."""

        self.waits: dict[str, tuple[tuple[int, int], ...]] = {}
        """By pool, of the last works that a person took: since when each had waited there, and until when, in
        milliseconds. Works taken again are not among them, nor those of a conversation taken over."""

    def conversation(self, conversation_id: str) -> Conversation:
        """The conversation's state; a new one when it is unknown or forgotten."""
        found = self.conversations.get(conversation_id)
        return NEW if found is None or self._forgotten(found) else found

    def unsettled(self, offset: int) -> bool:
        """Whether the message at this inbound offset still has no outcome."""
        return not self.frontier.settled(offset)

    def unrouted(self, offset: int) -> bool:
        """Whether nobody has decided anything about the message yet."""
        return offset not in self.open and not self.frontier.settled(offset)

    def here(self, ref: str) -> int:
        """The inbound offset of a ref; raises `ValueError` for a ref of another partition."""
        offset = ref.removeprefix(self._prefix)
        if len(offset) == len(ref) or not (offset.isascii() and offset.isdigit()):
            raise ValueError("a ref of another partition")
        return int(offset)

    def taken(self, ref: str) -> str | None:
        """Why nothing can be decided about a ref any more; `None` when it is unsettled and unrouted."""
        offset = self.here(ref)
        if self.frontier.settled(offset):
            return "settled"
        return "routed" if offset in self.open else None

    def routed_by(self, entry: Entry) -> int | None:
        """The inbound offset that this valid entry has just routed to the bot, if it did."""
        if isinstance(entry, Routed):
            offset = self.here(entry.ref)
            return offset if offset in self.open else None
        return None

    @property
    def needed_from(self) -> int:
        """The earliest inbound offset that unfinished work still needs."""
        return min((self.frontier.at, *self.moving))

    def apply(self, entry: Entry, offset: int, at: int) -> Verdict:
        """Fold the entry that lies at ledger `offset` with record time `at` (milliseconds)."""
        self.offset = offset + 1
        self.at = at
        place = Place(offset, at)
        verdict = fold(self, entry, place)
        if verdict.inert is not None:
            self.counts[f"inert:{kind(entry)}"] += 1
        else:
            self._keep(entry, verdict, place)
        if offset % SWEEP_EVERY == 0:
            self._forget()
        return verdict

    def pass_over(self, offset: int) -> None:
        """The record at ledger `offset` is no entry: it is counted, and changes nothing else."""
        self.offset = offset + 1
        self.counts["inert:unreadable"] += 1

    def _keep(self, entry: Entry, verdict: Verdict, place: Place) -> None:
        for settled in verdict.settled:
            self.frontier.settle(settled.offset)
            self.open.pop(settled.offset, None)
            self.counts[settled.outcome] += 1
        if verdict.waited is not None and verdict.work is not None:
            pool = verdict.work.pool
            self.waits[pool] = (*self.waits.get(pool, ()), verdict.waited)[-KEPT_WAITS:]
        match entry:
            case Moved():
                self.moving[self.here(entry.ref)] = entry.to
            case MoveDone():
                del self.moving[self.here(entry.ref)]
            case Gap():
                self.counts["gap"] += self.frontier.missing(entry.first, entry.last)
                self.frontier.skip(entry.first, entry.last)
            case Quarantined() | CanaryPassed():
                pass
            case _ if verdict.conversation is not None:
                kept = replace(verdict.conversation, touched=place.offset)
                self.conversations[entry.conversation] = kept
                if isinstance(entry, Routed) and not verdict.settled:
                    self.open[self.here(entry.ref)] = entry.conversation

    def _forgotten(self, c: Conversation) -> bool:
        if c.open or c.work is not None:
            return False
        if c.owner == "people":
            return c.closed_at is not None and self.at - c.closed_at > FORGET_PEOPLE_MS
        return self.offset - c.touched > FORGET_AFTER

    def _forget(self) -> None:
        for conversation_id in [key for key, c in self.conversations.items() if self._forgotten(c)]:
            del self.conversations[conversation_id]

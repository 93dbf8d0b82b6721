"""`fold`: the state of one partition, and the verdict on each next entry.

Every service reads the same entries in the same order and applies the same rules, so all of them
see the same outcomes without asking anybody. Nothing but the entries and their places goes in: no
clock, no lease, no other store.
"""

from collections import Counter

from msgspec.structs import replace

from shared.contracts.ledger import (
    Answered,
    Assigned,
    Closed,
    Entry,
    Gap,
    HandedOver,
    Moved,
    MoveDone,
    Quarantined,
    Released,
    Replied,
    Returned,
    Routed,
    TakenOver,
    kind,
)
from shared.contracts.placement import parse_ref
from shared.ledger import rules
from shared.ledger.frontier import Frontier
from shared.ledger.rules import Place, inert
from shared.ledger.state import Conversation, Settled, Verdict

FORGET_AFTER = 200_000
"""An idle conversation is forgotten when this many entries of its partition have passed it by."""
SWEEP_EVERY = 50_000
NEW = Conversation()


class Book:
    """The folded state of one ledger partition. `offset` is the next ledger offset to apply."""

    def __init__(self, partition: int) -> None:
        self.partition = partition
        self.offset = 0
        self.frontier = Frontier()
        self.conversations: dict[str, Conversation] = {}
        self.open: dict[int, str] = {}
        """Inbound offsets routed to the bot and unsettled, with their conversation."""
        self.moving: dict[int, int] = {}
        """Inbound offsets whose move is not done yet, with the partition they move to."""
        self.counts: Counter[str] = Counter()
        """Outcomes by kind, `gap` offsets, and `inert:<kind>` entries, since the book began."""

    def conversation(self, conversation_id: str) -> Conversation:
        """The conversation's state; a new one when it is unknown or forgotten."""
        found = self.conversations.get(conversation_id)
        if found is None or (found.idle and self.offset - found.touched > FORGET_AFTER):
            return NEW
        return found

    def unsettled(self, offset: int) -> bool:
        """Whether the message at this inbound offset still has no outcome."""
        return not self.frontier.settled(offset)

    def unrouted(self, offset: int) -> bool:
        """Whether nobody has decided anything about the message yet."""
        return offset not in self.open and not self.frontier.settled(offset)

    def routed_by(self, entry: Entry) -> int | None:
        """The inbound offset that this valid entry has just routed to the bot, if it did."""
        if isinstance(entry, Routed):
            offset = self._here(entry.ref)
            return offset if offset in self.open else None
        return None

    @property
    def needed_from(self) -> int:
        """The earliest inbound offset that unfinished work still needs."""
        return min((self.frontier.at, *self.moving))

    def apply(self, entry: Entry, offset: int, at: int) -> Verdict:
        """Fold the entry that lies at ledger `offset` with record time `at` (milliseconds)."""
        self.offset = offset + 1
        place = Place(offset, at)
        verdict = self._judge(entry, place)
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

    def _judge(self, entry: Entry, place: Place) -> Verdict:
        try:
            match entry:
                case Routed() | Quarantined() | Moved():
                    return self._first(entry, place)
                case Answered():
                    c = self.conversation(entry.conversation)
                    return rules.answered(c, entry, self._here(entry.ref), place)
                case HandedOver():
                    return self._handed_over(entry, place)
                case MoveDone():
                    pending = self._here(entry.ref) in self.moving
                    return Verdict() if pending else inert("not_moving")
                case Gap():
                    return self._gap(entry)
                case _:
                    return self._of_people(entry, place)
        except ValueError:
            return inert("foreign_ref")

    def _first(self, entry: Routed | Quarantined | Moved, place: Place) -> Verdict:
        offset = self._here(entry.ref)
        if self.frontier.settled(offset):
            return inert("settled")
        if offset in self.open:
            return inert("routed")
        match entry:
            case Routed():
                return rules.routed(self.conversation(entry.conversation), entry, offset, place)
            case Quarantined():
                return Verdict(settled=(Settled(offset, "quarantined"),))
            case Moved():
                return Verdict(settled=(Settled(offset, "moved"),))

    def _handed_over(self, entry: HandedOver, place: Place) -> Verdict:
        listed = {self._here(ref) for ref in entry.refs}
        mine = {
            offset
            for offset in listed
            if self.unsettled(offset) and self.open.get(offset, entry.conversation) == entry.conversation
        }
        return rules.handed_over(self.conversation(entry.conversation), entry, mine, place)

    def _gap(self, entry: Gap) -> Verdict:
        taken = any(entry.first <= offset <= entry.last for offset in self.open)
        if taken or entry.last < entry.first:
            return inert("not_a_gap")
        return Verdict() if self.frontier.missing(entry.first, entry.last) else inert("settled")

    def _of_people(
        self, entry: TakenOver | Returned | Assigned | Released | Replied | Closed, place: Place
    ) -> Verdict:
        c = self.conversation(entry.conversation)
        if not isinstance(entry, TakenOver | Returned):
            self._here(entry.work)
        match entry:
            case TakenOver():
                return rules.taken_over(c, entry, place)
            case Returned():
                return rules.returned(c, entry)
            case Assigned():
                return rules.assigned(c, entry, place)
            case Released():
                return rules.released(c, entry)
            case Replied():
                return rules.replied(c, entry, place)
            case Closed():
                return rules.closed(c, entry, place)

    def _keep(self, entry: Entry, verdict: Verdict, place: Place) -> None:
        for settled in verdict.settled:
            self.frontier.settle(settled.offset)
            self.open.pop(settled.offset, None)
            self.counts[settled.outcome] += 1
        match entry:
            case Moved():
                self.moving[self._here(entry.ref)] = entry.to
            case MoveDone():
                del self.moving[self._here(entry.ref)]
            case Gap():
                self.counts["gap"] += self.frontier.missing(entry.first, entry.last)
                self.frontier.skip(entry.first, entry.last)
            case Quarantined():
                pass
            case _ if verdict.conversation is not None:
                kept = replace(verdict.conversation, touched=place.offset)
                self.conversations[entry.conversation] = kept
                if isinstance(entry, Routed) and not verdict.settled:
                    self.open[self._here(entry.ref)] = entry.conversation

    def _here(self, ref: str) -> int:
        partition, offset = parse_ref(ref)
        if partition != self.partition:
            raise ValueError("a ref of another partition")
        return offset

    def _forget(self) -> None:
        for conversation_id in [
            key for key, c in self.conversations.items() if c.idle and self.offset - c.touched > FORGET_AFTER
        ]:
            del self.conversations[conversation_id]

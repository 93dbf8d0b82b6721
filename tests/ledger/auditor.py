"""What must hold at every entry, kept in books of the auditor's own: it believes verdicts, never the
state that they were made from."""

from collections import Counter, defaultdict

from shared.contracts.ledger import (
    Answered,
    Closed,
    Entry,
    Gap,
    Moved,
    MoveDone,
    Returned,
    Routed,
    TakenOver,
    decode,
)
from shared.contracts.placement import parse_ref
from shared.ledger import state
from shared.ledger.book import Book
from shared.ledger.state import MOST_MOVES, REMEMBERED_IDS, Verdict
from tests.ledger.auditor_of_works import AuditorOfWorks
from tests.ledger.entries import HERE, at, fold
from tests.ledger.writers import World

POSSIBLE = {
    "message": {"answered", "people", "duplicate"},
    "junk": {"quarantined"},
    "stray": {"moved"},
    "canary": {"canary"},
    "hole": set[str](),
}


class Auditor:
    """Folds every entry once and checks what came of it."""

    def __init__(self, world: World, remembers: bool) -> None:
        """`remembers`: the book forgets nothing in so short a story."""
        self.world = world
        self.remembers = remembers
        self.external: defaultdict[str, set[str]] = defaultdict(set)
        self.book = Book(HERE)
        self.verdicts: list[Verdict] = []
        self.outcomes: dict[int, str] = {}
        self.work_of: dict[int, int] = {}
        self.open: dict[int, str] = {}
        self.gaps: set[int] = set()
        self.moving: set[int] = set()
        self.with_people: set[str] = set()
        self.passes: Counter[str] = Counter()
        self.moves: Counter[str] = Counter()
        self.idle_since: dict[str, int] = {}
        self.works = AuditorOfWorks()
        self.last: dict[str, int] = {}
        self.needed = 0

    def observe(self) -> None:
        """Fold what was appended since."""
        for offset in range(self.book.offset, len(self.world.log)):
            entry = decode(self.world.log[offset])
            verdict = fold(self.book, self.world.log, offset)
            self.verdicts.append(verdict)
            if verdict.inert is None:
                self._settle(verdict)
                self._pass_on(entry, verdict, at(offset))
                self._join(entry, verdict, at(offset))
                self.works.observe(entry, verdict, offset)
            self._compare()

    def _settle(self, verdict: Verdict) -> None:
        for settled in verdict.settled:
            offset = settled.offset
            assert offset not in self.outcomes, "one outcome for ever"
            assert settled.outcome in POSSIBLE[self.world.inbound[offset].kind]
            self.outcomes[offset] = settled.outcome
            self.open.pop(offset, None)
            if settled.of is not None:
                one, other = self.world.inbound[offset].message, self.world.inbound[settled.of].message
                assert one is not None and other is not None and one.id == other.id
                assert self.outcomes.get(settled.of) != "duplicate", "a duplicate of a real message"
            elif self.remembers:
                self._not_again(offset)
        self._in_order(verdict)

    def _not_again(self, offset: int) -> None:
        message = self.world.inbound[offset].message
        if message is not None:
            known = self.external[message.conversation_id]
            assert message.id not in known or len(known) > REMEMBERED_IDS, "recognised as a duplicate"
            known.add(message.id)

    def _in_order(self, verdict: Verdict) -> None:
        for settled in verdict.settled:
            message = self.world.inbound[settled.offset].message
            if message is not None and settled.outcome != "duplicate":
                name = message.conversation_id
                assert self.last.get(name, -1) < settled.offset, "outcomes in inbound order"
                self.last[name] = settled.offset

    def _pass_on(self, entry: Entry, verdict: Verdict, now: int) -> None:
        name = getattr(entry, "conversation", "")
        match entry:
            case Answered():
                assert name not in self.with_people, "nothing from the bot while people have it"
            case Returned():
                self._to_bot(name, entry.by == "router" and now - self.idle_since[name] > state.AFRESH_MS)
            case Closed():
                self._end(name, entry.to_bot, verdict.kept, now)
            case TakenOver():
                self.idle_since[name] = now
            case Routed() if not verdict.settled:
                self.open[parse_ref(entry.ref).offset] = name
            case Moved():
                self.moving.add(parse_ref(entry.ref).offset)
            case MoveDone():
                self.moving.remove(parse_ref(entry.ref).offset)
            case Gap():
                self.gaps |= set(range(entry.first, entry.last + 1)) - self.outcomes.keys()
        if verdict.passed:
            assert name not in self.with_people, "it passes to people once"
            self.with_people.add(name)
            self.passes[name] += 1
            self.moves[name] += 1

    def _end(self, name: str, to_bot: bool, kept: bool, now: int) -> None:
        self.idle_since[name] = now
        if to_bot and self.remembers:
            assert kept == (self.moves[name] >= MOST_MOVES), "kept only after too many moves"
        if to_bot and not kept:
            self._to_bot(name, afresh=False)

    def _to_bot(self, name: str, afresh: bool) -> None:
        assert name in self.with_people
        assert afresh or not self.remembers or self.moves[name] < MOST_MOVES, (
            "two moves, then people for good"
        )
        self.with_people.discard(name)
        self.passes[name] += 1
        self.moves[name] = 0 if afresh else self.moves[name] + 1

    def _join(self, entry: Entry, verdict: Verdict, now: int) -> None:
        people = [settled.offset for settled in verdict.settled if settled.outcome == "people"]
        assert [offset for offset, _ in verdict.joined] == people, "no human outcome outside a work"
        if not people:
            return
        name = getattr(entry, "conversation", "")
        assert name in self.with_people
        assert verdict.work is not None
        self.works.join(name, verdict.work, verdict.opened, now)
        for offset in people:
            assert offset not in self.work_of
            self.work_of[offset] = verdict.work.id

    def _compare(self) -> None:
        """The book agrees with the auditor, and what is needed only ever moves on."""
        book, places = self.book, range(len(self.world.inbound) + 1)
        unsettled = [offset for offset in places if offset not in self.outcomes and offset not in self.gaps]
        assert [offset for offset in places if book.unsettled(offset)] == unsettled
        assert self.needed <= book.needed_from <= min([*unsettled, *self.moving])
        self.needed = book.needed_from
        assert set(book.moving) == self.moving
        settled = {name: number for name, number in book.counts.items() if not name.startswith("inert:")}
        gaps = {"gap": len(self.gaps)} if self.gaps else {}
        assert settled == Counter(self.outcomes.values()) | Counter(gaps)
        known = book.conversations
        assert book.open == self.open == {o: name for name, c in known.items() for o, _ in c.open}
        assert {name for name, c in known.items() if c.owner == "people"} == self.with_people
        self.works.compare(book, self.remembers)
        assert all(not c.open for c in known.values() if c.owner == "people")
        if self.remembers:
            assert {name: c.epoch for name, c in known.items() if c.epoch} == self.passes
            assert {name: c.moves for name, c in known.items()} == {name: self.moves[name] for name in known}

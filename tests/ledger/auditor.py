"""What must hold at every entry, kept in books of the auditor's own: it believes verdicts, never the
state that they were made from."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from shared.contracts.ledger import (
    Answered,
    Assigned,
    Closed,
    Entry,
    Gap,
    Moved,
    MoveDone,
    Released,
    Replied,
    Returned,
    Routed,
    TakenOver,
    decode,
)
from shared.contracts.placement import parse_ref
from shared.ledger.book import Book
from shared.ledger.state import REMEMBERED_IDS, Verdict
from tests.ledger.entries import HERE, fold
from tests.ledger.writers import World

POSSIBLE = {
    "message": {"answered", "people", "duplicate"},
    "junk": {"quarantined"},
    "stray": {"moved"},
    "hole": set[str](),
}


@dataclass
class Held:
    """An open work as the auditor knows it."""

    id: int
    agent: str | None = None
    token: int | None = None
    attempt: int = 0


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
        self.works: dict[str, Held] = {}
        self.ended: set[int] = set()
        self.dead_tokens: set[int] = set()
        self.carried_out: set[tuple[int, str]] = set()
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
                self._pass_on(entry, verdict)
                self._join(entry, verdict)
                self._hold(entry, verdict, offset)
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

    def _pass_on(self, entry: Entry, verdict: Verdict) -> None:
        name = getattr(entry, "conversation", "")
        match entry:
            case Answered():
                assert name not in self.with_people, "nothing from the bot while people have it"
            case Returned() | Closed(to_bot=True):
                assert name in self.with_people
                self.with_people.discard(name)
                self.passes[name] += 1
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

    def _join(self, entry: Entry, verdict: Verdict) -> None:
        people = [settled.offset for settled in verdict.settled if settled.outcome == "people"]
        assert [offset for offset, _ in verdict.joined] == people, "no human outcome outside a work"
        if not people:
            return
        name = getattr(entry, "conversation", "")
        assert name in self.with_people
        assert verdict.work is not None
        if verdict.opened:
            assert name not in self.works and verdict.work.id not in self.ended, "one work at a time"
            self.works[name] = Held(verdict.work.id)
        assert self.works[name].id == verdict.work.id
        for offset in people:
            assert offset not in self.work_of
            self.work_of[offset] = verdict.work.id

    def _hold(self, entry: Entry, verdict: Verdict, offset: int) -> None:
        match entry:
            case TakenOver() if verdict.work is not None:
                self._take(self.works[entry.conversation], entry.agent, offset)
            case Assigned():
                work = self._named(entry)
                assert entry.attempt == work.attempt, "an offer of this very attempt"
                self._carry_out(work, entry.command)
                self._take(work, entry.agent, offset)
            case Released() | Replied() | Closed():
                work = self._named(entry)
                self._carry_out(work, entry.command)
                assert work.agent == entry.agent, "only its holder"
                assert entry.token in (None, work.token) and entry.token not in self.dead_tokens
                if not isinstance(entry, Replied):
                    assert work.token is not None
                    self.dead_tokens.add(work.token)
                    work.agent = work.token = None
                    work.attempt += 1
                if isinstance(entry, Closed):
                    self.ended.add(self.works.pop(entry.conversation).id)
            case Returned():
                assert entry.conversation not in self.works

    def _named(self, entry: Assigned | Released | Replied | Closed) -> Held:
        work = self.works[entry.conversation]
        assert parse_ref(entry.work) == (HERE, work.id), "the work that is open now"
        return work

    def _take(self, work: Held, agent: str, offset: int) -> None:
        assert work.agent is None, "never two holders"
        work.agent, work.token = agent, offset

    def _carry_out(self, work: Held, command: str) -> None:
        assert (work.id, command) not in self.carried_out, "a command is carried out once"
        self.carried_out.add((work.id, command))

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
        works = {name: c.work for name, c in known.items() if c.work}
        assert {n: Held(w.id, w.agent, w.token, w.attempt) for n, w in works.items()} == self.works
        assert all(not c.open for c in known.values() if c.owner == "people")
        if self.remembers:
            assert {name: c.epoch for name, c in known.items() if c.epoch} == self.passes

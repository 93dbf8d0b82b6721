"""The auditor's books of works: who holds them, how often they were passed on, whose turn it is."""

from dataclasses import dataclass

from shared.contracts.ledger import (
    Assigned,
    Closed,
    Entry,
    OnHold,
    Overflowed,
    Released,
    Replied,
    Returned,
    TakenOver,
    Transferred,
    WrappedUp,
)
from shared.contracts.placement import parse_ref
from shared.ledger.book import Book
from shared.ledger.state import MOST_TRANSFERS, Verdict, Work
from tests.ledger.entries import HERE, at

OfWork = Assigned | Released | Transferred | Overflowed | OnHold | Replied | Closed


@dataclass
class Held:
    """An open work as the auditor knows it."""

    id: int
    pool: str
    since: int
    agent: str | None = None
    token: int | None = None
    attempt: int = 0
    transfers: int = 0
    excluded: tuple[str, ...] = ()
    waits: bool = True
    """Whether the customer waits for an answer."""
    taken: bool = False


class AuditorOfWorks:
    """Checks every valid entry about works."""

    def __init__(self) -> None:
        self.open: dict[str, Held] = {}
        self.ended: set[int] = set()
        self.dead_tokens: set[int] = set()
        self.carried_out: set[tuple[int, str]] = set()
        self.to_wrap_up: dict[str, tuple[int, str]] = {}
        self.waits: dict[str, list[tuple[int, int]]] = {}

    def join(self, name: str, work: Work, opened: bool, now: int) -> None:
        """Messages have become part of this work."""
        if opened:
            assert name not in self.open and work.id not in self.ended, "one work at a time"
            self.open[name] = Held(work.id, work.pool, now)
        assert self.open[name].id == work.id
        self.open[name].waits = True

    def observe(self, entry: Entry, verdict: Verdict, offset: int) -> None:
        """A valid entry at this ledger offset."""
        match entry:
            case TakenOver() if verdict.work is not None:
                self._take(self.open[entry.conversation], entry.agent, offset)
            case Assigned():
                work = self._named(entry)
                assert entry.attempt == work.attempt, "an offer of this very attempt"
                self._carry_out(work, entry.command)
                if not work.taken:
                    self.waits.setdefault(work.pool, []).append((work.since, at(offset)))
                self._take(work, entry.agent, offset)
            case Overflowed():
                work = self._named(entry)
                assert work.agent is None and entry.attempt == work.attempt, "nobody has it"
                work.pool, work.since, work.attempt = entry.pool, at(offset), work.attempt + 1
            case Released() | Transferred() | OnHold() | Replied() | Closed():
                self._by_holder(entry, self._named(entry), at(offset))
            case WrappedUp():
                closed = self.to_wrap_up.pop(entry.conversation)
                assert closed == (parse_ref(entry.work).offset, entry.agent), "who closed it, and once"
            case Returned():
                assert entry.conversation not in self.open

    def compare(self, book: Book, remembers: bool) -> None:
        """The book agrees."""
        known = book.conversations.items()
        assert {name: _held(c.work) for name, c in known if c.work} == self.open
        assert {pool: list(waits) for pool, waits in book.waits.items()} == self.waits
        if remembers:
            wrapping = {n: (c.wrapping.work, c.wrapping.agent) for n, c in known if c.wrapping}
            assert wrapping == self.to_wrap_up

    def _by_holder(
        self, entry: Released | Transferred | OnHold | Replied | Closed, work: Held, now: int
    ) -> None:
        self._carry_out(work, entry.command)
        assert work.agent == entry.agent, "only its holder"
        assert entry.token in (None, work.token) and entry.token not in self.dead_tokens
        if isinstance(entry, Released | Transferred | Closed):
            assert work.token is not None
            self.dead_tokens.add(work.token)
            work.agent = work.token = None
            work.attempt += 1
        match entry:
            case Replied():
                work.waits = False
            case Transferred():
                work.pool, work.since, work.transfers = entry.pool, now, work.transfers + 1
                assert work.transfers <= MOST_TRANSFERS, "not passed on for ever"
                work.excluded = (*(a for a in work.excluded if a != entry.agent), entry.agent)
                work.excluded = tuple(sorted(work.excluded))
            case Closed():
                self.ended.add(self.open.pop(entry.conversation).id)
                self.to_wrap_up.pop(entry.conversation, None)
                if not entry.disposition:
                    self.to_wrap_up[entry.conversation] = (work.id, entry.agent)

    def _named(self, entry: OfWork) -> Held:
        work = self.open[entry.conversation]
        assert parse_ref(entry.work) == (HERE, work.id), "the work that is open now"
        return work

    def _take(self, work: Held, agent: str, offset: int) -> None:
        assert work.agent is None, "never two holders"
        work.agent, work.token, work.taken = agent, offset, True

    def _carry_out(self, work: Held, command: str) -> None:
        assert (work.id, command) not in self.carried_out, "a command is carried out once"
        self.carried_out.add((work.id, command))


def _held(work: Work) -> Held:
    """What the book says of a work, as the auditor puts it."""
    assert (work.turn == "customer") <= (work.waiting_since is None), "who waits has not just been answered"
    return Held(
        work.id,
        work.pool,
        work.since,
        work.agent,
        work.token,
        work.attempt,
        work.transfers,
        tuple(sorted(work.excluded)),
        work.waiting_since is not None,
        work.taken_at is not None,
    )

"""One partition of the queue in simulated time: the book, the projection and the matcher that dispatchers
run, on a queue in memory. Nothing here decides anything."""

from collections.abc import Iterable, Mapping, Sequence

from services.cli.queue.overtaking import Overtaking
from services.dispatcher.matcher import Matcher
from services.dispatcher.projection import Projection, sync
from shared.contracts.agents import Presence
from shared.contracts.ledger import Assigned, Entry, Released
from shared.ledger.book import Book
from shared.ledger.state import Verdict, Work
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.floor import Floor
from shared.queue.lanes import LOOK
from shared.queue.values import Change, Item, Offer, Placed, Told, View


class Clock:
    """What time it is, in ms since the epoch: whatever the simulation says."""

    def __init__(self, now: int) -> None:
        self.now = now


class Queue:
    """What projection and matcher ask of the store, on a `Floor`."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self.floor = Floor(policy)
        self.overtaking = Overtaking(self.floor, policy)
        self.deferred: set[str] = set()
        """Works that waited for their pool to open."""
        self._clock = clock

    async def now(self) -> int:
        """The simulated time."""
        return self._clock.now

    async def apply(self, changes: Sequence[Change]) -> list[bool]:
        """As `Floor.apply`, one after the other."""
        return [self._apply(change) for change in changes]

    def _apply(self, change: Change) -> bool:
        self.overtaking.note(change.put, change.remove)
        self.deferred.update(one.item.id for one in change.put if one.item.opens_at > self._clock.now)
        return self.floor.apply(change, self._clock.now)

    async def remember(self, spoke: Mapping[str, Spoke]) -> None:
        """As `Floor.remember`."""
        self.floor.remember(spoke)

    async def who_spoke(self, customers: Iterable[str]) -> Mapping[str, Spoke]:
        """As `Floor.who_spoke`."""
        return self.floor.who_spoke(customers, self._clock.now)

    async def rebuild(self, partition: int, offset: int, works: Sequence[Placed]) -> None:
        """As `Floor.rebuild`."""
        self.overtaking.note(works, ())
        self.floor.rebuild(partition, offset, works, self._clock.now)

    async def view(self, partitions: int, far: int = LOOK, wide: bool = False) -> View | None:
        """As `Floor.view`; `None` when nothing waits, which saves the look at all agents."""
        return self.floor.view(self._clock.now, far, wide) if self.overtaking.anything else None

    async def reserve(self, offers: list[Offer]) -> list[bool]:
        """As `Floor.reserve`, one after the other."""
        now = self._clock.now
        made = []
        for offer in offers:
            self.overtaking.look(offer, now)
            made += self.floor.reserve([offer], now)
        return made

    async def round_over(self, works: list[tuple[str, int]]) -> None:
        """As `Floor.round_over`."""
        for work, revision in works:
            self.floor.round_over(work, revision, self._clock.now)


class House:
    """What agents and customers of the simulation do to the queue, and what it tells agents' tools."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self.book = Book(0)
        self.queue = Queue(policy, clock)
        self._clock = clock
        self._projection = Projection(self.book, policy)
        self._matcher = Matcher(self.queue, policy)
        self._commands = 0

    def propose(self, entry: Entry) -> tuple[Verdict, Work | None]:
        """Write an entry into the book: its verdict, and the work as it was before."""
        verdict = self.book.apply(entry, self.book.offset, self._clock.now)
        before = None
        if verdict.inert is None and verdict.work is not None:
            work, conversation = f"0:{verdict.work.id}", getattr(entry, "conversation", "")
            before = self._projection.touch(work, conversation, verdict.work)
        return verdict, before

    async def settle(self) -> list[Told]:
        """Bring the queue in step with the book and offer what waits; what agents' tools are told."""
        await sync(self.queue, [self._projection])
        await self._matcher.run(1)
        self.queue.overtaking.decided()
        return self.queue.floor.outbox(0)

    async def sweep(self) -> list[Entry]:
        """Notice what time has changed; what dispatchers then propose to the book."""
        await sync(self.queue, [self._projection], asking=True)
        found: list[Entry] = list(self._projection.overflows())
        found += [
            Released(lost.work, lost.conversation, lost.agent, lost.token, "tool_lost")
            for lost in self.queue.floor.sweep(self._clock.now)
        ]
        await self._matcher.run(1, wide=True)
        self.queue.overtaking.decided()
        return found

    def presence(self, command: Presence) -> None:
        """An agent's tool speaks."""
        self.queue.floor.presence(command, self._clock.now)

    def accept(self, work: str, agent: str) -> Assigned | None:
        """The proposal that follows, if the agent may take it."""
        answer = self.queue.floor.accept(work, agent, self._clock.now)
        item = answer.item
        if answer.code != "ok" or item is None or item.agent:
            return None
        return Assigned(work, item.conversation, agent, item.attempt, self.command())

    def decline(self, work: str, agent: str) -> None:
        """The agent does not want an offer."""
        self.queue.floor.decline(work, agent, self._clock.now)

    def wrap_up(self, work: str, agent: str) -> bool:
        """The agent has wrapped a closed work up; False when there is nothing to wrap up."""
        return self.queue.floor.wrap_up(work, agent, False, self._clock.now) is not None

    def item(self, work: str) -> Item | None:
        """An open work as the queue has it."""
        found = self.queue.floor.waiting(work)
        return None if found is None else found.item

    def command(self) -> str:
        """An id that no command had before."""
        self._commands += 1
        return f"s{self._commands}"

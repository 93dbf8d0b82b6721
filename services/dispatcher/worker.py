"""One partition of the dispatcher: what the book says of work is told at once; what needs the queue is done
when the clerk (`clerk.py`) asks for it."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from services.dispatcher.announcer import Announcer, Event, Proposal
from services.dispatcher.commands import Commands, Done, read
from services.dispatcher.decide import Refusal
from services.dispatcher.projection import Projection
from services.dispatcher.settings import Settings
from services.dispatcher.store import Store
from shared.contracts.agents import AgentCommand, Decline, WrapUp
from shared.contracts.ledger import Answered, Closed, Entry, HandedOver, Replied, Routed, encode
from shared.contracts.record import Record
from shared.contracts.topics import AGENTS, LEDGER, Topic
from shared.ledger.archive import Archive, Lately
from shared.ledger.state import Verdict, Work
from shared.policy.model import Policy
from shared.queue.clocks import observe
from shared.queue.values import Told
from shared.runtime import metrics
from shared.runtime.following import Follower
from shared.runtime.sender import Out

AT_ONCE = 50
"""Commands that are carried out in one round trip."""
ONCE = Decline | WrapUp
"""Commands that cannot be carried out twice with the same result."""


class Command(NamedTuple):
    """What an agent has sent, of `size` bytes."""

    offset: int
    size: int
    command: AgentCommand | Refusal


class DispatcherWorker(Follower):
    """See `Worker` for when each method is called."""

    resume = True

    def __init__(
        self,
        partition: int,
        settings: Settings,
        policy: Policy,
        store: Store,
        partitions: int,
        lately: Lately,
    ) -> None:
        super().__init__(partition, settings)
        self._policy = policy
        self._commands = Commands(store, policy, partitions)
        self.partitions = partitions
        self._archive = Archive(partition, settings.kafka, settings.namespace, lately)
        self.stirred = True
        """Whether something has happened here since the last matching that may let work be offered."""
        self._events: list[Event] = []
        self._waiting: deque[Command] = deque()
        self._held = 0
        self._next_command = 0
        self._build()

    def _build(self) -> None:
        self._announcer = Announcer(self.book, self._archive, self._policy)
        self.projection = Projection(self.book, self._policy)

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """As `Worker.restore`."""
        positions = await super().restore(committed)
        self._build()
        self._next_command = committed[AGENTS]
        return positions

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """As `Worker.receive`."""
        if topic == LEDGER:
            self.follow(records)
            return
        for record in records:
            size = len(record.value or b"")
            self._waiting.append(Command(record.offset, size, read(record.value)))
            self._held += size
            self._next_command = record.offset + 1

    def holds(self) -> int:
        """As `Worker.holds`: commands that are not carried out."""
        return self._held

    def positions(self) -> Mapping[Topic, int]:
        """As `Worker.positions`."""
        first_waiting = self._waiting[0].offset if self._waiting else self._next_command
        return {LEDGER: self.book.offset, AGENTS: first_waiting}

    def on_restored(self, record: Record, entry: Entry) -> None:
        """As `Follower.on_restored`: what was said lately is at hand again."""
        self._archive.remember(record, entry)

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """Note what concerns work; `act` tells it."""
        if verdict.inert is None:
            self._archive.remember(record, entry)
        if isinstance(entry, Answered) and verdict.inert is not None:
            self._events.append(Event(entry, verdict))
        if isinstance(entry, Routed | HandedOver | Proposal):
            before = None
            if verdict.work is not None:
                work_id = f"{self.partition}:{verdict.work.id}"
                before = self.projection.touch(work_id, entry.conversation, verdict.work)
                self._read_clocks(entry, before, record.timestamp)
                if isinstance(entry, Replied | Closed):
                    self.projection.spoke_in(entry.conversation)
            if verdict.joined or isinstance(entry, Proposal):
                self._events.append(Event(entry, verdict, before))
                self.stirred = True

    def _read_clocks(self, entry: Entry, before: Work | None, at: int) -> None:
        if before is None:
            return
        pool = self._policy.pool(before.pool)
        settings = self._policy.pools[pool]
        stopped = observe(entry, before, pool, settings.hours, settings.sla, at)
        if stopped is not None:
            metrics.CLOCKS.labels(stopped.clock, pool, stopped.priority).observe(stopped.seconds)
            metrics.SLA.labels(stopped.clock, pool, "met" if stopped.met else "missed").inc()

    async def act(self, now: float) -> list[Out]:
        """As `Worker.act`: what the book says."""
        events, self._events = self._events, []
        await self._archive.bring({place for event in events for place in event.places()})
        return [record for event in events for record in await self._announcer.announce(event)]

    async def obey(self, out: list[Out]) -> bool:
        """Carry out the next commands of agents, all in one round trip; adds what to write. False: there are
        none, or the first of those left has to wait, as it does when this raises `TransientFailure`."""
        commands = self._next()
        carried_out = (self._carry_out(one.command) for one in commands)
        for done in await asyncio.gather(*carried_out, return_exceptions=True):
            if isinstance(done, BaseException):
                raise done
            if done is None:
                return False
            self._finish(done, out)
        return bool(commands)

    def _next(self) -> list[Command]:
        """From one that has to wait on they are carried out again: what cannot be done twice is alone."""
        found = list(islice(self._waiting, AT_ONCE))
        first = next((n for n, one in enumerate(found) if isinstance(one.command, ONCE)), AT_ONCE)
        return found[: max(first, 1)]

    async def _carry_out(self, command: AgentCommand | Refusal) -> Done | None:
        return Done((), command) if isinstance(command, Refusal) else await self._commands.carry_out(command)

    def _finish(self, done: Done, out: list[Out]) -> None:
        if done.refusal is not None:
            out.append(self._announcer.refused(done.refusal, done.pool, done.conversation))
        out += [self._announcer.answer(record) for record in done.records]
        out += [proposed(partition, entry) for partition, entry in done.entries]
        self._held -= self._waiting.popleft().size
        self.stirred = True

    async def tell(self, events: Sequence[Told]) -> list[Out]:
        """What the queue has to tell of works of this partition; nothing of those that are over."""
        named = [(event, self.projection.conversation_of(event.work)) for event in events]
        open_ones = [(event, name) for event, name in named if name is not None]
        await self._announcer.prepare(name for _, name in open_ones)
        return [out for event, name in open_ones for out in await self._announcer.offered(event, name)]


def proposed(partition: int, entry: Entry) -> Out:
    """The record that brings an entry into the book."""
    conversation = getattr(entry, "conversation", "")
    return Out(LEDGER, partition, conversation.encode() or None, encode(entry))

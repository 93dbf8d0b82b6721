"""The open works in memory, with the offers of each: the steps of which `Floor`'s methods are made."""

from collections import defaultdict
from dataclasses import dataclass, field

from msgspec.structs import replace

from shared.contracts.vocabulary import RefusalCode
from shared.policy.model import Policy
from shared.queue import offer, work
from shared.queue.crew import Crew
from shared.queue.lanes import Lanes
from shared.queue.values import Gone, Held, HeldAs, Item, Passed, Placed, Told, Waiting
from shared.queue.wraps import Wraps

_ENDS: dict[RefusalCode | None, offer.Event] = {
    None: "accept",
    "declined": "decline",
    "offer_over": "time_out",
    "tool_lost": "rescind",
    "already_held": "rescind",
    "work_closed": "cancel",
}
"""What happens to an offer that is taken back for this reason; `None`: the book made it an assignment."""


@dataclass
class Entry:
    """One open work."""

    placed: Placed
    revision: int = 0
    rounds: int = 0
    round_at: int = 0
    offered: list[str] = field(default_factory=list)
    deadline: int = 0
    taker: str = ""
    """Who has accepted, while the book has not decided yet."""
    passed: dict[str, Passed] = field(default_factory=dict)

    @property
    def item(self) -> Item:
        """The work as the book has it."""
        return self.placed.item

    def state(self, now: int) -> work.State:
        """Where the work is in its life."""
        return work.state_of(self.item, bool(self.offered), now)


class Board:
    """Works, lanes, agents, wrap-ups and what is to be told, kept in step with each other."""

    def __init__(self, policy: Policy) -> None:
        self.crew = Crew(policy)
        self.works: dict[str, Entry] = {}
        self.lanes = Lanes()
        self.wraps = Wraps()
        self.outbox: defaultdict[int, list[Told]] = defaultdict(list)

    def put(self, placed: Placed, now: int, fresh: bool = True) -> None:
        """A work is as the book says. Its offers stay while the book's attempt does. What is not `fresh` was
        so already, before the queue was lost."""
        item = placed.item
        entry = self.works.setdefault(item.id, Entry(Placed(replace(item, agent=""))))
        old, before = entry.item, entry.state(now)
        if entry.offered and (item.agent or item.attempt != old.attempt or not placed.lane):
            why: RefusalCode = "already_held" if item.agent else "work_closed"
            self.withdraw_all(entry, why, now, spared=item.agent)
        if old.agent and old.agent != item.agent:
            self.crew.release(old.agent, item.id, now)
        self.dequeue(entry)
        entry.placed = placed
        entry.revision += 1
        if item.agent:
            self.crew.hold(item.agent, held(item), now, tool=not item.external)
            if fresh and old.agent != item.agent:
                self.crew.took(item.agent, item, now)
        elif not entry.offered:
            self.enqueue(entry)
        work.WORK.path(before, entry.state(now))

    def remove(self, gone: Gone, now: int) -> None:
        """A work is over."""
        entry = self.works.pop(gone.id, None)
        if entry is None:
            return
        self.withdraw_all(entry, "work_closed", now)
        self.dequeue(entry)
        item = entry.item
        if item.agent and gone.wrap:
            self.crew.hold(item.agent, held(item, "wrapping"), now)
            self.wraps.begin(item, gone.wrap, now)
        elif item.agent:
            self.crew.release(item.agent, gone.id, now)

    def offer(self, entry: Entry, agents: list[str], deadline: int, now: int) -> None:
        """Propose a work to agents."""
        work.step(entry.state(now), "offer")
        self.dequeue(entry)
        entry.revision += 1
        entry.deadline = deadline
        entry.offered = agents
        for agent in agents:
            self.crew.asked(agent, held(entry.item, "offered"), now)
            self.tell(entry, Told("offer", entry.item.id, agent, deadline=deadline))

    def return_offer(self, entry: Entry, agent: str, why: RefusalCode, now: int) -> None:
        """Take one offer back; the work waits again when it was the last. Who passed it up is remembered,
        except for a tool that was lost."""
        self.withdraw(entry, agent, why, now)
        if why != "tool_lost":
            self.pass_up(entry, agent, now)
        if not entry.offered:
            self.enqueue(entry)

    def withdraw_all(self, entry: Entry, why: RefusalCode, now: int, spared: str = "") -> None:
        """Take all offers of a work back; `spared` has taken it and is not told."""
        for agent in list(entry.offered):
            self.withdraw(entry, agent, None if agent == spared else why, now)

    def withdraw(self, entry: Entry, agent: str, why: RefusalCode | None, now: int) -> None:
        """Take one offer back; `why` is told, if there is one."""
        offer.step("accepted" if entry.taker == agent else "pending", _ENDS[why])
        entry.offered.remove(agent)
        entry.revision += 1
        if not entry.offered:
            entry.deadline, entry.taker = 0, ""
        self.crew.release(agent, entry.item.id, now)
        if why:
            self.tell(entry, Told("rescinded", entry.item.id, agent, why))

    def forgive(self, away: int) -> None:
        """For so many milliseconds nobody listened."""
        self.crew.forgive(away)
        for entry in self.works.values():
            if entry.offered:
                entry.deadline += away

    def pass_up(self, entry: Entry, agent: str, now: int) -> None:
        """Remember that an agent did not want a work."""
        before = entry.passed.get(agent)
        entry.passed[agent] = Passed(before.times + 1 if before else 1, now)
        entry.revision += 1

    def enqueue(self, entry: Entry) -> None:
        """Let a work wait in its lane, if it has one."""
        if entry.placed.lane:
            self.lanes.add(entry.placed.lane, entry.placed.rank, entry.item.id)

    def dequeue(self, entry: Entry) -> None:
        """Take a work out of its lane, if it is there."""
        self.lanes.discard(entry.placed.lane, entry.placed.rank, entry.item.id)

    def waiting(self, name: str) -> Waiting:
        """An open work with what is remembered of it."""
        entry = self.works[name]
        return Waiting(
            entry.item,
            passed=dict(entry.passed),
            rounds=entry.rounds,
            round_at=entry.round_at,
            offered=tuple(entry.offered),
            revision=entry.revision,
        )

    def tell(self, entry: Entry, told: Told) -> None:
        """Put something aside for whoever follows the work's partition."""
        self.outbox[entry.item.partition].append(told)


def held(item: Item, as_: HeldAs = "assigned") -> Held:
    """What a work takes of an agent's capacity. What is only offered or wrapped up counts as our turn."""
    if as_ != "assigned":
        return Held(item.id, item.channel, as_, item.priority, item.severity)
    return Held(item.id, item.channel, as_, item.priority, item.severity, item.turn, item.turn_at)

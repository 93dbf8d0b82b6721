"""The human queue in memory: what `services/dispatcher/store.py` is in Redis, without the network. It is the
model that the store is tested against, and the queue of `relais queue simulate`.

It only keeps state and refuses what does not fit to it; whom to offer what `match` decides, on a `view`.
Every method is one atomic step; `now` is in milliseconds.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.contracts.agents import Presence
from shared.policy.model import Policy
from shared.queue.acquaintance import Spoke
from shared.queue.board import Board, Entry
from shared.queue.lanes import LOOK
from shared.queue.values import Agent, Answer, Change, Gone, Lost, Offer, Placed, Told, View, Waiting, Wrap

ACCEPTING = 10_000
"""How long an accepted offer stays reserved while the book decides, in milliseconds."""
AWAY = 5_000
"""No sweep for longer than this: nobody listened to agents meanwhile. What they said waits in Kafka, so that
time is not held against them."""


class Floor:
    """The queue of one house."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._board = Board(policy)
        self._applied: dict[int, int] = {}
        self._swept: int | None = None
        self._spoke: dict[str, Spoke] = {}

    def apply(self, change: Change, now: int) -> bool:
        """Bring a partition from one ledger offset to another. False: it is not at `before`."""
        if self._applied.get(change.partition) != change.before:
            return False
        for gone in change.remove:
            self._board.remove(gone, now)
        for placed in change.put:
            self._board.put(placed, now)
        self._applied[change.partition] = change.after
        return True

    def rebuild(self, partition: int, offset: int, works: Sequence[Placed], now: int) -> None:
        """Make a partition what the book says at `offset`, whatever it was."""
        kept = {placed.item.id for placed in works}
        known = self._board.works.items()
        for stray in [w for w, e in known if e.item.partition == partition and w not in kept]:
            self._board.remove(Gone(stray), now)
        for placed in works:
            self._board.put(placed, now, fresh=False)
        self._applied[partition] = offset

    def remember(self, spoke: Mapping[str, Spoke]) -> None:
        """Note who spoke with which customers, where nobody has spoken with them since."""
        for who, last in spoke.items():
            if who not in self._spoke or self._spoke[who].at < last.at:
                self._spoke[who] = last

    def who_spoke(self, customers: Iterable[str], now: int) -> dict[str, Spoke]:
        """Who last spoke with these customers, as far as it still counts."""
        found = {who: self._spoke[who] for who in customers if who in self._spoke}
        return {who: last for who, last in found.items() if now < last.counts_until(self._policy)}

    def view(self, now: int, far: int = LOOK, wide: bool = False) -> View:
        """What to decide on: `far` works from the front of each lane, in a wide look as many behind them, and
        all agents."""
        board = self._board
        lanes = tuple(tuple(board.waiting(work) for work in lane) for lane in board.lanes.look(far, wide))
        return View(now, lanes, dict(board.crew.agents()))

    def agents(self) -> Mapping[str, Agent]:
        """Everybody ever heard of, as they are now."""
        return self._board.crew.agents()

    def waiting(self, work: str) -> Waiting | None:
        """One open work, wherever it is."""
        return self._board.waiting(work) if work in self._board.works else None

    def reserve(self, offers: Iterable[Offer], now: int) -> list[bool]:
        """Make these offers; one that does not fit to the state any more is not made. (In Redis a tool that
        was heard of since the decision counts as silent from when it would have been without.)"""
        decided = list(offers)
        crew = self._board.crew
        seen = {agent: crew.revision(agent, now) for offer in decided for agent, _ in offer.agents}
        return [self._reserve(offer, seen, now) for offer in decided]

    def _reserve(self, offer: Offer, seen: Mapping[str, int | None], now: int) -> bool:
        entry = self._board.works.get(offer.work)
        if entry is None or entry.revision != offer.revision or entry.offered or not entry.placed.lane:
            return False
        if any(seen[agent] != revision for agent, revision in offer.agents):
            return False
        self._board.offer(entry, [agent for agent, _ in offer.agents], offer.deadline, now)
        return True

    def round_over(self, work: str, revision: int, now: int) -> bool:
        """Everybody eligible has passed this work up; after some rounds a supervisor is told."""
        entry = self._board.works.get(work)
        if entry is None or entry.revision != revision:
            return False
        entry.revision += 1
        entry.rounds += 1
        entry.round_at = now
        if entry.rounds == self._policy.offers.rounds_to_alarm:
            self._board.tell(entry, Told("alarm", work, why="nobody_takes_it"))
        return True

    def presence(self, command: Presence, now: int) -> None:
        """An agent's tool is heard of. Who goes offline gives back what was offered at once."""
        self._board.crew.heard(command, now)
        if command.status == "offline":
            self._return_all(command.agent_id, now)

    def accept(self, work: str, agent: str, now: int) -> Answer:
        """Whether an agent may take a work. The first who may has it reserved until the book decides."""
        entry = self._board.works.get(work)
        if entry is None:
            return Answer("unknown_work")
        item = entry.item
        if item.agent or entry.taker not in ("", agent):
            return Answer("ok" if item.agent == agent else "already_held", item)
        if item.external:
            return Answer("ok", item)
        if agent not in entry.offered:
            return Answer("not_offered" if entry.offered else "offer_over", item)
        self._board.crew.answered(agent)
        entry.taker = agent
        entry.deadline = max(entry.deadline, now + ACCEPTING)
        return Answer("ok", item)

    def decline(self, work: str, agent: str, now: int) -> Answer:
        """Give an offer back, or say that a held work is about to be given back."""
        entry = self._board.works.get(work)
        if entry is None:
            return Answer("unknown_work")
        if entry.item.agent == agent:
            self._board.pass_up(entry, agent, now)
            return Answer("held", entry.item)
        if agent not in entry.offered:
            return Answer("not_offered", entry.item)
        self._board.crew.answered(agent)
        self._board.return_offer(entry, agent, "declined", now)
        return Answer("declined", entry.item)

    def wrap_up(self, work: str, agent: str, extend: bool, now: int) -> Wrap | None:
        """End a wrap-up, or give it its time once more; None when this agent has nothing to wrap up."""
        if extend:
            return self._board.wraps.extend(work, agent, now)
        ended = self._board.wraps.end(work, agent)
        if ended is not None:
            self._board.crew.release(agent, work, now)
        return ended

    def sweep(self, now: int) -> list[Lost]:
        """End what is over by `now`; returns the held works of tools that are lost."""
        away, self._swept = now - (now if self._swept is None else self._swept), now
        if away > AWAY:
            self._board.forgive(away)
        over = [entry for entry in self._board.works.values() if entry.offered and now >= entry.deadline]
        for entry in sorted(over, key=lambda entry: (entry.deadline, entry.item.id)):
            self._time_out(entry, now)
        for wrap in self._board.wraps.over(now):
            self._board.crew.release(wrap.agent, wrap.work, now)
        lost = []
        for agent in self._board.crew.silent(now):
            self._return_all(agent, now)
            if self._board.crew.lost(agent, now):
                lost += self._held_by(agent)
        return lost

    def outbox(self, partition: int) -> list[Told]:
        """What is to be told for a partition, oldest first; it is taken away."""
        return self._board.outbox.pop(partition, [])

    def _time_out(self, entry: Entry, now: int) -> None:
        for agent in list(entry.offered):
            away = agent != entry.taker and self._board.crew.missed(agent, now)
            self._board.return_offer(entry, agent, "offer_over", now)
            if away:
                self._board.tell(entry, Told("away", entry.item.id, agent, "away_missed"))

    def _held_by(self, agent: str) -> list[Lost]:
        held = (one.work for one in self._board.crew.held(agent) if one.as_ == "assigned")
        items = (self._board.works[work].item for work in held)
        return [Lost(item.id, item.conversation, agent, item.token) for item in items]

    def _return_all(self, agent: str, now: int) -> None:
        for held in self._board.crew.held(agent):
            if held.as_ == "offered":
                self._board.return_offer(self._board.works[held.work], agent, "tool_lost", now)

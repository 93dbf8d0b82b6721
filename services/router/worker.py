"""One partition of the router: join, decide, propose."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from services.router.breaker import Breaker
from services.router.decide import decide, returns
from services.router.join import Join, Joined
from services.router.settings import Settings
from shared.contracts.canary import CANARY
from shared.contracts.enrichment import IntentRecord, SentimentRecord
from shared.contracts.errors import InvalidMessage
from shared.contracts.ledger import (
    Answered,
    Entry,
    Gap,
    HandedOver,
    Moved,
    MoveDone,
    Returned,
    Routed,
    encode,
)
from shared.contracts.placement import parse_ref
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, INTENTS, LEDGER, SENTIMENTS, Topic
from shared.ledger.intake import arrival, quarantine
from shared.ledger.moving import Mover
from shared.ledger.state import Verdict
from shared.policy.model import Policy
from shared.runtime import metrics
from shared.runtime.following import Follower
from shared.runtime.sender import Out

_INTENTS = msgspec.json.Decoder(IntentRecord)
_SENTIMENTS = msgspec.json.Decoder(SentimentRecord)


class RouterWorker(Follower):
    """See `Worker` for when each method is called."""

    def __init__(
        self, partition: int, settings: Settings, policy: Policy, partitions: int, now: float
    ) -> None:
        super().__init__(partition, settings)
        self._policy = policy
        self._partitions = partitions
        limits = policy.routing
        self._join = Join(now, limits.start_wait, limits.enrichment_wait)
        self._breaker = Breaker(policy.breaker.after, policy.breaker.probe_every)
        self._mover = Mover(self.book, self._partitions)
        self._moves: list[int] = []
        self._out: list[Out] = []
        self._next = 0
        self._now = now
        self._committed: Mapping[Topic, int] = {}

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """As `Worker.restore`: inbound is read again from the first message without an outcome."""
        positions = await super().restore(committed)
        self._mover = Mover(self.book, self._partitions)
        self._committed = committed
        self._next = self.book.needed_from
        return {**positions, INBOUND: self._next}

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """As `Worker.receive`."""
        self._now = now
        if topic == INBOUND:
            for record in records:
                self._arrived(record, now)
        elif topic == LEDGER:
            self.follow(records)
        else:
            self._read(topic, records, now)

    async def act(self, now: float) -> list[Out]:
        """As `Worker.act`."""
        self._now = now
        for joined in self._join.take(now):
            self._route(joined, now)
        out, self._out = self._out, []
        moves, self._moves = self._moves, []
        return out + self._mover.act(moves)

    def holds(self) -> int:
        """As `Worker.holds`: messages whose readings have not come."""
        return self._join.size

    def positions(self) -> Mapping[Topic, int]:
        """As `Worker.positions`."""
        needed = self.book.needed_from
        return {
            INBOUND: needed,
            LEDGER: self.book.offset,
            INTENTS: self._join.intents.needed_from(needed, self._committed[INTENTS]),
            SENTIMENTS: self._join.sentiments.needed_from(needed, self._committed[SENTIMENTS]),
        }

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """What others did: messages they settled, how the bot is doing, moves that may go on."""
        if verdict.inert is not None:
            return
        for settled in verdict.settled:
            self._join.drop(settled.offset)
            if settled.outcome != "moved":
                self._mover.forget(settled.offset)
        match entry:
            case Answered() | HandedOver(reason="bot_unsure" | "bot_repeats" | "bot_limit"):
                self._breaker.answered()
            case HandedOver(reason="bot_late" | "bot_failed"):
                self._breaker.late(self._now)
            case Moved():
                self._moves.append(parse_ref(entry.ref).offset)
            case MoveDone():
                self._mover.forget(parse_ref(entry.ref).offset)
            case _:
                return
        metrics.BREAKER_OPEN.labels(str(self.partition)).set(self._breaker.open)

    def _arrived(self, record: Record, now: float) -> None:
        if record.offset > self._next:
            self._skipped(self._next, record.offset - 1)
        self._next = max(self._next, record.offset + 1)
        if record.offset in self.book.moving:
            self._mover.keep(record)
            self._moves.append(record.offset)
        if not self.book.unrouted(record.offset) or self._join.waits(record.offset):
            return
        if record.value == CANARY:
            return  # it is there to find out what becomes of a message that nobody takes
        try:
            message, home = arrival(record, self._partitions)
        except InvalidMessage as error:
            metrics.QUARANTINED.labels(error.reason).inc()
            self._out += quarantine(record, error)
            return
        if home != self.partition:
            self._mover.keep(record)
            self._propose(Moved(f"{self.partition}:{record.offset}", message.conversation_id, home))
        else:
            self._join.add(record.offset, message, record.timestamp, now, len(record.value or b""))

    def _skipped(self, first: int, last: int) -> None:
        metrics.EXPIRED.inc(last - first + 1)
        self._propose(Gap(first, last))

    def _read(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        side, decoder = (
            (self._join.intents, _INTENTS) if topic == INTENTS else (self._join.sentiments, _SENTIMENTS)
        )
        for record in records:
            try:
                made = decoder.decode(record.value or b"")
                offset = self.book.here(made.ref)
            except (msgspec.DecodeError, ValueError, RecursionError):
                metrics.INERT.labels(topic.role).inc()
                continue
            wanted = offset >= self._next or self._join.waits(offset)
            side.add(record.offset, offset, made.reading, wanted, now)  # type: ignore[arg-type]

    def _route(self, joined: Joined, now: float) -> None:
        message = joined.message
        conversation = self.book.conversation(message.conversation_id)
        if returns(conversation, joined.at, self._policy):
            self._propose(Returned(message.conversation_id, conversation.epoch, "router"))
            conversation = msgspec.structs.replace(conversation, owner="bot")
        decision = decide(
            message, joined.intents, joined.sentiment, conversation, self._policy, bot_silent=False
        )
        if decision.route == "bot" and self._breaker.blocks(now):
            decision = decide(
                message, joined.intents, joined.sentiment, conversation, self._policy, bot_silent=True
            )
        metrics.ROUTED.labels(decision.route, decision.reasons[0]).inc()
        self._propose(
            Routed(
                ref=f"{self.partition}:{joined.offset}",
                conversation=message.conversation_id,
                route=decision.route,
                pool=decision.pool,
                priority=decision.priority,
                reasons=decision.reasons,
                message=message,
                intents=joined.intents,
                sentiment=joined.sentiment,
                policy=self._policy.version_hash,
            )
        )

    def _propose(self, entry: Entry) -> None:
        key = getattr(entry, "conversation", None)
        self._out.append(Out(LEDGER, self.partition, key.encode() if key else None, encode(entry)))


def deadlines(policy: Policy) -> dict[str, Any]:
    """What the service says of its waiting, for whoever measures it."""
    return {"deadlines": {"enrichment_wait": policy.routing.enrichment_wait}}

"""One partition of the fallback: watch what is unsettled, hand over what is late."""

from collections.abc import Mapping, Sequence

import orjson

from services.fallback.decide import (
    Clocks,
    Deadlines,
    Handover,
    Rule,
    Seen,
    handovers,
    late,
    of_router,
    oldest,
)
from services.fallback.settings import Settings
from services.fallback.snapshots import Snapshots
from shared.contracts.canary import CANARY, KEY
from shared.contracts.errors import InvalidMessage
from shared.contracts.inbound import Message
from shared.contracts.ledger import CanaryPassed, Entry, HandedOver, Moved, MoveDone, encode
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, LEDGER, Topic
from shared.ledger.intake import arrival, quarantine
from shared.ledger.moving import Mover
from shared.ledger.restore import generations, restore
from shared.ledger.state import Verdict
from shared.runtime import metrics
from shared.runtime.following import Follower
from shared.runtime.log_reader import LogReader
from shared.runtime.sender import Out

LOOK_EVERY = 0.5
HANDOVER_BYTES = 2 * 1_048_576
"""Of records in one entry. Written as JSON they can take six times as much (control characters), and
must still fit into a record of the ledger."""


class FallbackWorker(Follower):
    """See `Worker` for when each method is called."""

    def __init__(self, partition: int, settings: Settings, partitions: int, now: float) -> None:
        super().__init__(partition, settings)
        self._partitions = partitions
        self._pool = settings.fallback_pool
        self._move_deadline = settings.move_deadline
        self._snapshot_every = (settings.snapshot_entries, settings.snapshot_seconds)
        self._deadlines = Deadlines(
            settings.silence, settings.patience, settings.bot_deadline, settings.start_grace
        )
        self._opened = self._moved = self._now = self._looked = now
        self._records: dict[int, Record] = {}
        self._held = 0
        self.unsettled: dict[int, Seen] = {}
        self._moving: dict[int, float] = {}
        self._proposed: dict[int, float] = {}
        self._canary_every = settings.canary_every
        self._canary_due = now
        self.canary_passed = 0.0
        """When the last canary seen here was settled as one, in Unix seconds; 0: none yet."""

    async def restore(self, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
        """As `Worker.restore`: inbound is read again from the first message without an outcome."""
        async with LogReader(self.settings.kafka, self.settings.namespace) as reader:
            known = await generations(reader, self.partition)
            self.book = await restore(reader, self.partition, known=known)
        metrics.RESTORES.inc()
        chunks = {generation: len(parts) for generation, parts in known.items()}
        self._snapshots = Snapshots(chunks, *self._snapshot_every, self.settings.instance, self._now)
        self._mover = Mover(self.book, self._partitions)
        self._moving = dict.fromkeys(self.book.moving, self._now)
        return {**committed, LEDGER: self.book.offset, INBOUND: self.book.needed_from}

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """As `Worker.receive`."""
        self._now = now
        if topic == LEDGER:
            self.follow(records)
            return
        for record in records:
            if record.offset in self.book.moving:
                self._mover.keep(record)
            elif self.book.unsettled(record.offset):
                routed = now if record.offset in self.book.open else None
                if record.offset not in self._records:
                    self._held += len(record.value or b"")
                self._records[record.offset] = record
                self.unsettled[record.offset] = Seen(now, routed, record.value == CANARY)

    async def act(self, now: float) -> list[Out]:
        """As `Worker.act`."""
        self._now = now
        out = [*self._mover.act(self._moves_due(now)), *self._canary(now)]
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            out += self._rescue(now)
        if self._snapshots.due(self.book, now):
            out += self._snapshots.take(self.book, now)
        return out

    def holds(self) -> int:
        """As `Worker.holds`: messages that nobody has settled."""
        return self._held

    def positions(self) -> Mapping[Topic, int]:
        """As `Worker.positions`."""
        return {INBOUND: self.book.needed_from, LEDGER: self.book.offset}

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """Messages are settled or routed by anybody."""
        if of_router(entry):
            self._moved = self._now
        if verdict.inert is not None:
            return
        if isinstance(entry, CanaryPassed):
            self.canary_passed = record.timestamp / 1000
        for settled in verdict.settled:
            self.unsettled.pop(settled.offset, None)
            self._proposed.pop(settled.offset, None)
            kept = self._records.pop(settled.offset, None)
            self._held -= len(kept.value or b"") if kept is not None else 0
            if settled.outcome == "moved" and kept is not None:
                self._mover.keep(kept)
                self._moving[settled.offset] = self._now
        if isinstance(entry, MoveDone):
            self._mover.forget(self.book.here(entry.ref))
        offset = self.book.routed_by(entry)
        if offset is not None and offset in self.unsettled:
            self.unsettled[offset] = self.unsettled[offset]._replace(routed=self._now)

    def waiting(self) -> list[Seen]:
        """The unsettled messages of customers."""
        return [seen for seen in list(self.unsettled.values()) if not seen.canary]

    def oldest_age(self, now: float) -> float:
        """Seconds since the oldest of these was first seen; 0 when all are settled."""
        since = oldest(self.waiting())
        return 0.0 if since is None else now - since

    def _moves_due(self, now: float) -> list[int]:
        self._moving = {offset: since for offset, since in self._moving.items() if offset in self.book.moving}
        due = [offset for offset, since in self._moving.items() if now - since >= self._move_deadline]
        self._moving.update(dict.fromkeys(due, now))
        return due

    def _canary(self, now: float) -> list[Out]:
        if not self._canary_every or now < self._canary_due:
            return []
        self._canary_due = now + self._canary_every
        return [Out(INBOUND, self.partition, KEY, CANARY)]

    def _rescue(self, now: float) -> list[Out]:
        rules = late(self.unsettled, Clocks(self._opened, self._moved), self._deadlines, now)
        retry = self._deadlines.silence
        rules = {o: rule for o, rule in rules.items() if now - self._proposed.get(o, -retry) >= retry}
        out = [self._passed(offset, now) for offset in rules if self._is_canary(offset)]
        if len(rules) == len(out):
            return out
        messages = self._read_all(rules, out)
        conversations = {o: self.book.open[o] for o in self.unsettled if o in self.book.open}
        conversations |= {offset: message.conversation_id for offset, message in messages.items()}
        for handover in handovers(rules, conversations):
            out.append(self._hand_over(handover, messages, now))
        return out

    def _read_all(self, rules: Mapping[int, Rule], out: list[Out]) -> dict[int, Message]:
        """The unrouted messages; those that are late and cannot stay here are dealt with in `out`."""
        messages: dict[int, Message] = {}
        for offset in [o for o in self.unsettled if o not in self.book.open and not self._is_canary(o)]:
            record = self._records[offset]
            try:
                message, home = arrival(record, self._partitions)
            except InvalidMessage as error:
                if offset in rules:
                    self._proposed[offset] = self._now
                    out += quarantine(record, error)
                continue
            if home == self.partition:
                messages[offset] = message
            elif offset in rules:
                self._proposed[offset] = self._now
                moved = Moved(f"{self.partition}:{offset}", message.conversation_id, home)
                out.append(Out(LEDGER, self.partition, None, encode(moved)))
        return messages

    def _is_canary(self, offset: int) -> bool:
        """One that a router has routed is a message like any other."""
        return self.unsettled[offset].canary and offset not in self.book.open

    def _passed(self, offset: int, now: float) -> Out:
        self._proposed[offset] = now
        return Out(LEDGER, self.partition, None, encode(CanaryPassed(f"{self.partition}:{offset}")))

    def _hand_over(self, handover: Handover, messages: Mapping[int, Message], now: float) -> Out:
        offsets = self._fitting(handover.offsets, messages)
        self._proposed.update(dict.fromkeys(offsets, now))
        metrics.FALLBACK.labels(handover.rule).inc(len(offsets))
        entry = HandedOver(
            refs=tuple(f"{self.partition}:{offset}" for offset in offsets),
            conversation=handover.conversation,
            epoch=self.book.conversation(handover.conversation).epoch,
            pool=self._pool,
            reason=handover.rule,
            messages=tuple(
                (f"{self.partition}:{offset}", messages[offset]) for offset in offsets if offset in messages
            ),
        )
        return Out(LEDGER, self.partition, handover.conversation.encode(), encode(entry))

    def _fitting(self, offsets: Sequence[int], messages: Mapping[int, Message]) -> list[int]:
        """As many of the oldest as fit into one entry; the others follow when these are settled."""
        taken: list[int] = []
        size = 0
        for offset in offsets:
            size += len(orjson.dumps(messages[offset])) if offset in messages else 0
            if taken and size > HANDOVER_BYTES:
                break
            taken.append(offset)
        return taken

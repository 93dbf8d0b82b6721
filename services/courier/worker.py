"""One partition of the courier: every valid entry from the committed position on, once or more."""

from collections.abc import Mapping, Sequence

import orjson

from services.courier.decide import headers, replies
from shared.contracts.ledger import Entry
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER, REPLIES, Topic
from shared.ledger.state import Verdict
from shared.policy.model import Policy
from shared.queue.waits import Waits
from shared.runtime import metrics
from shared.runtime.following import Follower
from shared.runtime.sender import Out
from shared.runtime.settings import ServiceSettings


class CourierWorker(Follower):
    """See `Worker` for when each method is called."""

    resume = True

    def __init__(self, partition: int, settings: ServiceSettings, policy: Policy) -> None:
        super().__init__(partition, settings)
        self._policy = policy
        self._waits = Waits(policy.told)
        self._out: list[Out] = []

    def receive(self, topic: Topic, records: Sequence[Record], now: float) -> None:
        """As `Worker.receive`."""
        self.follow(records)

    async def act(self, now: float) -> list[Out]:
        """As `Worker.act`."""
        out, self._out = self._out, []
        return out

    def positions(self) -> Mapping[Topic, int]:
        """As `Worker.positions`."""
        return {LEDGER: self.book.offset}

    def coverage(self, pool: str) -> float | None:
        """How often what customers of a pool are told of the wait was right here; see `Measured`."""
        samples, hours = self.book.waits.get(pool, ()), self._policy.pools[pool].hours
        return self._waits.measured(pool, samples, hours).coverage

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """Send what is valid."""
        if verdict.inert is not None:
            return
        for reply in replies(entry, verdict, self.book, record.offset, self._policy, self._waits):
            carried = [(name, value.encode()) for name, value in headers(entry, reply.ref).items()]
            key = ("idempotency-key", reply.idempotency_key.encode())
            value = orjson.dumps(reply)
            self._out.append(
                Out(REPLIES, self.partition, reply.conversation_id.encode(), value, [key, *carried])
            )
            metrics.REPLIES.labels(reply.author.kind).inc()

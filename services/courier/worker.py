"""One partition of the courier: every valid entry from the committed position on, once or more."""

from collections.abc import Mapping, Sequence

import orjson

from services.courier.decide import headers, reply
from shared.contracts.ledger import Entry
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER, REPLIES, Topic
from shared.ledger.state import Verdict
from shared.runtime import metrics
from shared.runtime.following import Follower
from shared.runtime.sender import Out
from shared.runtime.settings import ServiceSettings


class CourierWorker(Follower):
    """See `Worker` for when each method is called."""

    resume = True

    def __init__(self, partition: int, settings: ServiceSettings) -> None:
        super().__init__(partition, settings)
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

    def on_entry(self, entry: Entry, verdict: Verdict, record: Record) -> None:
        """Send what is valid."""
        if verdict.inert is not None:
            return
        made = reply(entry, verdict, self.partition, record.offset)
        if made is None:
            return
        carried = [(name, value.encode()) for name, value in headers(entry).items()]
        key = ("idempotency-key", made.idempotency_key.encode())
        value = orjson.dumps(made)
        self._out.append(Out(REPLIES, self.partition, made.conversation_id.encode(), value, [key, *carried]))
        metrics.REPLIES.labels(made.author.kind).inc()

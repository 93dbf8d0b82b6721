"""One simulation: publish, and follow every message to its outcome in the book and outside of it."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import orjson

from services.cli.follow import REF, Folded, House, fold, opened, reasons
from services.cli.simulate.account import FOR, Account, Fate
from services.cli.simulate.publish import MARK, Publisher
from services.cli.tail import Tail
from shared.contracts.ledger import Answered, Routed
from shared.contracts.placement import Ref, parse_ref
from shared.contracts.record import Record
from shared.contracts.topics import INBOUND, LEDGER, REPLIES, Topic
from shared.ledger.book import Book
from shared.ledger.moving import moved_from
from shared.ledger.restore import restore
from shared.ledger.state import Settled

LOOK_BACK = 1.0
"""How long to go on listening when all is accounted for: a second outcome would come now."""
NOBODY_THERE = 5.0
"""How long to wait for deliveries when nobody has delivered anything at all."""
Hear = Callable[[Record], None]
Publish = Callable[[Publisher, "Simulation"], Coroutine[Any, Any, None]]
Places = dict[tuple[Topic, int], int]


def _nothing(_: Record) -> None:
    pass


class Simulation:
    """Follows the letters of one run. `hear` is given every record that is read, those of the topics `beside`
    too, which tell nothing of letters; of these and of work the last `before` that were there already."""

    def __init__(
        self,
        house: House,
        run: str,
        account: Account,
        hear: Hear = _nothing,
        beside: tuple[Topic, ...] = (),
        before: int = 0,
    ) -> None:
        self.account = account
        self._house = house
        self._mark = f"{run}/".encode()
        self._changed = asyncio.Event()
        self._run = run
        self._books: dict[int, Book] = {}
        self._readers: dict[str, Callable[[Record], None]] = {
            INBOUND.name(house.namespace): self._inbound,
            LEDGER.name(house.namespace): self._ledger,
            REPLIES.name(house.namespace): self._reply,
            **{topic.name(house.namespace): _nothing for topic in beside},
        }
        self._hear, self._beside, self._before = hear, beside, before

    async def play(self, publish: Publish, timeout: float, watch: Callable[[], None]) -> None:
        """Publish and follow until everything has its outcome or nothing has come for `timeout`
        seconds. `watch` is called several times a second."""
        positions = await self._positions()
        async with (
            Tail(self._house, positions) as tail,
            Publisher(self._house, self._run, self.account.accept) as publisher,
        ):
            publishing = asyncio.create_task(publish(publisher, self))
            try:
                await self._follow(tail, publishing, timeout, watch)
            finally:
                publishing.cancel()

    async def outcome(self, number: int) -> None:
        """Return when the letter of this number has its outcome."""
        while number not in self.account.fates:
            await self._changed.wait()

    async def _positions(self) -> Places:
        """Where everything stands before the first message; the books are folded up to there."""
        places = self._house.places([INBOUND, REPLIES, *self._house.work_topics, *self._beside])
        async with opened(self._house) as reader:
            bounds = await asyncio.gather(*(reader.bounds(*place) for place in places))
        books = await asyncio.gather(*(self._restored(p) for p in range(self._house.partitions)))
        self._books = {book.partition: book for book in books}
        back = {topic: 0 if topic in (INBOUND, REPLIES) else self._before for topic, _ in places}
        ends = {
            place: max(first, end - back[place[0]])
            for place, (first, end) in zip(places, bounds, strict=True)
        }
        return ends | {(LEDGER, book.partition): book.offset for book in books}

    async def _restored(self, partition: int) -> Book:
        async with opened(self._house) as reader:
            return await restore(reader, partition)

    async def _follow(
        self, tail: Tail, publishing: asyncio.Task[None], timeout: float, watch: Callable[[], None]
    ) -> None:
        moved, seen = time.monotonic(), -1
        while True:
            for record in await tail.more():
                self._readers.get(record.topic, self._work)(record)
                self._hear(record)
            watch()
            now = time.monotonic()
            if self.account.progress != seen:
                moved, seen = now, self.account.progress
                self._changed.set()
                self._changed = asyncio.Event()
            if publishing.done():
                publishing.result()
            if now - moved > self._patience(publishing.done(), timeout):
                return

    def _patience(self, published: bool, timeout: float) -> float:
        """For how many seconds without any progress to go on."""
        if not published or self.account.lost:
            return timeout
        missing = [kind for kind in FOR if self.account.undelivered(kind)]
        if not missing:
            return LOOK_BACK
        return timeout if any(self.account.alive(kind) for kind in missing) else min(timeout, NOBODY_THERE)

    # -- what the topics say -----------------------------------------------------------------

    def _inbound(self, record: Record) -> None:
        ref = Ref(record.partition, record.offset)
        origin = moved_from(record.headers)
        if origin is not None and REF.fullmatch(origin):
            self.account.copied(parse_ref(origin), ref)
        for name, value in record.headers:
            if name == MARK and value.startswith(self._mark):
                self.account.lies(int(value[len(self._mark) :]), ref, record.timestamp)

    def _ledger(self, record: Record) -> None:
        folded = fold(self._books[record.partition], record)
        for settled in folded.verdict.settled:
            self.account.settle(Ref(record.partition, settled.offset), fate(folded, settled))

    def _reply(self, record: Record) -> None:
        said = orjson.loads(record.value or b"{}")
        if said.get("author", {}).get("kind") == "bot":
            self.account.come_out("reply", said["idempotency_key"], (said["in_reply_to"], said["ref"]))
        elif said.get("purpose") == "acknowledgement":
            self.account.come_out("notice", said["idempotency_key"], (said["in_reply_to"], said["ref"]))

    def _work(self, record: Record) -> None:
        work = orjson.loads(record.value or b"{}")
        if work.get("type") in ("queued", "message"):
            self.account.come_out("work", work["work_id"], {*work["message_ids"], *work["refs"]})


def fate(folded: Folded, settled: Settled) -> Fate:
    """What a valid entry means for one of the messages it settles."""
    record, entry, verdict = folded
    assert entry is not None, "only entries settle"
    why = reasons(entry)
    detail = ""
    if settled.outcome == "people":
        detail = verdict.work.pool if verdict.work else ""
        if isinstance(entry, Routed) and entry.route == "bot":
            why = ("with_people",)
    elif isinstance(entry, Answered):
        detail = entry.source
    original = None if settled.of is None else Ref(record.partition, settled.of)
    return Fate(settled.outcome, record.timestamp, record.offset, why, detail, original)

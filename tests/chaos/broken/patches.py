"""What the broken builds do otherwise. Each function changes the classes of this process."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import uuid4

from msgspec.structs import replace

from shared.contracts import ledger as entries
from shared.contracts.errors import TransientFailure
from shared.contracts.record import Record
from shared.contracts.topics import LEDGER, Topic
from shared.ledger import book, fold, rules, works
from shared.ledger.state import Conversation, Settled, Verdict, inert
from shared.runtime import logs
from shared.runtime.driver import Driver
from shared.runtime.sender import Sender

_log = logs.get("broken")
REFUSED_EACH = 50
"""Each which send of a process a broker is said to refuse."""


def _answered(c: Conversation, e: Any, ref: int, place: Any) -> Verdict:
    """What a valid answer does, without a look at whether it is one."""
    left = tuple(one for one in c.open if one[0] != ref)
    c = replace(c, said=(*c.said, place.offset)[-12:], open=left, streak=c.streak + 1, language=e.language)
    return Verdict(conversation=c, settled=(Settled(ref, "answered"),))


def default_ack() -> None:
    """As FastStream's default: what was handed out is acknowledged."""
    original = Driver.on_batch

    async def on_batch(self: Any, records: Sequence[Record]) -> None:
        read = {self._place(self._topics[r.topic], r.partition): r.offset + 1 for r in records}
        if read:
            await self.consumer.commit(read)
        await original(self, records)

    async def commit(self: Any) -> None:
        return None

    Driver.on_batch = on_batch  # type: ignore[method-assign]
    Driver.commit = commit  # type: ignore[method-assign]


def commit_first() -> None:
    """The commit is on its way before the send is."""

    async def act(self: Any, workers: Sequence[Any]) -> None:
        now = time.monotonic()
        records = [out for worker in workers for out in await worker.act(now)]
        await self.commit()
        await self._sender.send(records)
        await self._sender.send(await self._together(now))
        self._hold_back()

    Driver._act = act  # type: ignore[method-assign]


def no_epoch() -> None:
    """Whether people have the conversation meanwhile is not looked at."""

    def answered(c: Conversation, e: Any, ref: int, place: Any) -> Verdict:
        if e.epoch > c.epoch:
            return inert("epoch_over")
        return _answered(c, e, ref, place)

    rules.answered = answered


def redis_claim() -> None:
    """Whoever has the claim in Redis may settle the message; an answer needs no more than that."""
    from redis import Redis

    client = Redis.from_url(os.environ["RELAIS_REDIS"], socket_timeout=2)
    by_the_book = book.fold

    def claimed(ref: str, by: str) -> bool:
        key = f"claim:{os.environ['RELAIS_NAMESPACE']}:{ref}"
        return bool(client.set(key, by, nx=True)) or client.get(key) == by.encode()

    def fold(state: Any, entry: Any, place: Any) -> Verdict:
        if isinstance(entry, entries.Answered):
            if not claimed(entry.ref, "bot"):
                return inert("claimed")
            return _answered(state.conversation(entry.conversation), entry, state.here(entry.ref), place)
        verdict = by_the_book(state, entry, place)
        for settled in verdict.settled:
            if settled.outcome == "people":
                claimed(f"{state.partition}:{settled.offset}", "people")
        return verdict

    book.fold = fold  # type: ignore[attr-defined]


def no_fallback() -> None:
    """Nobody looks for what is late."""
    from services.fallback.worker import FallbackWorker

    FallbackWorker._rescue = lambda self, now: []  # type: ignore[method-assign]


def latest() -> None:
    """The clients' own default for a group without positions."""

    async def positions(self: Any, partition: int) -> dict[Topic, int]:
        places = {topic: self._place(topic, partition) for topic in self._topics.values()}
        end = await self.consumer.end_offsets(list(places.values()))
        stored = {topic: await self.consumer.committed(place) for topic, place in places.items()}
        return {topic: end[places[topic]] if at is None else at for topic, at in stored.items()}

    Driver._positions = positions  # type: ignore[method-assign]


def fresh_keys() -> None:
    """The key names the sending, not what is sent."""
    import orjson

    from services.courier import worker

    class Fresh:
        @staticmethod
        def dumps(made: Any) -> bytes:
            body = orjson.loads(orjson.dumps(made))
            return orjson.dumps(body | {"idempotency_key": uuid4().hex})

    worker.orjson = Fresh  # type: ignore[attr-defined]


def no_sweep() -> None:
    """A message the bot was given stays with the bot."""
    to_people = rules._to_people

    def passed(c: Conversation, fresh: Any, opening: Any, place: Any, *more: Any) -> Verdict:
        if not fresh:
            return to_people(c, fresh, opening, place, *more)
        kept, verdict = c.open, to_people(replace(c, open=()), fresh, opening, place, *more)
        assert verdict.conversation is not None
        return replace(verdict, conversation=replace(verdict.conversation, open=kept))

    def answered(c: Conversation, e: Any, ref: int, place: Any) -> Verdict:
        if not c.is_open(ref):
            return inert("settled_or_not_routed")
        return _answered(c, e, ref, place)

    rules._to_people, rules.answered = passed, answered


def any_order() -> None:
    """The newest first, and the book lets it."""
    from services.bot.worker import BotWorker

    ask = BotWorker._ask

    async def newest(self: Any, conversation_id: str, c: Conversation) -> None:
        await ask(self, conversation_id, replace(c, open=c.open[::-1]))

    def answered(c: Conversation, e: Any, ref: int, place: Any) -> Verdict:
        if not c.is_open(ref) or e.epoch != c.epoch or c.owner != "bot":
            return inert("epoch_over")
        return _answered(c, e, ref, place)

    BotWorker._ask = newest  # type: ignore[method-assign]
    rules.answered = answered


def no_duplicates() -> None:
    """Nobody remembers ids."""
    Conversation.original = lambda self, external_id, offset: None  # type: ignore[method-assign]


def two_holders() -> None:
    """The last one to take it has it."""

    def assigned(c: Conversation, e: Any, place: Any) -> Verdict:
        work = works._open_work(c, e.work)
        if work is None:
            return inert("work_closed")
        return works._worked(c, replace(work, agent=e.agent, token=place.offset), e.command)

    fold._RULES[entries.Assigned] = fold._of_work(assigned)


def text_hash() -> None:
    """Right for every record that is UTF-8 and has no space at its end, so for nearly all."""
    from shared.ledger import intake

    intake.sha256 = lambda value: sha256(value.decode("utf-8", "replace").encode())  # type: ignore[assignment]


def leak() -> None:
    """Helpful while one develops."""
    from services.router import worker

    kept = worker.quarantine

    def quarantine(record: Record, error: Any) -> Any:
        _log.warning("unreadable", was=repr((record.value or b"")[:200]))
        return kept(record, error)

    worker.quarantine = quarantine


def swallow() -> None:
    """An error must not stop the show. A broker that refuses a record cannot be had to order: now and then
    one is made up."""
    original, sends = Sender.send, count(1)

    async def send(self: Any, records: Any) -> None:
        made = list(records)
        try:
            if made and next(sends) % REFUSED_EACH == 0:
                raise TransientFailure("a send was refused")
            await original(self, made)
        except TransientFailure:
            _log.warning("send_failed")

    Sender.send = send  # type: ignore[method-assign]


def book_first() -> None:
    """The book comes first, and the rest when there is time."""
    original = Sender.send

    async def send(self: Any, records: Any) -> None:
        made = list(records)
        rest = [out for out in made if out.topic != LEDGER]
        await original(self, [out for out in made if out.topic == LEDGER])
        if rest and len(rest) < len(made):
            await asyncio.sleep(0.5)
        await original(self, rest)

    Sender.send = send  # type: ignore[method-assign]

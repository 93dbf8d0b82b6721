"""Tells agent tools what the book and the queue say of one partition's work."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from services.dispatcher import records
from services.dispatcher.decide import Refusal, gone, refusal_code
from shared.contracts.ledger import (
    Answered,
    Assigned,
    Closed,
    OnHold,
    Overflowed,
    Released,
    Replied,
    TakenOver,
    Transferred,
    WrappedUp,
)
from shared.contracts.outward import WorkRecord, WorkType
from shared.contracts.placement import parse_ref
from shared.contracts.vocabulary import RefusalCode
from shared.ledger.archive import Archive
from shared.ledger.book import Book
from shared.ledger.state import Conversation, Spoken, Verdict, Work
from shared.policy.model import Policy
from shared.queue.hours import after_open
from shared.queue.overflow import serving
from shared.queue.values import Told
from shared.runtime import metrics
from shared.runtime.sender import Out

Proposal = Assigned | Released | Transferred | Overflowed | OnHold | Replied | Closed | WrappedUp | TakenOver
"""The entries that dispatchers write."""
_TYPES: dict[type, WorkType] = {
    Assigned: "assigned",
    Released: "released",
    Transferred: "transferred",
    Overflowed: "transferred",
    OnHold: "held",
    Replied: "replied",
    Closed: "closed",
    TakenOver: "assigned",
}
_WHY: dict[type, RefusalCode] = {Transferred: "transferred", Overflowed: "overflowed"}
_GIVEN_BACK = Released | Transferred | Overflowed
"""After these nobody holds the work."""


class Event(NamedTuple):
    """A ledger entry about work, with the state right after it and the work as it was before."""

    entry: Any
    verdict: Verdict
    before: Work | None = None

    def places(self) -> set[int]:
        """The ledger offsets of what must be at hand to tell of it."""
        conversation, work = self.verdict.conversation, self.verdict.work
        said = set(conversation.said) if conversation else set()
        return said if work is None else said | records.places(work, work.messages)


class Announcer:
    """Makes the records; the caller writes them."""

    def __init__(self, book: Book, archive: Archive, policy: Policy) -> None:
        self._book = book
        self._archive = archive
        self._policy = policy
        self._drafts: dict[int, str] = {}

    async def announce(self, event: Event) -> list[Out]:
        """What to tell of a ledger entry, valid or not."""
        entry, verdict, before = event
        if isinstance(entry, Answered):
            return await self._late(entry)
        if verdict.inert is not None:
            return await self._not_taken(entry, verdict.inert)
        work, conversation = verdict.work, verdict.conversation
        if verdict.wrapped is not None:
            return [self._out(records.wrapped_up(entry, verdict.wrapped, self._policy))]
        if work is None or conversation is None:
            return []
        made = []
        if verdict.joined:
            kind: WorkType = "queued" if verdict.opened else "message"
            made.append(await self._record(kind, work, entry.conversation, conversation, verdict.joined))
        held = work.agent is not None or isinstance(entry, _GIVEN_BACK)
        if isinstance(entry, Proposal) and held and not self._implied(entry, work):
            made.append(await self._of_command(entry, work, conversation, verdict.kept))
        if isinstance(entry, Transferred | Overflowed):
            made[-1] = replace(made[-1], pool=self._policy.pool(before.pool if before else work.pool))
            made.append(await self._record("queued", work, entry.conversation, conversation, work.messages))
        return [self._out(record) for record in made]

    async def _late(self, entry: Answered) -> list[Out]:
        """An answer of the bot that came too late is a draft for whoever answers, until somebody has."""
        conversation = self._book.conversation(entry.conversation)
        work, late = conversation.work, parse_ref(entry.ref).offset
        if work is None or work.answered_at is not None or late not in dict(work.messages):
            return []
        self._drafts[work.id] = entry.text.removesuffix(f"\n\n{entry.disclosure}")
        return [self._out(await self._record("draft", work, entry.conversation, conversation, work.messages))]

    def _implied(self, entry: Proposal, work: Work) -> bool:
        """An assignment that only goes with the first word of a tool that assigns by itself."""
        pool = self._policy.pools[self._policy.pool(work.pool)]
        return pool.assignment == "external" and getattr(entry, "command", "").endswith("/assign")

    async def prepare(self, conversation_ids: Iterable[str]) -> None:
        """Have at hand what is to be told of these conversations' works: all at once, for each by itself
        would have the book read again."""
        found = [self._book.conversation(one) for one in conversation_ids]
        await self._archive.bring(
            {place for c in found if c.work for place in (*c.said, *records.places(c.work, c.work.messages))}
        )

    async def offered(self, told: Told, conversation_id: str) -> list[Out]:
        """What to tell of an offer that the queue made or took back, and of nobody taking a work."""
        conversation = self._book.conversation(conversation_id)
        work = conversation.work
        if work is None or f"{self._book.partition}:{work.id}" != told.work:
            return []
        record = await self._record(told.type, work, conversation_id, conversation, work.messages)
        made = replace(
            record,
            agent_id=told.agent or None,
            expires_at=records.when(told.deadline) if told.deadline else None,
            reason=records.refusal(told.why) if told.why else record.reason,
        )
        return [self._out(made)]

    def answer(self, record: WorkRecord) -> Out:
        """The answer to a command that the book has nothing to do with."""
        return self._out(replace(record, pool=self._policy.pool(record.pool)))

    def refused(self, refusal: Refusal, pool: str, conversation_id: str) -> Out:
        """The answer to a command that is not carried out."""
        metrics.REFUSED.labels(refusal.code).inc()
        return self._out(records.refused(refusal, self._policy.pool(pool), conversation_id))

    async def _of_command(
        self, entry: Proposal, work: Work, conversation: Conversation, kept: bool = False
    ) -> WorkRecord:
        kind = _TYPES[type(entry)]
        record = await self._record(kind, work, entry.conversation, conversation, work.messages)
        why: RefusalCode | None = "limit_of_moves" if kept else _WHY.get(type(entry))
        if isinstance(entry, Released):
            why = entry.why
        return replace(
            record,
            agent_id=getattr(entry, "agent", None),
            command_id=getattr(entry, "command", None) or None,
            resolution=getattr(entry, "resolution", None),
            disposition=getattr(entry, "disposition", None) or None,
            solved=getattr(entry, "solved", None),
            reason=records.refusal(why) if why else record.reason,
        )

    async def _not_taken(self, entry: Proposal, why: str) -> list[Out]:
        """The book did not take an agent's proposal. Taking what one already holds is no mistake."""
        if isinstance(entry, Overflowed) or not entry.command or entry.command.endswith("/assign"):
            return []
        conversation = self._book.conversation(entry.conversation)
        work = conversation.work
        if isinstance(entry, Assigned) and work is not None and work.agent == entry.agent:
            return [self._out(await self._of_command(entry, work, conversation))]
        if why == "repeated":
            return []
        refusal = Refusal(entry.command, entry.agent, getattr(entry, "work", ""), refusal_code(why))
        told = [self.refused(refusal, conversation.pool, entry.conversation)]
        if why == "too_many_transfers" and work is not None:
            record = await self._record("alarm", work, entry.conversation, conversation, work.messages)
            told.append(self._out(replace(record, reason=records.refusal("too_many_transfers"))))
        return told

    async def _record(
        self,
        kind: WorkType,
        work: Work,
        conversation_id: str,
        conversation: Conversation,
        messages: Sequence[Spoken],
    ) -> WorkRecord:
        partition = self._book.partition
        record = await records.describe(
            kind, work, conversation_id, conversation, self._archive, partition, messages
        )
        pool = self._policy.pool(work.pool)
        settings = self._policy.pools[pool]
        at, since = self._book.at, work.since or work.opened_at
        opens_at = serving(self._policy, pool, since, at).opens_at if work.agent is None else 0
        first = int(settings.sla.first_response * 1000)
        wrap = gone(record.work_id, conversation, self._policy).wrap if kind == "closed" else 0
        draft = self._drafts.get(work.id)
        if work.answered_at is not None or kind == "closed":
            self._drafts.pop(work.id, None)
        return replace(
            record,
            pool=pool,
            draft=draft,
            opens_at=records.when(opens_at) if opens_at else None,
            due_at=records.when(after_open(settings.hours, work.opened_at, first)),
            wrap_until=records.when(at + wrap) if wrap else None,
        )

    def _out(self, record: WorkRecord) -> Out:
        return records.out(record, self._book.partition)

"""Tells agent tools what the book and the queue say of one partition's work."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from services.dispatcher import records
from services.dispatcher.decide import Refusal, refusal_code
from shared.contracts.ledger import Assigned, Closed, Released, Replied, TakenOver
from shared.contracts.outward import WorkReason, WorkRecord, WorkType
from shared.contracts.vocabulary import REFUSALS, RefusalCode
from shared.ledger.archive import Archive
from shared.ledger.book import Book
from shared.ledger.state import Conversation, Spoken, Verdict, Work
from shared.policy.model import Policy
from shared.runtime import metrics
from shared.runtime.sender import Out

Proposal = Assigned | Released | Replied | Closed | TakenOver
"""The entries that dispatchers write."""
_TYPES: dict[type, WorkType] = {
    Assigned: "assigned",
    Released: "released",
    Replied: "replied",
    Closed: "closed",
    TakenOver: "assigned",
}


class Event(NamedTuple):
    """A ledger entry about work, with the state right after it."""

    entry: Any
    verdict: Verdict

    def places(self) -> set[int]:
        """The ledger offsets of what must be at hand to tell of it."""
        said = self.verdict.conversation.said if self.verdict.conversation else ()
        messages = self.verdict.work.messages if self.verdict.work else ()
        return {*said, *(place for _, place in messages)}


class Announcer:
    """Makes the records; the caller writes them."""

    def __init__(self, book: Book, archive: Archive, policy: Policy) -> None:
        self._book = book
        self._archive = archive
        self._policy = policy

    async def announce(self, event: Event) -> list[Out]:
        """What to tell of a ledger entry, valid or not."""
        entry, verdict = event
        if verdict.inert is not None:
            return await self._not_taken(entry, verdict.inert)
        work, conversation = verdict.work, verdict.conversation
        if work is None or conversation is None:
            return []
        made = []
        if verdict.joined:
            kind: WorkType = "queued" if verdict.opened else "message"
            made.append(await self._record(kind, work, entry.conversation, conversation, verdict.joined))
        holds = isinstance(entry, Proposal) and (work.agent is not None or isinstance(entry, Released))
        if holds and not self._implied(entry, work):
            made.append(await self._of_command(entry, work, conversation))
        return [self._out(record) for record in made]

    def _implied(self, entry: Proposal, work: Work) -> bool:
        """An assignment that only goes with the first word of a tool that assigns by itself."""
        pool = self._policy.pools[self._policy.pool(work.pool)]
        return pool.assignment == "external" and entry.command.endswith("/assign")

    async def offered(self, event: dict[str, Any], conversation_id: str) -> list[Out]:
        """What to tell of an offer that the queue made or took back."""
        conversation = self._book.conversation(conversation_id)
        work = conversation.work
        if work is None or f"{self._book.partition}:{work.id}" != event["work"]:
            return []
        record = await self._record(event["type"], work, conversation_id, conversation, work.messages)
        deadline, why = event.get("deadline"), event.get("why")
        made = replace(
            record,
            agent_id=event["agent"],
            expires_at=records.when(deadline) if deadline else None,
            reason=_refusal(why) if why else record.reason,
        )
        return [self._out(made)]

    def refused(self, refusal: Refusal, pool: str, conversation_id: str) -> Out:
        """The answer to a command that is not carried out."""
        metrics.REFUSED.labels(refusal.code).inc()
        return self._out(records.refused(refusal, self._policy.pool(pool), conversation_id))

    async def _of_command(self, entry: Proposal, work: Work, conversation: Conversation) -> WorkRecord:
        kind = _TYPES[type(entry)]
        record = await self._record(kind, work, entry.conversation, conversation, work.messages)
        return replace(
            record,
            agent_id=entry.agent,
            command_id=entry.command or None,
            resolution=getattr(entry, "resolution", None),
            reason=_refusal(entry.why) if isinstance(entry, Released) else record.reason,
        )

    async def _not_taken(self, entry: Proposal, why: str) -> list[Out]:
        """The book did not take an agent's proposal. Taking what one already holds is no mistake."""
        if not entry.command or entry.command.endswith("/assign"):
            return []
        conversation = self._book.conversation(entry.conversation)
        work = conversation.work
        if isinstance(entry, Assigned) and work is not None and work.agent == entry.agent:
            return [self._out(await self._of_command(entry, work, conversation))]
        if why == "repeated":
            return []
        refusal = Refusal(entry.command, entry.agent, getattr(entry, "work", ""), refusal_code(why))
        return [self.refused(refusal, conversation.pool, entry.conversation)]

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
        return replace(record, pool=self._policy.pool(work.pool))

    def _out(self, record: WorkRecord) -> Out:
        return records.out(record, self._book.partition)


def _refusal(code: RefusalCode) -> WorkReason:
    return WorkReason(code, REFUSALS[code].fr, REFUSALS[code].en)

"""Records for agent tools, complete enough to work from them alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson

from services.dispatcher.decide import Refusal
from shared.contracts.agents import Why, WrapUp
from shared.contracts.inbound import Message
from shared.contracts.ledger import Answered, Entry, HandedOver, Routed, Transferred, WrappedUp
from shared.contracts.outward import Excluded, Turn, WorkReason, WorkRecord, WorkType
from shared.contracts.topics import work as work_topic
from shared.contracts.vocabulary import EXCLUSIONS, REASONS, REFUSALS, RefusalCode, Sentence
from shared.ledger.archive import Archive, turns
from shared.ledger.state import Conversation, Spoken, Work, Wrapping
from shared.policy.model import Policy
from shared.queue.values import Item, Rule, Wrap
from shared.runtime import metrics
from shared.runtime.sender import Out

MAX_MESSAGES, MAX_HISTORY = 3 * 1_048_576, 1_048_576
"""Bytes in one record. The newest message is always in it, however large."""
T = TypeVar("T", Message, Turn)


def places(work: Work, messages: Sequence[Spoken]) -> set[int]:
    """The ledger offsets of these messages of a work, and of the note for whoever takes it."""
    noted = () if work.note_at is None else (work.note_at,)
    return {*noted, *(place for _, place in messages)}


async def describe(
    kind: WorkType,
    work: Work,
    conversation_id: str,
    conversation: Conversation,
    archive: Archive,
    partition: int,
    messages: Sequence[Spoken],
) -> WorkRecord:
    """The record of an event of `work`, with these of its messages and what was said before them."""
    entries = await archive.entries(sorted({*conversation.said, *places(work, messages)}))
    found = _messages(messages, entries, partition)
    latest = entries.get(messages[-1][1]) if messages else None
    return WorkRecord(
        type=kind,
        work_id=f"{partition}:{work.id}",
        pool=work.pool,
        conversation_id=conversation_id,
        refs=tuple(found),
        message_ids=tuple(message.id if message else ref for ref, message in found.items()),
        messages=_newest([message for message in found.values() if message], MAX_MESSAGES),
        history=_history(entries, frozenset(found)),
        reason=_worded(work.reason, REASONS[work.reason]),
        priority=work.priority,
        enrichment=_enrichment(latest),
        tried=tuple(entry.text for entry in entries.values() if isinstance(entry, Answered)),
        token=work.token,
        agent_id=work.agent,
        attempt=work.attempt,
        on_hold=work.turn == "hold",
        waiting_since=when(work.waiting_since) if work.waiting_since else None,
        note=_note(entries.get(work.note_at)) if work.note_at is not None else None,
        policy_version=latest.policy if isinstance(latest, Routed) else "",
    )


def refused(refusal: Refusal, pool: str, conversation: str) -> WorkRecord:
    """The answer to a command that is not carried out."""
    return WorkRecord(
        type="refused",
        work_id=refusal.work,
        pool=pool,
        conversation_id=conversation,
        reason=_worded(refusal.code, REFUSALS[refusal.code]),
        agent_id=refusal.agent,
        command_id=refusal.command,
    )


def wrapped_up(entry: WrappedUp, wrapped: Wrapping, policy: Policy) -> WorkRecord:
    """What an agent says of a work after closing it."""
    return WorkRecord(
        type="wrapped_up",
        work_id=entry.work,
        pool=policy.pool(wrapped.pool),
        conversation_id=entry.conversation,
        agent_id=entry.agent,
        command_id=entry.command,
        disposition=entry.disposition or None,
        solved=entry.solved,
    )


def extended(command: WrapUp, wrap: Wrap) -> WorkRecord:
    """The answer to a wrap-up that gets its time once more."""
    return WorkRecord(
        type="wrapped_up",
        work_id=wrap.work,
        pool=wrap.pool,
        conversation_id=wrap.conversation,
        agent_id=wrap.agent,
        command_id=command.id,
        wrap_until=when(wrap.until),
    )


def why(command: Why, item: Item, excluded: Sequence[tuple[str, Rule]]) -> WorkRecord:
    """The answer to who asks why nobody has got a work."""
    rows = ((agent, rule, EXCLUSIONS[rule]) for agent, rule in excluded)
    return WorkRecord(
        type="why",
        work_id=item.id,
        pool=item.pool,
        conversation_id=item.conversation,
        priority=item.priority,
        agent_id=command.agent_id,
        command_id=command.id,
        attempt=item.attempt,
        opens_at=when(item.opens_at) if item.opens_at else None,
        excluded=tuple(Excluded(agent, rule, said.fr, said.en) for agent, rule, said in rows),
    )


def refusal(code: RefusalCode) -> WorkReason:
    """Why a command was refused or an offer taken back, in both languages."""
    return _worded(code, REFUSALS[code])


def out(record: WorkRecord, partition: int) -> Out:
    """The record, to be written on its pool's topic."""
    metrics.WORK_RECORDS.labels(record.type).inc()
    key = (record.conversation_id or record.agent_id or "").encode() or None
    return Out(work_topic(record.pool), partition, key, orjson.dumps(record))


def when(milliseconds: float) -> str:
    """A time as RFC 3339."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def _messages(
    spoken: Sequence[Spoken], entries: Mapping[int, Entry], partition: int
) -> dict[str, Message | None]:
    """The messages by their refs; `None` where retention has deleted the entry that held it."""
    refs = [(f"{partition}:{offset}", place) for offset, place in spoken]
    return {ref: _message(entries.get(place), ref) for ref, place in refs}


def _history(entries: Mapping[int, Entry], skip: frozenset[str]) -> tuple[Turn, ...]:
    return _newest([turn for entry in entries.values() for turn in turns(entry, skip)], MAX_HISTORY)


def _note(entry: Entry | None) -> str | None:
    return entry.note if isinstance(entry, Transferred) else None


def _message(entry: Entry | None, ref: str) -> Message | None:
    match entry:
        case Routed() if entry.ref == ref:
            return entry.message
        case HandedOver():
            return dict(entry.messages).get(ref)
        case _:
            return None


def _newest(said: Sequence[T], limit: int) -> tuple[T, ...]:
    """The last of these that fit into so many bytes, and at least the very last."""
    kept: list[T] = []
    size = 0
    for one in reversed(said):
        size += len(orjson.dumps(one))
        if kept and size > limit:
            break
        kept.append(one)
    return tuple(reversed(kept))


def _worded(code: str, sentence: Sentence) -> WorkReason:
    return WorkReason(code, sentence.fr, sentence.en)


def _enrichment(entry: Entry | None) -> dict[str, Any]:
    if not isinstance(entry, Routed):
        return {}
    return {
        "intents": [list(pair) for pair in entry.intents.intents],
        "unknown": entry.intents.unknown,
        "language": entry.intents.language,
        "wants_person": entry.intents.wants_person,
        "frustration": entry.sentiment.frustration,
        "frustration_interval": [entry.sentiment.low, entry.sentiment.high],
        "tone": entry.sentiment.tone,
        "signs": sorted({*entry.intents.signs, *entry.sentiment.signs}),
    }

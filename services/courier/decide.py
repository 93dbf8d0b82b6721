"""What a valid entry means for the customer. Values in, a value out."""

from shared.contracts.ledger import Answered, Entry, HandedOver, Replied, Routed
from shared.contracts.outward import Author, Reply
from shared.contracts.phrases import PASSED_TO_PEOPLE, say
from shared.ledger.state import Conversation, Verdict


def reply(entry: Entry, verdict: Verdict, partition: int, offset: int) -> Reply | None:
    """The reply that a valid entry at ledger `offset` leads to, if any. The same entry always gives
    the same bytes."""
    conversation = verdict.conversation
    if conversation is None:
        return None
    match entry:
        case Answered():
            return _answer(entry, conversation, partition)
        case Replied():
            return _spoken(entry, verdict, conversation, partition, offset)
        case _ if verdict.passed and conversation.seen:
            return _notice(entry, verdict, conversation, partition, offset)
    return None


def headers(entry: Entry) -> dict[str, str]:
    """The trace headers to carry along."""
    match entry:
        case Answered():
            return entry.headers
        case Routed():
            return entry.message.headers
        case HandedOver() if entry.messages:
            return entry.messages[-1][1].headers
    return {}


def _answer(entry: Answered, conversation: Conversation, partition: int) -> Reply:
    offset = int(entry.ref.partition(":")[2])
    return Reply(
        id=entry.ref,
        ref=entry.ref,
        in_reply_to=conversation.external_id(offset) or f"{partition}:{offset}",
        conversation_id=entry.conversation,
        channel=conversation.channel,
        author=Author("bot", entry.source),
        text=entry.text,
        language=entry.language,
        idempotency_key=entry.ref,
        disclosure=entry.disclosure,
    )


def _spoken(
    entry: Replied, verdict: Verdict, conversation: Conversation, partition: int, offset: int
) -> Reply:
    last = verdict.work.messages[-1][0] if verdict.work and verdict.work.messages else None
    key = f"{entry.work}/reply/{offset}"
    return Reply(
        id=key,
        ref=entry.work if last is None else f"{partition}:{last}",
        in_reply_to=_in_reply_to(conversation, partition, last),
        conversation_id=entry.conversation,
        channel=conversation.channel,
        author=Author("agent", entry.agent),
        text=entry.text,
        language=conversation.language,
        idempotency_key=key,
    )


def _notice(entry: Entry, verdict: Verdict, conversation: Conversation, partition: int, offset: int) -> Reply:
    last = verdict.joined[-1][0] if verdict.joined else None
    key = f"{partition}:{last}/notice" if last is not None else f"{partition}/{offset}/notice"
    return Reply(
        id=key,
        ref=f"{partition}:{last}" if last is not None else "",
        in_reply_to=_in_reply_to(conversation, partition, last),
        conversation_id=str(getattr(entry, "conversation", "")),
        channel=conversation.channel,
        author=Author("notice", "relais"),
        text=say(PASSED_TO_PEOPLE, conversation.language),
        language=conversation.language,
        idempotency_key=key,
    )


def _in_reply_to(conversation: Conversation, partition: int, offset: int | None) -> str:
    if offset is None:
        return conversation.seen[-1][0] if conversation.seen else ""
    return conversation.external_id(offset) or f"{partition}:{offset}"

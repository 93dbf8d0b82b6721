"""What a valid entry means for the customer. Values in, values out."""

from services.courier.notices import acknowledgements, information
from shared.contracts.ledger import Answered, Entry, HandedOver, Replied, Routed
from shared.contracts.outward import Author, Reply
from shared.ledger.book import Book
from shared.ledger.state import Conversation, Verdict
from shared.policy.model import Policy
from shared.queue.waits import Waits


def replies(
    entry: Entry, verdict: Verdict, book: Book, offset: int, policy: Policy, waits: Waits
) -> list[Reply]:
    """What a valid entry at ledger `offset` leads to; `book` is as it left it. Every accepted message is
    acknowledged once: by the bot's answer, or by a notice when people have it. The same entry always gives
    the same bytes, as long as the policy is the same."""
    conversation = verdict.conversation
    if conversation is None:
        return []
    match entry:
        case Answered():
            return [_answer(entry, conversation, book.partition)]
        case Replied():
            return [_spoken(entry, verdict, conversation, book.partition, offset)]
    told = acknowledgements(entry, verdict, book, policy, waits)
    if told:
        return told
    note = information(entry, verdict, book, offset, policy)
    return [] if note is None else [note]


def headers(entry: Entry, ref: str) -> dict[str, str]:
    """The trace headers to carry along on what is sent about the message at `ref`."""
    match entry:
        case Answered():
            return entry.headers
        case Routed() if entry.ref == ref:
            return entry.message.headers
        case HandedOver():
            message = dict(entry.messages).get(ref)
            return message.headers if message else {}
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
        in_reply_to=conversation.name_of(last, partition),
        conversation_id=entry.conversation,
        channel=conversation.channel,
        author=Author("agent", entry.agent),
        text=entry.text,
        language=conversation.language,
        idempotency_key=key,
    )

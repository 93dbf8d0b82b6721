"""The same services at least once, without the ledger's rules: every entry is acted on as it comes.

Nothing is folded, nothing is remembered of a conversation, the router does not read back what it wrote
and no snapshot is taken. What is lost with it: a duplicate is answered twice, a late answer of the bot
meets a person's, two routers decide two ways.
"""

from collections.abc import Mapping

from services.fallback.snapshots import Snapshots
from services.router import app as router
from services.router.worker import RouterWorker
from shared.contracts.ledger import Answered, Entry, HandedOver, Routed
from shared.contracts.topics import INBOUND, INTENTS, SENTIMENTS, Topic
from shared.ledger.book import NEW, Book
from shared.ledger.state import Conversation, Settled, Verdict, Work
from shared.runtime.service import Card


def install() -> None:
    """Put the plain rules in the place of the ledger's, in this process."""
    Book.apply = _apply  # type: ignore[method-assign,assignment]
    Book.conversation = _conversation  # type: ignore[method-assign,assignment]
    Snapshots.due = lambda *_: False  # type: ignore[method-assign]
    RouterWorker.restore = _restore  # type: ignore[method-assign,assignment]
    RouterWorker.positions = _positions  # type: ignore[method-assign,assignment]
    router.CARD = Card(router.CARD.name, (INBOUND, INTENTS, SENTIMENTS), router.CARD.writes)


def _apply(book: Book, entry: Entry, offset: int, at: int) -> Verdict:
    book.offset, book.at = offset + 1, at
    match entry:
        case Routed(route="bot"):
            c = book.conversations.get(entry.conversation, NEW)
            opened = (*c.open, (_here(entry.ref), offset))
            c = Conversation(open=opened, channel=entry.message.channel, said=(offset,))
            book.conversations[entry.conversation] = c
            return Verdict(conversation=c)
        case Routed():
            return _to_people(book, entry.ref, entry, at)
        case HandedOver():
            return _to_people(book, entry.refs[0], entry, at)
        case Answered():
            c = _without(book, entry.conversation, _here(entry.ref))
            book.frontier.settle(_here(entry.ref))
            return Verdict(conversation=c, settled=(Settled(_here(entry.ref), "answered"),))
        case _:
            return Verdict()


def _to_people(book: Book, ref: str, entry: Routed | HandedOver, at: int) -> Verdict:
    here, place = _here(ref), book.offset - 1
    c = _without(book, entry.conversation, here)
    book.frontier.settle(here)
    work = Work(here, entry.pool, "normal", at, messages=((here, place),))
    told = Conversation(owner="people", open=c.open, work=work, said=(place,), seen=((ref, here),))
    return Verdict(None, told, (Settled(here, "people"),), True, True, work.messages, work)


def _without(book: Book, conversation_id: str, offset: int) -> Conversation:
    c = book.conversations.pop(conversation_id, NEW)
    c = Conversation(open=tuple(each for each in c.open if each[0] != offset), channel=c.channel)
    if c.open:
        book.conversations[conversation_id] = c
    return c


def _here(ref: str) -> int:
    return int(ref.partition(":")[2])


def _conversation(book: Book, conversation_id: str) -> Conversation:
    return book.conversations.get(conversation_id, NEW)


async def _restore(worker: RouterWorker, committed: Mapping[Topic, int]) -> Mapping[Topic, int]:
    worker._committed = committed
    worker._next = committed[INBOUND]
    return committed


def _positions(worker: RouterWorker) -> Mapping[Topic, int]:
    waiting = worker._join._waiting
    undecided = next(iter(waiting), worker._next)
    return {
        INBOUND: undecided,
        INTENTS: worker._join.intents.needed_from(undecided, worker._committed[INTENTS]),
        SENTIMENTS: worker._join.sentiments.needed_from(undecided, worker._committed[SENTIMENTS]),
    }

"""Reading what the book says about one message: every entry that concerns it, with its verdict."""

from dataclasses import dataclass, field

from services.cli.explain.find import Tick
from services.cli.follow import Folded, House, fold, opened
from shared.contracts.ledger import (
    Answered,
    Assigned,
    CanaryPassed,
    Closed,
    Gap,
    HandedOver,
    Moved,
    MoveDone,
    OnHold,
    Overflowed,
    Quarantined,
    Released,
    Replied,
    Routed,
    Transferred,
    WrappedUp,
)
from shared.contracts.placement import Ref
from shared.contracts.topics import LEDGER
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.ledger.restore import generations, load
from shared.runtime.log_reader import LogReader


@dataclass(slots=True)
class Pages:
    """The entries that concern one message, in order, and the book as it is now. `torn`: the ledger no
    longer reaches back to the message's beginning."""

    book: Book
    entries: list[Folded] = field(default_factory=list)
    work: str | None = None
    torn: bool = False


async def pages(house: House, ref: Ref, tick: Tick) -> Pages:
    """Restore the book to before anybody decided about the message, and fold on to its end."""
    async with opened(house) as reader:
        first, end = await reader.bounds(LEDGER, ref.partition)
        book = await before(reader, ref)
        found = Pages(book, torn=book.offset < first)
        start = book.offset
        async for records in reader.read(LEDGER, ref.partition, start, end):
            for record in records:
                _look(found, ref, fold(book, record))
            tick(f"ledger {ref.partition}", records[-1].offset + 1 - start, end - start)
    return found


async def before(reader: LogReader, ref: Ref) -> Book:
    """The newest saved book in which nobody had decided about the message; else an empty one."""
    saved = await generations(reader, ref.partition)
    for generation in sorted(saved, key=snapshot.offset_of, reverse=True):
        book = await load(reader, ref.partition, saved[generation])
        if book is not None and book.unrouted(ref.offset):
            return book
    return Book(ref.partition)


def _look(found: Pages, ref: Ref, folded: Folded) -> None:
    if not concerns(folded, ref, found.work):
        return
    found.entries.append(folded)
    verdict = folded.verdict
    if verdict.work and any(s.offset == ref.offset and s.outcome == "people" for s in verdict.settled):
        found.work = str(Ref(ref.partition, verdict.work.id))


def concerns(folded: Folded, ref: Ref, work: str | None) -> bool:
    """Whether an entry is about the message, a duplicate of it, or the `work` it became part of."""
    if any(ref.offset in (settled.offset, settled.of) for settled in folded.verdict.settled):
        return True
    match folded.entry:
        case Routed() | Answered() | Quarantined() | Moved() | MoveDone() | CanaryPassed():
            return folded.entry.ref == str(ref)
        case HandedOver():
            return str(ref) in folded.entry.refs
        case Gap():
            return folded.entry.first <= ref.offset <= folded.entry.last
        case (
            Assigned()
            | Released()
            | Transferred()
            | Overflowed()
            | OnHold()
            | Replied()
            | Closed()
            | WrappedUp()
        ):
            return work is not None and folded.entry.work == work
        case _:
            return False

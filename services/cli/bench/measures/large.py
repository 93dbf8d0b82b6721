"""Two houses, to see whether a message costs more when the book knows very many conversations."""

from collections.abc import Iterator

from services.cli.bench.bench import Bench
from services.cli.bench.broker import Letter
from services.cli.bench.workers import PARTITIONS, Served
from services.cli.house import SERVICES
from shared.contracts.topics import CONVERSATIONS
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.ledger.state import Conversation

FEW = 1000


def large(bench: Bench) -> list[Served]:
    """One whose book knows few conversations, and one whose book knows many."""
    return [_house(bench, "few", FEW), _house(bench, "many", bench.sizes.conversations)]


def _house(bench: Bench, name: str, conversations: int) -> Served:
    topic = CONVERSATIONS.name(bench.broker.name(name))

    def known() -> Iterator[Letter]:
        for partition in range(PARTITIONS):
            for key, value in snapshot.pack(_book(partition, conversations // PARTITIONS), "bench"):
                yield Letter(topic, partition, key, value)

    return Served(bench, name, SERVICES, "ledger", before=lambda: bench.broker.fill(known()))


def _book(partition: int, conversations: int) -> Book:
    book = Book(partition)
    for number in range(conversations):
        seen = tuple((f"m{number}-{turn}", number) for turn in range(3))
        book.conversations[f"known-{partition}-{number}"] = Conversation(
            channel="chat", language="fr", seen=seen, said=(0, 1, 2, 3, 4, 5), streak=3
        )
    return book

"""Whether a message costs more when the book knows very many conversations."""

from collections.abc import Iterator

from services.cli.bench.bench import Bench
from services.cli.bench.broker import Letter
from services.cli.bench.figures import ratios
from services.cli.bench.workers import PARTITIONS, Served
from services.cli.house import SERVICES
from shared.contracts.topics import CONVERSATIONS
from shared.ledger import snapshot
from shared.ledger.book import Book
from shared.ledger.state import Conversation

FEW = 1000


def grown(bench: Bench) -> list[float]:
    """CPU per message of all services with many conversations in the book ÷ with few."""
    many = bench.sizes.conversations
    houses = [_house(bench, "few", FEW), _house(bench, "many", many)]
    costs: list[list[float]] = [[], []]
    for house in houses:
        bench.say(f"waiting for a house whose book knows {many:,} conversations")
        house.warm_up()
    for repetition in range(bench.sizes.repetitions):
        bench.say(f"{many:,} conversations, {repetition + 1} of {bench.sizes.repetitions}")
        for house, found in zip(houses, costs, strict=True):
            found.append(house.drain(bench.sizes.grown).total)
    for house in houses:
        house.end()
    return ratios(costs[1], costs[0])


def _house(bench: Bench, name: str, conversations: int) -> Served:
    namespace = bench.broker.name(name)

    def known() -> Iterator[Letter]:
        for partition in range(PARTITIONS):
            for key, value in snapshot.pack(_book(partition, conversations // PARTITIONS), "bench"):
                yield Letter(CONVERSATIONS.name(namespace), partition, key, value)

    return Served(bench, name, SERVICES, "ledger", before=lambda: bench.broker.fill(known()))


def _book(partition: int, conversations: int) -> Book:
    book = Book(partition)
    for number in range(conversations):
        seen = tuple((f"m{number}-{turn}", number) for turn in range(3))
        book.conversations[f"known-{partition}-{number}"] = Conversation(
            channel="chat", language="fr", seen=seen, said=(0, 1, 2, 3, 4, 5), streak=3
        )
    return book

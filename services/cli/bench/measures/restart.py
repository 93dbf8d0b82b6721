"""How long a service takes to be ready again when the book is long, and what memory it needs."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from services.cli.bench.bench import Bench
from services.cli.bench.broker import Letter
from services.cli.bench.load import INTENT, SENTIMENT, texts
from services.cli.bench.process import python, until
from services.cli.bench.workers import PARTITIONS, PATIENT
from services.cli.up.watch import ask
from services.fallback.settings import Settings
from services.fallback.snapshots import Snapshots
from shared.contracts.inbound import Message
from shared.contracts.ledger import Answered, Entry, Routed, encode
from shared.contracts.topics import INBOUND, LEDGER
from shared.ledger.book import Book
from shared.runtime.processes import free_port

READY_WITHIN = 120.0
TURNS = 4
ANSWER = "Comptez deux à trois jours ouvrés pour une livraison standard. " * 3
AT = 1_780_000_000_000


class Restarted(NamedTuple):
    """One service's start: seconds until it was ready, and MB it took at most."""

    service: str
    seconds: float
    memory: float


def restarts(bench: Bench) -> list[Restarted]:
    """Start services, one after the other, on a book of `entries` entries with its snapshots."""
    namespace = bench.broker.name("restart")
    for partition in range(PARTITIONS):
        bench.say(f"writing a book of {bench.sizes.entries:,} entries, {partition + 1} of {PARTITIONS}")
        bench.broker.fill(history(namespace, partition, bench.sizes.entries // PARTITIONS))
    ends = {topic.name(namespace): PARTITIONS for topic in (INBOUND, LEDGER)}
    for service in bench.sizes.restarted:
        bench.broker.stand_at_the_end(f"{namespace}.{service}", ends)
    return [_start(bench, namespace, service) for service in bench.sizes.restarted]


def _start(bench: Bench, namespace: str, service: str) -> Restarted:
    bench.say(f"restart of {service} with {bench.sizes.entries:,} entries")
    port = free_port()
    own = {"RELAIS_HTTP_PORT": str(port), "RELAIS_INSTANCE": f"{service}-restart"}
    began = time.monotonic()
    subject = bench.start(
        f"restart-{service}",
        python(f"services.{service}"),
        **bench.where(namespace),
        **{**PATIENT, **own},
    )
    until(lambda: subject.check() and ask(port).get("ready"), READY_WITHIN, f"{service} is ready")
    found = Restarted(service, time.monotonic() - began, subject.memory(peak=True))
    subject.kill()
    return found


def history(namespace: str, partition: int, entries: int) -> Iterator[Letter]:
    """Answered messages, four to a conversation, and the snapshots that the fallback takes on the way."""
    settings = Settings()
    book = Book(partition)
    snapshots = Snapshots({}, settings.snapshot_entries, settings.snapshot_seconds, "bench", 0.0)
    for number in range(entries // 2):
        ref, conversation = f"{partition}:{number}", f"history-{partition}-{number // TURNS}"
        yield Letter(INBOUND.name(namespace), partition, conversation.encode(), b"{}")
        for entry in (_routed(ref, conversation, number), _answered(ref, conversation)):
            book.apply(entry, book.offset, AT + number)
            yield Letter(LEDGER.name(namespace), partition, conversation.encode(), encode(entry))
        if snapshots.due(book, 0.0):
            for out in snapshots.take(book, 0.0):
                yield Letter(out.topic.name(namespace), partition, out.key, out.value)


def _routed(ref: str, conversation: str, number: int) -> Entry:
    message = Message(
        f"m{number}", conversation, "chat", texts()[number % len(texts())], "2026-07-01T10:00:00Z"
    )
    return Routed(
        ref=ref,
        conversation=conversation,
        route="bot",
        pool="general",
        priority="normal",
        reasons=("automatic",),
        message=message,
        intents=INTENT,
        sentiment=SENTIMENT,
        policy="bench",
    )


def _answered(ref: str, conversation: str) -> Entry:
    return Answered(ref, conversation, 0, ANSWER, "", "fr", "faq:delivery_time")

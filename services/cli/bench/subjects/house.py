"""Services of the house in one process, so that what they cost together is what the process uses.

    python -m services.cli.bench.subjects.house ledger|plain SERVICE...

`plain` is the house without the ledger's rules (`plain.py`). Two services are variants of their own:
`hop` is the intent classifier without its model, `metered` the intent classifier that tells in its status
how much CPU its model has used (`model_seconds`).
"""

import asyncio
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
import uvloop

from services.cli.bench.load import INTENT
from services.cli.bench.subjects import plain
from services.intent_classifier import app as classifier
from services.intent_classifier import decide
from services.intent_classifier.model import load
from shared.contracts.enrichment import IntentReading, IntentRecord
from shared.contracts.topics import INTENTS
from shared.runtime import logs, mends
from shared.runtime.enriching import Enricher
from shared.runtime.service import Service
from shared.runtime.settings import ServiceSettings, from_environment

VARIANTS = ("hop", "metered")


def hop(settings: ServiceSettings) -> Service:
    """The classifier with a model that always says the same."""

    def read(
        refs: Sequence[str], texts: Sequence[str], languages: Sequence[str | None]
    ) -> list[IntentRecord]:
        return [IntentRecord(ref, INTENT) for ref in refs]

    return Service(classifier.CARD, settings, lambda p, _: Enricher(p, INTENTS, read, _marker))


def metered(settings: ServiceSettings) -> Service:
    """The classifier with a clock around its model."""
    model = load()
    used = 0.0

    def read(
        refs: Sequence[str], texts: Sequence[str], languages: Sequence[str | None]
    ) -> list[IntentRecord]:
        nonlocal used
        began = time.thread_time()
        readings = decide.read(texts, model, languages)
        used += time.thread_time() - began
        return [IntentRecord(ref, reading) for ref, reading in zip(refs, readings, strict=True)]

    def told() -> dict[str, Any]:
        return {"model_seconds": used}

    return Service(classifier.CARD, settings, lambda p, _: Enricher(p, INTENTS, read, _marker), extra=told)


def _marker(ref: str, why: str) -> IntentRecord:
    return IntentRecord(ref, IntentReading(failed=why))


def built(name: str) -> Service:
    """The service of this name."""
    if name in VARIANTS:
        return {"hop": hop, "metered": metered}[name](from_environment(ServiceSettings))
    settings = from_environment(import_module(f"services.{name}.settings").Settings)
    service: Service = import_module(f"services.{name}.app").build(settings)
    return service


async def serve(names: Sequence[str]) -> None:
    """Run them all until the process is ended."""
    await asyncio.gather(*[built(name).serve() for name in names])


def main(rules: str, names: list[str]) -> None:
    """Run these services under `ledger` or `plain` rules."""
    logs.configure("bench", instance="")
    mends.install()
    if rules == "plain":
        plain.install()
    uvloop.run(serve(names))


if __name__ == "__main__":
    typer.run(main)

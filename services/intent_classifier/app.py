"""The composition root: inbound messages in, readings out."""

from collections.abc import Sequence

from services.intent_classifier import decide
from services.intent_classifier.model import WEIGHTS, load
from services.intent_classifier.settings import Settings
from shared.contracts.enrichment import IntentReading, IntentRecord
from shared.contracts.topics import INBOUND, INTENTS
from shared.runtime.enriching import Enricher
from shared.runtime.live import Live
from shared.runtime.service import Card, Service

CARD = Card("intent_classifier", reads=(INBOUND,), writes=(INTENTS.role,))


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    live = Live(settings.model or WEIGHTS, load)
    live.watch()

    def read(
        refs: Sequence[str], texts: Sequence[str], languages: Sequence[str | None]
    ) -> list[IntentRecord]:
        readings = decide.read(texts, live.model, languages)
        return [IntentRecord(ref, reading) for ref, reading in zip(refs, readings, strict=True)]

    def marker(ref: str, why: str) -> IntentRecord:
        return IntentRecord(ref, IntentReading(failed=why, model=live.model.version))

    def worker(partition: int, _: object) -> Enricher:
        return Enricher(partition, INTENTS, read, marker)

    return Service(CARD, settings, worker, extra=lambda: {"model": live.model.version})

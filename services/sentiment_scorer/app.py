"""The composition root: inbound messages in, readings out."""

from collections.abc import Sequence

from services.sentiment_scorer import decide
from services.sentiment_scorer.model import TONE, WEIGHTS, load
from services.sentiment_scorer.settings import Settings
from shared.contracts.enrichment import SentimentReading, SentimentRecord
from shared.contracts.topics import INBOUND, SENTIMENTS
from shared.runtime.enriching import Enricher
from shared.runtime.live import Live
from shared.runtime.service import Card, Service

CARD = Card("sentiment_scorer", reads=(INBOUND,), writes=(SENTIMENTS.role,))


def build(settings: Settings) -> Service:
    """The service, ready to serve."""
    live = Live(settings.model / TONE if settings.model else WEIGHTS, load)
    live.watch()

    def read(
        refs: Sequence[str], texts: Sequence[str], languages: Sequence[str | None]
    ) -> list[SentimentRecord]:
        readings = decide.read(texts, live.model)
        return [SentimentRecord(ref, reading) for ref, reading in zip(refs, readings, strict=True)]

    def marker(ref: str, why: str) -> SentimentRecord:
        return SentimentRecord(ref, SentimentReading(failed=why, model=live.model.version))

    def worker(partition: int, _: object) -> Enricher:
        return Enricher(partition, SENTIMENTS, read, marker)

    return Service(CARD, settings, worker, extra=lambda: {"model": live.model.version})
